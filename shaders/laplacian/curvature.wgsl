// Weights of the Newton step's Laplacian, one thread a pair of neighbours.
//
// Formula (method.md, section 3): h_fg = w_fg K''(V_f - V_g) + w_gf K''(V_g - V_f); the slots
// behind the pairs are those that elimination fills in, and start at 0.
// Twin: src/analysis/potential/laplacian.ts (with hessianWeights of hessian-vector.ts). Precision: float32.
//
// binding          shape      unit
// parameters       4 words    pairs; slots; kernel 0 softplus, 1 exp; smallest weight kept
// ends             pairs      (f, g), positions in elimination order
// rates            pairs      (w_fg, w_gf), dimensionless or counts
// potential        n          (V, remainder), nats
// weight           slots      h, unit of w (written)
override workgroup_size: u32 = 256u;

struct Parameters { pairs: u32, slots: u32, kernel: u32, smallest: f32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> ends: array<vec2u>;
@group(0) @binding(2) var<storage, read> rates: array<vec2f>;
@group(0) @binding(3) var<storage, read> potential: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> weight: array<f32>;

fn kernel_curvature(x: f32) -> f32 {
  if (parameters.kernel == 1u) { return 0.25 * exp(-0.5 * x); }
  let e = exp(-abs(x));
  return e / ((1.0 + e) * (1.0 + e));
}

@compute @workgroup_size(workgroup_size)
fn weigh(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let k = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (k >= parameters.slots) { return; }
  var h = 0.0;
  if (k < parameters.pairs) {
    let f = potential[ends[k].x];
    let g = potential[ends[k].y];
    let x = (f.x - g.x) + (f.y - g.y);
    if (rates[k].x > 0.0) { h += rates[k].x * kernel_curvature(x); }
    if (rates[k].y > 0.0) { h += rates[k].y * kernel_curvature(-x); }
    h = max(h, parameters.smallest);
  }
  weight[k] = h;
}
