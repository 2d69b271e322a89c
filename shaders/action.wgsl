// Action of a potential: S = sum over f != g of w_fg K(V_f - V_g), summed in a fixed tree order.
//
// Formula (method.md, section 3): K(x) = ln(1 + e^-x) (softplus) or e^(-x/2) (exp).
// `rows`: `threads` threads stride over the states, sum their rows in order and leave a partial sum
// each; `total`: one workgroup adds the partial sums, as strides and then a tree. No atomics.
// Twin: src/analysis/potential/action.ts. Precision: float32; V comes as two float32 (value, remainder), so
// that a difference of two large potentials keeps its digits.
//
// binding          shape          unit
// parameters       3 words        n; kernel 0 softplus, 1 exp; threads of `rows`
// row_start        n + 1          offsets into `neighbour`
// neighbour        2 x pairs      state
// rates            2 x pairs      (w_fg, w_gf), dimensionless or counts
// potential        n              (V, remainder), nats
// sums             threads + 1    unit of w; the last one is the action (written)
override workgroup_size: u32 = 256u;

struct Parameters { states: u32, kernel: u32, threads: u32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> row_start: array<u32>;
@group(0) @binding(2) var<storage, read> neighbour: array<u32>;
@group(0) @binding(3) var<storage, read> rates: array<vec2f>;
@group(0) @binding(4) var<storage, read> potential: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> sums: array<f32>;

var<workgroup> leaves: array<f32, workgroup_size>;

// ln(1 + y) for 0 <= y <= 1: 2 artanh(y / (2 + y)), a series; the built-in log loses digits near 1.
fn log_one_plus(y: f32) -> f32 {
  let s = y / (2.0 + y);
  let q = s * s;
  return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q * (1.0 / 9.0 + q * (1.0 / 11.0 + q / 13.0))))));
}

fn kernel_value(x: f32) -> f32 {
  if (parameters.kernel == 1u) { return exp(-0.5 * x); }
  return max(0.0, -x) + log_one_plus(exp(-abs(x)));
}

@compute @workgroup_size(workgroup_size)
fn rows(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (thread >= parameters.threads) { return; }
  var sum = 0.0;
  for (var f = thread; f < parameters.states; f += parameters.threads) {
    let own = potential[f];
    var row = 0.0;
    for (var k = row_start[f]; k < row_start[f + 1u]; k++) {
      let w = rates[k].x;
      if (w > 0.0) {
        let other = potential[neighbour[k]];
        row += w * kernel_value((own.x - other.x) + (own.y - other.y));
      }
    }
    sum += row;
  }
  sums[thread] = sum;
}

@compute @workgroup_size(workgroup_size)
fn total(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var k = lane; k < parameters.threads; k += workgroup_size) { sum += sums[k]; }
  leaves[lane] = sum;
  workgroupBarrier();
  for (var width = workgroup_size / 2u; width > 0u; width /= 2u) {
    if (lane < width) { leaves[lane] += leaves[lane + width]; }
    workgroupBarrier();
  }
  if (lane == 0u) { sums[parameters.threads] = leaves[0]; }
}
