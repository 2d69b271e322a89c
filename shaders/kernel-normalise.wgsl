// Kernel normalisation: counts N_fg -> transition kernel T_fg, one thread a row.
//
// Formula (method.md, section 2): T_fg = (N_fg + a) / D_f, with D_f = N_f (attempts), the row's sum
// over other states (accepted), N_0 (uniform, T clipped at 1), or N_f + a k_f (dirichlet; k_f the
// outcomes seen from f). A row with D_f = 0 is 0.
// Twin: src/analysis/graph/kernel-normalise.ts. Precision: float32. Sums run in the order of the row.
//
// binding          shape      unit
// parameters       4 words    n; normalisation 0..3; N_0 in attempts; a in counts
// row_start        n + 1      offsets into `count`
// count            m          N_fg, transitions
// attempts         n          N_f, attempts
// staying          n          0, 1 or 2: self-transitions seen, rejections seen
// weight           m          T_fg, dimensionless (written)
override workgroup_size: u32 = 256u;

struct Parameters { states: u32, normalisation: u32, uniform_attempts: f32, pseudo_counts: f32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> row_start: array<u32>;
@group(0) @binding(2) var<storage, read> count: array<f32>;
@group(0) @binding(3) var<storage, read> attempts: array<f32>;
@group(0) @binding(4) var<storage, read> staying: array<f32>;
@group(0) @binding(5) var<storage, read_write> weight: array<f32>;

const ACCEPTED = 1u;
const UNIFORM = 2u;
const DIRICHLET = 3u;

@compute @workgroup_size(workgroup_size)
fn normalise(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let f = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (f >= parameters.states) { return; }
  let begin = row_start[f];
  let end = row_start[f + 1u];
  var moved = 0.0;
  for (var k = begin; k < end; k++) { moved += count[k]; }
  var extra = 0.0;
  var denominator = attempts[f];
  if (parameters.normalisation == ACCEPTED) {
    denominator = moved;
  } else if (parameters.normalisation == UNIFORM) {
    denominator = parameters.uniform_attempts;
  } else if (parameters.normalisation == DIRICHLET) {
    extra = parameters.pseudo_counts;
    denominator += extra * (f32(end - begin) + staying[f]);
  }
  for (var k = begin; k < end; k++) {
    var t = 0.0;
    if (denominator > 0.0) { t = (count[k] + extra) / denominator; }
    if (parameters.normalisation == UNIFORM) { t = min(t, 1.0); }
    weight[k] = t;
  }
}
