/**
 * The least-action potential (method section 3, softplus, |Newton step| <= 1e-8) on graphs of several
 * kinds, against Newton with SciPy's solvers on the same weights, each case against the fastest of
 * them. The two must agree, or it fails. Part of the line: which variant of the peer was the fastest.
 */
import { solveLeastAction } from '../src/analysis/potential/least-action';
import { prepare } from '../src/analysis/prepare';
import { gridPairs, problemFromPairs, randomPairs } from '../test/cases/graphs';
import { familyGraph } from './tools/families';
import { askPeer, fastest, hasPython, timeLine, type BenchLine } from './tools/measure';

/** Largest difference of the two potentials, in nats: both stop at Newton steps of 1e-8. */
const AGREEMENT = 1e-6;

/** Each takes the fastest of as many: the machine is not alone with us. */
const RUNS = 25;

/** The size of the published expression agent's graph (method section 5). */
const [STATES, EDGES] = [7484, 21697];

const published = (family: 'tree' | 'ring' | 'chain' | 'random') =>
  prepare(familyGraph(family, STATES, EDGES)).leastAction;

const CASES = [
  { name: '7,484 states, tree-like', problem: () => published('tree') },
  { name: '7,484 states, ring-like', problem: () => published('ring') },
  { name: '7,484 states, chain-like', problem: () => published('chain') },
  { name: '7,484 states, random', problem: () => published('random') },
  {
    name: '1,000 states, random',
    problem: () => problemFromPairs(1000, randomPairs(1000, 3001, 1), 7),
  },
  {
    name: '10,000 states, random',
    problem: () => problemFromPairs(1e4, randomPairs(1e4, 3e4, 2), 7),
  },
  { name: '10,000 states, chain', problem: () => problemFromPairs(1e4, gridPairs(1, 1e4), 7) },
  { name: '10,000 states, ladder', problem: () => problemFromPairs(1e4, gridPairs(2, 5000, 3), 7) },
  { name: '10,000 states, grid', problem: () => problemFromPairs(1e4, gridPairs(100, 100, 3), 7) },
];

export default function* analysis(): Iterable<BenchLine> {
  const peer = hasPython('numpy', 'scipy');
  for (const { name, problem: make } of CASES) {
    const problem = make();
    const ours = fastest(RUNS, () => solveLeastAction(problem, 'softplus'));
    if (!ours.value.converged) throw new Error(`${name}: our solver did not converge`);
    if (!peer) {
      yield timeLine('analysis', name, ours.seconds, null);
      continue;
    }
    const theirs = askPeer<{ seconds: number; solver: string; V: number[] }>('analysis.py', {
      rowStart: [...problem.rowStart],
      target: [...problem.target],
      weight: [...problem.weight],
      runs: RUNS,
    });
    let apart = 0;
    theirs.V.forEach((v, f) => (apart = Math.max(apart, Math.abs(v - ours.value.V[f]!))));
    if (!(apart < AGREEMENT)) throw new Error(`${name}: the potentials differ by ${apart} nats`);
    const line = timeLine('analysis', name, ours.seconds, theirs.seconds);
    yield { ...line, case: `${name}; peer: ${theirs.solver}` };
  }
}
