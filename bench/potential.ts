/**
 * The least-action potential (method section 3, softplus) on random and on chain-like graphs, against
 * Newton with SciPy's solvers on the same weights. The two must agree, or it fails.
 */
import { solveLeastAction } from '../src/analysis/least-action';
import { gridPairs, problemFromPairs, randomPairs } from '../test/cases/graphs';
import { askPeer, fastest, hasPython, timeLine, type BenchLine } from './tools/measure';

/** Largest difference of the two potentials, in nats: both stop at Newton steps of 1e-8. */
const AGREEMENT = 1e-6;

/** Each with the solver of SciPy that is the faster one there. */
const CASES = [
  { name: '1,000 states, random', states: 1000, pairs: randomPairs(1000, 3001, 1), solver: 'cg' },
  { name: '10,000 states, random', states: 1e4, pairs: randomPairs(1e4, 3e4, 2), solver: 'cg' },
  { name: '10,000 states, chain', states: 1e4, pairs: gridPairs(1, 1e4), solver: 'direct' },
  { name: '10,000 states, ladder', states: 1e4, pairs: gridPairs(2, 5000, 3), solver: 'direct' },
];

export default function* potential(): Iterable<BenchLine> {
  const peer = hasPython('numpy', 'scipy');
  for (const { name, states, pairs, solver } of CASES) {
    const problem = problemFromPairs(states, pairs, 7);
    const ours = fastest(3, () => solveLeastAction(problem, 'softplus'));
    if (!ours.value.converged) throw new Error(`${name}: our solver did not converge`);
    if (!peer) {
      yield timeLine('potential', name, ours.seconds, null);
      continue;
    }
    const theirs = askPeer<{ seconds: number; V: number[] }>('potential.py', {
      rowStart: [...problem.rowStart],
      target: [...problem.target],
      weight: [...problem.weight],
      solver,
      runs: 3,
    });
    const apart = Math.max(...theirs.V.map((v, f) => Math.abs(v - ours.value.V[f]!)));
    if (!(apart < AGREEMENT)) throw new Error(`${name}: the potentials differ by ${apart} nats`);
    yield timeLine('potential', name, ours.seconds, theirs.seconds);
  }
}
