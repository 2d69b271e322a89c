// Replicas of X2 under the fitted balance, one workgroup a replica: draw, components, fit, X2 at once.
//
// Formula (method.md, section 5.3): N_fg ~ Binomial(B_fg, p_fg) for every pair; pairs that join two
// strongly connected components are emptied; theta by Newton; X2 = sum (N - B p)^2 / (B p (1 - p)).
// Draws: Threefry4x32-20 and alias tables, whole numbers alone, so the counts are those of the twin bit
// for bit. Fit: conjugate gradients with L^+ of the observed Hessian before them, steps shortened to
// ln(1 + r) / r. Every state has `lanes` invocations; sums are strides, then a tree, then the states
// in order.
// Twin: src/analysis/balance/bootstrap.ts. Precision: float32; unknown is the change y of theta since the
// observed fit, and the odds of that fit come as `odds`, so that large thetas lose no digits.
//
// binding          shape             unit
// parameters       8 words           n; pairs; first pair's number; lanes a state (a power of two);
//                                    first replica; replicas; seed, low and high word
// row_start        n + 1             offsets into `entries`
// entries          2 x pairs         (neighbour, 2 x pair + 1 where the neighbour is the lower state)
// tables           pairs             (first cell, lowest count, shift, B)
// odds             pairs             e^(theta_g - theta_f), f the lower state
// cells            cells             alias in the top bits, share below `shift`
// inverse          n x n             L^+, 1 / counts
// answers          replicas          (X2, Newton steps; steps negative: not converged) (written)
override workgroup_size: u32 = 256u;
override most_states: u32 = 64u;
override most_pairs: u32 = 2048u;

const EMPTY = 0xffffffffu;
const TOLERANCE = 1e-3;
const ROUGH = 0.3;
const FINE = 1e-3;
const MOST_STEPS = 40;
const MOST_INNER = 100;

