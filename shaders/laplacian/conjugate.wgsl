// Conjugate gradients on the core Laplacian, its scalars kept on the device.
//
// Formula: preconditioned conjugate gradients for A x = b, A the Laplacian of what elimination left
// with one state a component, its root, held at potential 0,
// M^-1 = diag(A)^-1 + P A_c^-1 P^T (Jacobi plus the coarse correction of coarse.wgsl).
// One iteration = direction, product, advance, update, [coarse correct], precondition, next; many of
// them in one submission; when |r| in the norm of M^-1 has fallen by `tolerance`, the steps become 0.
// Dot products: `threads` threads stride over the states and leave a partial sum each; one workgroup
// adds those, as strides and then a tree. Always the same order, no atomics; only the last tree has
// barriers, which software adapters pay for dearly.
// Twin: src/analysis/potential/laplacian.ts. Precision: float32.
//
// binding          shape            unit
// parameters       3 words          core states c; threads of a dot product; tolerance
// row_start        c + 1            offsets into `row_entry`
// row_entry        2 x core pairs   (neighbour, slot)
// weight           slots            unit of w
// aggregate_of     c                aggregate, 0xfffffffe in none, 0xffffffff a root
// correction       aggregates       nats
// vectors          6 c              x, r, z, p, q = A p, 1 / diag(A) (written)
// scalars          8                alpha, beta, r.z, first r.z, done (2: broken), iterations (written)
// partials         threads          partial sums (written)
override workgroup_size: u32 = 256u;

struct Parameters { states: u32, threads: u32, tolerance: f32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> row_start: array<u32>;
@group(0) @binding(2) var<storage, read> row_entry: array<vec2u>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> aggregate_of: array<u32>;
@group(0) @binding(5) var<storage, read> correction: array<f32>;
@group(0) @binding(6) var<storage, read_write> vectors: array<f32>;
@group(0) @binding(7) var<storage, read_write> scalars: array<f32>;
@group(0) @binding(8) var<storage, read_write> partials: array<f32>;

const UNGROUPED = 0xfffffffeu;
const ROOT = 0xffffffffu;
const ALPHA = 0u;
const BETA = 1u;
const RZ = 2u;
const FIRST_RZ = 3u;
const DONE = 4u;
const ITERATIONS = 5u;
// Value of DONE where rounding made a norm negative.
const BROKEN = 2.0;

var<workgroup> leaves: array<f32, workgroup_size>;

// Sum of all partial sums; the same in every lane.
fn dot_product(lane: u32) -> f32 {
  var sum = 0.0;
  for (var k = lane; k < parameters.threads; k += workgroup_size) { sum += partials[k]; }
  leaves[lane] = sum;
  workgroupBarrier();
  for (var width = workgroup_size / 2u; width > 0u; width /= 2u) {
    if (lane < width) { leaves[lane] += leaves[lane + width]; }
    workgroupBarrier();
  }
  return leaves[0];
}

@compute @workgroup_size(workgroup_size)
fn begin(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let f = (group.y * groups.x + group.x) * workgroup_size + lane;
  let c = parameters.states;
  if (f >= c) { return; }
  var diagonal = 0.0;
  for (var k = row_start[f]; k < row_start[f + 1u]; k++) { diagonal += weight[row_entry[k].y]; }
  vectors[f] = 0.0;
  vectors[3u * c + f] = 0.0;
  // With 0 for the inverse diagonal of a root its search direction stays 0, and so its potential.
  let held = aggregate_of[f] == ROOT || !(diagonal > 0.0);
  vectors[5u * c + f] = select(1.0 / diagonal, 0.0, held);
}

@compute @workgroup_size(workgroup_size)
fn precondition(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (thread >= parameters.threads) { return; }
  let c = parameters.states;
  var sum = 0.0;
  for (var f = thread; f < c; f += parameters.threads) {
    let r = vectors[c + f];
    var z = vectors[5u * c + f] * r;
    if (aggregate_of[f] < UNGROUPED) { z += correction[aggregate_of[f]]; }
    vectors[2u * c + f] = z;
    sum += r * z;
  }
  partials[thread] = sum;
}

@compute @workgroup_size(workgroup_size)
fn first(@builtin(local_invocation_index) lane: u32) {
  let rz = dot_product(lane);
  if (lane == 0u) {
    scalars[ALPHA] = 0.0;
    scalars[BETA] = 0.0;
    scalars[RZ] = rz;
    scalars[FIRST_RZ] = rz;
    scalars[DONE] = select(select(BROKEN, 1.0, rz == 0.0), 0.0, rz > 0.0);
    scalars[ITERATIONS] = 0.0;
  }
}

@compute @workgroup_size(workgroup_size)
fn direction(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let f = (group.y * groups.x + group.x) * workgroup_size + lane;
  let c = parameters.states;
  if (f >= c) { return; }
  vectors[3u * c + f] = vectors[2u * c + f] + scalars[BETA] * vectors[3u * c + f];
}

@compute @workgroup_size(workgroup_size)
fn product(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (thread >= parameters.threads) { return; }
  let c = parameters.states;
  var sum = 0.0;
  for (var f = thread; f < c; f += parameters.threads) {
    let own = vectors[3u * c + f];
    var q = 0.0;
    for (var k = row_start[f]; k < row_start[f + 1u]; k++) {
      q += weight[row_entry[k].y] * (own - vectors[3u * c + row_entry[k].x]);
    }
    vectors[4u * c + f] = q;
    sum += own * q;
  }
  partials[thread] = sum;
}

@compute @workgroup_size(workgroup_size)
fn advance(@builtin(local_invocation_index) lane: u32) {
  let pq = dot_product(lane);
  if (lane == 0u) {
    if (scalars[DONE] == 0.0 && pq > 0.0) {
      scalars[ALPHA] = scalars[RZ] / pq;
    } else {
      scalars[ALPHA] = 0.0;
      if (scalars[DONE] == 0.0) { scalars[DONE] = BROKEN; }
    }
  }
}

@compute @workgroup_size(workgroup_size)
fn update(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let f = (group.y * groups.x + group.x) * workgroup_size + lane;
  let c = parameters.states;
  if (f >= c) { return; }
  vectors[f] += scalars[ALPHA] * vectors[3u * c + f];
  vectors[c + f] -= scalars[ALPHA] * vectors[4u * c + f];
}

@compute @workgroup_size(workgroup_size)
fn next(@builtin(local_invocation_index) lane: u32) {
  let rz = dot_product(lane);
  if (lane == 0u && scalars[DONE] == 0.0) {
    scalars[BETA] = max(rz, 0.0) / scalars[RZ];
    scalars[RZ] = rz;
    scalars[ITERATIONS] += 1.0;
    if (!(rz >= 0.0)) {
      scalars[DONE] = BROKEN;
    } else if (rz <= parameters.tolerance * parameters.tolerance * scalars[FIRST_RZ]) {
      scalars[DONE] = 1.0;
    }
  }
}
