// A small dense Laplacian on aggregates of core states: built, factored, inverted, applied.
//
// Formula: A_c = P^T A P, P the 0/1 matrix of aggregates, the rest (roots) at potential 0. Elimination by the star-mesh transformation of factor.wgsl and an inverse column by
// column: only sums and products of positive numbers, so float32 keeps relative accuracy.
// `assemble` and `eliminate`: one workgroup, one thread a row; `invert`: one thread a column;
// `correct`: y = A_c^-1 P^T r, one workgroup; `lift`: x = P y (exact where each state is its own
// aggregate). At most `workgroup_size` aggregates, at most 256.
// Twin: src/analysis/potential/laplacian.ts. Precision: float32.
//
// binding          shape                    unit
// parameters       2 words                  core states c; aggregates a
// row_start        c + 1                    offsets into `row_entry`
// row_entry        2 x core pairs           (neighbour, slot)
// weight           slots                    unit of w
// aggregate_of     c                        aggregate, 0xfffffffe in none, 0xffffffff a root
// member_start     a + 1                    members of an aggregate are consecutive core states
// matrix           2 a^2 + 2 a              weights, inverse, ground weights, pivots (written)
// vectors          6 c                      x, r, and others of conjugate.wgsl (x written by `lift`)
// correction       a                        y, nats (written)
override workgroup_size: u32 = 256u;

struct Parameters { states: u32, aggregates: u32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> row_start: array<u32>;
@group(0) @binding(2) var<storage, read> row_entry: array<vec2u>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> aggregate_of: array<u32>;
@group(0) @binding(5) var<storage, read> member_start: array<u32>;
@group(0) @binding(6) var<storage, read_write> matrix: array<f32>;
@group(0) @binding(7) var<storage, read_write> vectors: array<f32>;
@group(0) @binding(8) var<storage, read_write> correction: array<f32>;

const UNGROUPED = 0xfffffffeu;

var<workgroup> row: array<f32, workgroup_size>;
var<workgroup> ground: array<f32, workgroup_size>;

// Element (i, j) lies at j a + i: neighbouring threads read neighbouring words.
@compute @workgroup_size(workgroup_size)
fn assemble(@builtin(local_invocation_index) i: u32) {
  let a = parameters.aggregates;
  if (i >= a) { return; }
  for (var j = 0u; j < a; j++) { matrix[j * a + i] = 0.0; }
  var to_ground = 0.0;
  for (var f = member_start[i]; f < member_start[i + 1u]; f++) {
    for (var k = row_start[f]; k < row_start[f + 1u]; k++) {
      let j = aggregate_of[row_entry[k].x];
      let w = weight[row_entry[k].y];
      if (j >= UNGROUPED) {
        to_ground += w;
      } else if (j != i) {
        matrix[j * a + i] += w;
      }
    }
  }
  matrix[2u * a * a + i] = to_ground;
}

@compute @workgroup_size(workgroup_size)
fn eliminate(@builtin(local_invocation_index) i: u32) {
  let a = parameters.aggregates;
  ground[i] = 0.0;
  if (i < a) { ground[i] = matrix[2u * a * a + i]; }
  for (var k = 0u; k < a; k++) {
    row[i] = 0.0;
    if (i > k && i < a) { row[i] = matrix[k * a + i]; }
    workgroupBarrier();
    // Every lane adds the row itself: cheaper than the barriers of a tree.
    var pivot = ground[k];
    for (var j = k + 1u; j < a; j++) { pivot += row[j]; }
    if (i == k) { matrix[2u * a * a + a + k] = pivot; }
    if (i > k && i < a && row[i] > 0.0) {
      let share = row[i] / pivot;
      for (var j = k + 1u; j < a; j++) {
        if (j != i) { matrix[j * a + i] += share * row[j]; }
      }
      ground[i] += share * ground[k];
    }
    workgroupBarrier();
  }
}

@compute @workgroup_size(workgroup_size)
fn invert(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let a = parameters.aggregates;
  let column = group.x * workgroup_size + lane;
  if (column >= a) { return; }
  let inverse = a * a;
  let pivots = 2u * a * a + a;
  for (var u = 0u; u < a; u++) { matrix[inverse + u * a + column] = select(0.0, 1.0, u == column); }
  for (var k = column; k < a; k++) {
    let share = matrix[inverse + k * a + column] / matrix[pivots + k];
    for (var u = k + 1u; u < a; u++) {
      matrix[inverse + u * a + column] += share * matrix[k * a + u];
    }
  }
  for (var back = 0u; back < a; back++) {
    let k = a - 1u - back;
    var sum = matrix[inverse + k * a + column];
    for (var u = k + 1u; u < a; u++) {
      sum += matrix[k * a + u] * matrix[inverse + u * a + column];
    }
    matrix[inverse + k * a + column] = sum / matrix[pivots + k];
  }
}

@compute @workgroup_size(workgroup_size)
fn correct(@builtin(local_invocation_index) i: u32) {
  let a = parameters.aggregates;
  var sum = 0.0;
  if (i < a) {
    for (var f = member_start[i]; f < member_start[i + 1u]; f++) {
      sum += vectors[parameters.states + f];
    }
  }
  row[i] = sum;
  workgroupBarrier();
  if (i >= a) { return; }
  var y = 0.0;
  for (var j = 0u; j < a; j++) { y += matrix[a * a + j * a + i] * row[j]; }
  correction[i] = y;
}

@compute @workgroup_size(workgroup_size)
fn lift(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let f = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (f >= parameters.states) { return; }
  var x = 0.0;
  if (aggregate_of[f] < UNGROUPED) { x = correction[aggregate_of[f]]; }
  vectors[f] = x;
}