struct Parameters {
  states: u32, pairs: u32, first_pair: u32, lanes: u32,
  first: u32, replicas: u32, seed_low: u32, seed_high: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> row_start: array<u32>;
@group(0) @binding(2) var<storage, read> entries: array<vec2u>;
@group(0) @binding(3) var<storage, read> tables: array<vec4u>;
@group(0) @binding(4) var<storage, read> odds: array<f32>;
@group(0) @binding(5) var<storage, read> cells: array<u32>;
@group(0) @binding(6) var<storage, read> inverse: array<f32>;
@group(0) @binding(7) var<storage, read_write> answers: array<vec2f>;

var<workgroup> drawn: array<u32, most_pairs>;
var<workgroup> leaves: array<f32, workgroup_size>;
var<workgroup> by_state: array<f32, most_states>;
var<workgroup> e: array<f32, most_states>;
var<workgroup> residual: array<f32, most_states>;
var<workgroup> direction: array<f32, most_states>;
var<workgroup> component: array<u32, most_states>;
var<workgroup> reach: array<u32, most_states>;
var<workgroup> going: u32;

// This invocation's state, its place among the state's lanes, and its entries.
struct Place { lane: u32, state: u32, part: u32, used: bool, start: u32, end: u32 }

fn rotated(word: u32, bits: u32) -> u32 { return (word << bits) | (word >> (32u - bits)); }

fn threefry(counter: vec4u, key: vec4u) -> vec4u {
  var rotations = array<vec2u, 8>(
    vec2u(10u, 26u), vec2u(11u, 21u), vec2u(13u, 27u), vec2u(23u, 5u),
    vec2u(6u, 20u), vec2u(17u, 11u), vec2u(25u, 10u), vec2u(18u, 20u),
  );
  var k = key;
  var k4 = 0x1bd11bdau ^ key.x ^ key.y ^ key.z ^ key.w;
  var c = counter + k;
  for (var turn = 1u; turn <= 5u; turn++) {
    for (var round = 0u; round < 4u; round++) {
      let r = rotations[(4u * turn + 4u + round) & 7u];
      c.x += c.y;
      c.y = rotated(c.y, r.x) ^ c.x;
      c.z += c.w;
      c.w = rotated(c.w, r.y) ^ c.z;
      // The second and the fourth word change places.
      c = c.xwzy;
    }
    // The key's words come in turn.
    let first = k.x;
    k = vec4u(k.yzw, k4);
    k4 = first;
    c += k;
    c.w += turn;
  }
  return c;
}

fn draw(lane: u32, replica: u32) {
  let first = parameters.first_pair;
  let end = first + parameters.pairs;
  let last = (end + 3u) / 4u;
  for (var quad = first / 4u + lane; quad < last; quad += workgroup_size) {
    let key = vec4u(parameters.seed_low, parameters.seed_high, 0u, 0u);
    let words = threefry(vec4u(quad, replica, 0u, 0u), key);
    for (var j = 0u; j < 4u; j++) {
      let number = 4u * quad + j;
      if (number < first || number >= end) { continue; }
      let table = tables[number - first];
      let mask = (1u << table.z) - 1u;
      let own = words[j] >> table.z;
      let cell = cells[table.x + own];
      let outcome = select(cell >> table.z, own, (words[j] & mask) < (cell & mask));
      drawn[number - first] = table.y + outcome;
    }
  }
}

// Counts from the entry's own state to its neighbour, and back.
fn counts(entry: vec2u) -> vec2f {
  let pair = entry.y >> 1u;
  let upward = drawn[pair];
  if (upward == EMPTY) { return vec2f(0.0); }
  let found = vec2f(f32(upward), f32(tables[pair].w - upward));
  return select(found.yx, found, (entry.y & 1u) == 0u);
}

// Chances of the two directions, own first, at e.
fn chances(state: u32, entry: vec2u) -> vec2f {
  let ratio = odds[entry.y >> 1u];
  let other = e[entry.x];
  let own = e[state];
  let weights = select(vec2f(own * ratio, other), vec2f(own, other * ratio), (entry.y & 1u) == 0u);
  return weights / (weights.x + weights.y);
}

// Sum over the lanes of a state, for all of them.
fn state_total(at: Place, value: f32) -> f32 {
  leaves[at.lane] = value;
  workgroupBarrier();
  for (var width = parameters.lanes / 2u; width > 0u; width /= 2u) {
    if (at.part < width) { leaves[at.lane] += leaves[at.lane + width]; }
    workgroupBarrier();
  }
  let sum = leaves[at.lane - at.part];
  workgroupBarrier();
  return sum;
}

// Sum over the states, for every invocation: each adds the same numbers in the same order.
fn total(at: Place, value: f32) -> f32 {
  if (at.used && at.part == 0u) { by_state[at.state] = value; }
  workgroupBarrier();
  var sum = 0.0;
  for (var f = 0u; f < parameters.states; f++) { sum += by_state[f]; }
  workgroupBarrier();
  return sum;
}

fn largest(at: Place, value: f32) -> f32 {
  leaves[at.lane] = value;
  workgroupBarrier();
  for (var width = workgroup_size / 2u; width > 0u; width /= 2u) {
    if (at.lane < width) { leaves[at.lane] = max(leaves[at.lane], leaves[at.lane + width]); }
    workgroupBarrier();
  }
  let found = leaves[0];
  workgroupBarrier();
  return found;
}

// What one round adds to the states reached from the root (1) and leading to it (2).
fn spread(at: Place) -> u32 {
  var found = 0u;
  if (at.used && component[at.state] == EMPTY) {
    for (var k = at.start + at.part; k < at.end; k += parameters.lanes) {
      let entry = entries[k];
      if (component[entry.x] != EMPTY) { continue; }
      let there = reach[entry.x];
      let both = counts(entry);
      if (both.y > 0.0) { found |= there & 1u; }
      if (both.x > 0.0) { found |= there & 2u; }
    }
    found &= ~reach[at.state];
  }
  return found;
}

// Strongly connected components: what a root reaches and is reached from, then the next root.
// Returns how many there are.
fn empty_between(at: Place) -> u32 {
  if (at.used && at.part == 0u) { component[at.state] = EMPTY; }
  workgroupBarrier();
  var parts = 0u;
  loop {
    if (at.lane == 0u) {
      going = EMPTY;
      for (var f = parameters.states; f > 0u; f--) {
        if (component[f - 1u] == EMPTY) { going = f - 1u; }
      }
    }
    let root = workgroupUniformLoad(&going);
    if (root == EMPTY) { break; }
    if (at.used && at.part == 0u) { reach[at.state] = select(0u, 3u, at.state == root); }
    workgroupBarrier();
    for (var round = 0u; round < parameters.states; round++) {
      let found = spread(at);
      let forward = state_total(at, f32(found & 1u));
      let backward = state_total(at, f32(found >> 1u));
      if (at.used && at.part == 0u) {
        reach[at.state] |= select(0u, 1u, forward > 0.0) | select(0u, 2u, backward > 0.0);
      }
      let grown = total(at, forward + backward);
      if (at.lane == 0u) { going = select(0u, 1u, grown > 0.0); }
      if (workgroupUniformLoad(&going) == 0u) { break; }
    }
    if (at.used && at.part == 0u && component[at.state] == EMPTY && reach[at.state] == 3u) {
      component[at.state] = parts;
    }
    workgroupBarrier();
    parts++;
  }
  if (parts > 1u && at.used) {
    for (var k = at.start + at.part; k < at.end; k += parameters.lanes) {
      let entry = entries[k];
      if ((entry.y & 1u) == 0u && component[at.state] != component[entry.x]) { drawn[entry.y >> 1u] = EMPTY; }
    }
  }
  workgroupBarrier();
  return parts;
}

// L^+ times the residual, at the invocation's state. Where the replica is in several parts, mean 0 in
// each of them: nothing else would hold their gauges.
fn precondition(at: Place, parts: u32) -> f32 {
  var sum = 0.0;
  if (at.used) {
    let row = at.state * parameters.states;
    for (var g = at.part; g < parameters.states; g += parameters.lanes) { sum += inverse[row + g] * residual[g]; }
  }
  let z = state_total(at, sum);
  if (parts == 1u) { return z; }
  if (at.used && at.part == 0u) { by_state[at.state] = z; }
  workgroupBarrier();
  var mean = vec2f(0.0);
  if (at.used) {
    for (var f = 0u; f < parameters.states; f++) {
      if (component[f] == component[at.state]) { mean += vec2f(by_state[f], 1.0); }
    }
  }
  workgroupBarrier();
  return z - mean.x / max(mean.y, 1.0);
}

// The gradient downhill at the invocation's state.
fn gradient(at: Place) -> f32 {
  var sum = 0.0;
  if (at.used) {
    for (var k = at.start + at.part; k < at.end; k += parameters.lanes) {
      let entry = entries[k];
      let N = counts(entry);
      let p = chances(at.state, entry);
      sum += N.x * p.y - N.y * p.x;
    }
  }
  return state_total(at, sum);
}

// (H direction) at the invocation's state.
fn multiply(at: Place) -> f32 {
  var sum = 0.0;
  if (at.used) {
    let own = direction[at.state];
    for (var k = at.start + at.part; k < at.end; k += parameters.lanes) {
      let entry = entries[k];
      let N = counts(entry);
      let p = chances(at.state, entry);
      sum += (N.x + N.y) * p.x * p.y * (own - direction[entry.x]);
    }
  }
  return state_total(at, sum);
}

// The step at the invocation's state: conjugate gradients to `wanted`.
fn newton_step(at: Place, parts: u32, wanted: f32) -> f32 {
  var r = gradient(at);
  if (at.used && at.part == 0u) { residual[at.state] = r; }
  workgroupBarrier();
  var d = precondition(at, parts);
  if (at.used && at.part == 0u) { direction[at.state] = d; }
  var rz = total(at, r * d);
  let enough = rz * wanted * wanted;
  var step = 0.0;
  if (at.lane == 0u) { going = select(0u, 1u, rz > 0.0); }
  for (var k = 0; k < MOST_INNER; k++) {
    if (workgroupUniformLoad(&going) == 0u) { break; }
    let product = multiply(at);
    let curvature = total(at, d * product);
    let share = select(0.0, rz / curvature, curvature > 0.0);
    step += share * d;
    r -= share * product;
    if (at.used && at.part == 0u) { residual[at.state] = r; }
    workgroupBarrier();
    let z = precondition(at, parts);
    let next = total(at, r * z);
    d = z + (next / rz) * d;
    if (at.used && at.part == 0u) { direction[at.state] = d; }
    rz = next;
    if (at.lane == 0u) { going = select(0u, 1u, next > enough && curvature > 0.0); }
  }
  return step;
}

// max |change| along a pair with counts.
fn widest(at: Place, step: f32) -> f32 {
  if (at.used && at.part == 0u) { direction[at.state] = step; }
  workgroupBarrier();
  var found = 0.0;
  if (at.used) {
    for (var k = at.start + at.part; k < at.end; k += parameters.lanes) {
      let entry = entries[k];
      if (drawn[entry.y >> 1u] == EMPTY) { continue; }
      found = max(found, abs(step - direction[entry.x]));
    }
  }
  return largest(at, found);
}

fn pearson(at: Place) -> f32 {
  var sum = 0.0;
  if (at.used) {
    for (var k = at.start + at.part; k < at.end; k += parameters.lanes) {
      let entry = entries[k];
      let N = counts(entry);
      let both = N.x + N.y;
      if ((entry.y & 1u) == 1u || both == 0.0) { continue; }
      let p = chances(at.state, entry);
      let r = N.x * p.y - N.y * p.x;
      sum += r * r / (both * p.x * p.y);
    }
  }
  return total(at, state_total(at, sum));
}

@compute @workgroup_size(workgroup_size)
fn replicas(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.y * groups.x + group.x;
  if (index >= parameters.replicas) { return; }
  let state = lane / parameters.lanes;
  let used = state < parameters.states;
  var at = Place(lane, state, lane % parameters.lanes, used, 0u, 0u);
  if (used) {
    at.start = row_start[state];
    at.end = row_start[state + 1u];
  }
  draw(lane, parameters.first + index);
  workgroupBarrier();
  let parts = empty_between(at);
  var y = 0.0;
  if (used && at.part == 0u) { e[state] = 1.0; }
  workgroupBarrier();
  var wanted = ROUGH;
  var taken = 0;
  var size = 0.0;
  for (var k = 0; k < MOST_STEPS; k++) {
    taken = k + 1;
    let step = newton_step(at, parts, wanted);
    size = widest(at, step);
    var share = 1.0;
    if (size > 0.01) { share = log(1.0 + size) / size; }
    y += share * step;
    if (used && at.part == 0u) { e[state] = exp(y); }
    wanted = clamp(0.3 * size * size, FINE, ROUGH);
    if (lane == 0u) { going = select(0u, 1u, size > TOLERANCE); }
    if (workgroupUniformLoad(&going) == 0u) { break; }
  }
  let X2 = pearson(at);
  if (lane == 0u) {
    answers[index] = vec2f(X2, select(-f32(taken), f32(taken), size <= TOLERANCE));
  }
}
