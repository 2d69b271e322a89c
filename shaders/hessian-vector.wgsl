// Hessian of the action times a vector, one thread a state, weights worked out on the way.
//
// Formula (method.md, section 3): (H x)_f = sum over g of h_fg (x_f - x_g),
// h_fg = w_fg K''(V_f - V_g) + w_gf K''(V_g - V_f), K''(x) = p (1 - p) with p = 1 / (1 + e^-x)
// (softplus) or e^(-x/2) / 4 (exp): a weighted graph Laplacian.
// Twin: src/analysis/potential/hessian-vector.ts. Precision: float32; V as (value, remainder).
//
// binding          shape          unit
// parameters       2 words        n; kernel 0 softplus, 1 exp
// row_start        n + 1          offsets into `neighbour`
// neighbour        2 x pairs      state
// rates            2 x pairs      (w_fg, w_gf), dimensionless or counts
// potential        n              (V, remainder), nats
// vector           n              x, nats
// product          n              H x, unit of w (written)
override workgroup_size: u32 = 256u;

struct Parameters { states: u32, kernel: u32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> row_start: array<u32>;
@group(0) @binding(2) var<storage, read> neighbour: array<u32>;
@group(0) @binding(3) var<storage, read> rates: array<vec2f>;
@group(0) @binding(4) var<storage, read> potential: array<vec2f>;
@group(0) @binding(5) var<storage, read> vector: array<f32>;
@group(0) @binding(6) var<storage, read_write> product: array<f32>;

fn kernel_curvature(x: f32) -> f32 {
  if (parameters.kernel == 1u) { return 0.25 * exp(-0.5 * x); }
  let e = exp(-abs(x));
  return e / ((1.0 + e) * (1.0 + e));
}

@compute @workgroup_size(workgroup_size)
fn rows(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let f = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (f >= parameters.states) { return; }
  let own = potential[f];
  var sum = 0.0;
  for (var k = row_start[f]; k < row_start[f + 1u]; k++) {
    let w = rates[k];
    let g = neighbour[k];
    let x = (own.x - potential[g].x) + (own.y - potential[g].y);
    var h = 0.0;
    if (w.x > 0.0) { h += w.x * kernel_curvature(x); }
    if (w.y > 0.0) { h += w.y * kernel_curvature(-x); }
    sum += h * (vector[f] - vector[g]);
  }
  product[f] = sum;
}
