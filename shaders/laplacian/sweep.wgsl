// Right-hand side down through the rounds of elimination, solution back up.
//
// Formula: `forward`, round by round: b_u += sum over eliminated neighbours v of b_v w_uv / p_v;
// `back`, last round first: x_v = (b_v + sum over its star of w_vu x_u) / p_v.
// Twin: src/analysis/potential/laplacian.ts. Precision: float32. Sums run in the order of the lists.
//
// binding          shape             unit
// parameters       4 words a round   first of the round; how many; core states; n
// gather_vertex    gathers           position of u
// gather_start     gathers + 1       offsets into `gather_entry`
// gather_entry     sum of degrees    (position of v, slot)
// star_start       eliminated + 1    offsets into `star_entry`
// star_entry       sum of degrees    (position of u, slot)
// weight           slots             unit of w
// pivot            eliminated        p, unit of w
// values           2 x n             b (n, unit of the gradient), then x (n, nats) (written)
override workgroup_size: u32 = 256u;

struct Parameters { first: u32, count: u32, core: u32, states: u32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> gather_vertex: array<u32>;
@group(0) @binding(2) var<storage, read> gather_start: array<u32>;
@group(0) @binding(3) var<storage, read> gather_entry: array<vec2u>;
@group(0) @binding(4) var<storage, read> star_start: array<u32>;
@group(0) @binding(5) var<storage, read> star_entry: array<vec2u>;
@group(0) @binding(6) var<storage, read> weight: array<f32>;
@group(0) @binding(7) var<storage, read> pivot: array<f32>;
@group(0) @binding(8) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(workgroup_size)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (index >= parameters.count) { return; }
  let j = parameters.first + index;
  var sum = values[gather_vertex[j]];
  for (var k = gather_start[j]; k < gather_start[j + 1u]; k++) {
    let v = gather_entry[k].x;
    sum += values[v] * (weight[gather_entry[k].y] / pivot[v - parameters.core]);
  }
  values[gather_vertex[j]] = sum;
}

@compute @workgroup_size(workgroup_size)
fn back(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (group.y * groups.x + group.x) * workgroup_size + lane;
  if (index >= parameters.count) { return; }
  let record = parameters.first + index;
  let v = parameters.core + record;
  let p = pivot[record];
  var sum = values[v] / p;
  for (var k = star_start[record]; k < star_start[record + 1u]; k++) {
    sum += (weight[star_entry[k].y] / p) * values[parameters.states + star_entry[k].x];
  }
  values[parameters.states + v] = sum;
}
