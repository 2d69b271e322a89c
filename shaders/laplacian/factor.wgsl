// Elimination of one round of states from a weighted graph Laplacian, all states of it at once.
//
// Formula: state v with neighbours u_1..u_k and weights w_1..w_k is replaced by a star-mesh
// transformation, w_ij += w_i w_j / p, p = w_1 + .. + w_k: an exact Schur complement, and since every
// term is positive each weight keeps its relative accuracy in float32 however ill-conditioned the
// Laplacian. The states of a round are not neighbours of each other, so they do not wait.
// `pivots` first, then `fill`: one thread a changed slot gathers its terms in a fixed order.
// Twin: src/analysis/potential/laplacian.ts. Precision: float32.
//
// binding          shape             unit
// parameters       2 words a round   first record (or changed slot) of the round; how many
// star_start       eliminated + 1    offsets into `star_entry`
// star_entry       sum of degrees    (neighbour, slot)
// fill_slot        fills             slot that changes
// fill_start       fills + 1         offsets into `fill_entry`
// fill_entry       terms             (slot of w_i, slot of w_j, record of v)
// weight           slots             unit of w (written)
// pivot            eliminated        p, unit of w (written)
override workgroup_size: u32 = 256u;

struct Parameters { first: u32, count: u32 }
struct Term { a: u32, b: u32, record: u32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> star_start: array<u32>;
@group(0) @binding(2) var<storage, read> star_entry: array<vec2u>;
@group(0) @binding(3) var<storage, read> fill_slot: array<u32>;
@group(0) @binding(4) var<storage, read> fill_start: array<u32>;
@group(0) @binding(5) var<storage, read> fill_entry: array<Term>;
@group(0) @binding(6) var<storage, read_write> weight: array<f32>;
@group(0) @binding(7) var<storage, read_write> pivot: array<f32>;

@compute @workgroup_size(workgroup_size)
fn pivots(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (index >= parameters.count) { return; }
  let record = parameters.first + index;
  var sum = 0.0;
  for (var k = star_start[record]; k < star_start[record + 1u]; k++) {
    sum += weight[star_entry[k].y];
  }
  pivot[record] = sum;
}

@compute @workgroup_size(workgroup_size)
fn fill(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (index >= parameters.count) { return; }
  let j = parameters.first + index;
  var sum = weight[fill_slot[j]];
  for (var k = fill_start[j]; k < fill_start[j + 1u]; k++) {
    let term = fill_entry[k];
    sum += weight[term.a] * (weight[term.b] / pivot[term.record]);
  }
  weight[fill_slot[j]] = sum;
}
