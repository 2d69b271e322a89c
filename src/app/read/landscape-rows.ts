/** The rows on the landscape: its height, how sure it is, how far the two estimates of it agree. */
import type { Result } from '../../analysis/result';
import { decimal, figures, shortened, whole } from '../../charts/format';
import { shown, type NumberRow } from './number-row';

const nats = (value: number) => `${decimal(value, 3)} nats`;

/** Potentials are solved to about this, in nats. */
const SOLVED = 1e-7;

/** The states of the largest component; none where no component has two. */
function largest({ components }: Result): string[] {
  const states = components.reduce<string[]>(
    (most, one) => (one.states.length > most.length ? one.states : most),
    [],
  );
  return states.length > 1 ? states : [];
}

export function landscapeRows(result: Result): NumberRow[] {
  const { potential, reversible, bounds } = result;
  const states = largest(result);
  const rows: NumberRow[] = [];
  if (states.length > 0) {
    const sorted = [...states].sort((f, g) => potential.V[f]! - potential.V[g]!);
    const [low, high] = [sorted[0]!, sorted.at(-1)!];
    rows.push({
      name: 'height of the landscape',
      value: nats(potential.V[high]! - potential.V[low]!),
      meaning: `from ${shortened(low, 40)}, the lowest of the largest component, up to ${shortened(high, 40)}`,
      help: 'potential',
    });
    const errors = states
      .flatMap((state) => potential.standardError?.[state] ?? [])
      .sort((a, b) => a - b);
    rows.push({
      name: 'standard error of V',
      value: shown(
        errors[Math.floor((errors.length - 1) / 2)],
        nats,
        potential.why?.['standardError'],
      ),
      meaning: 'median over the states of the largest component, mean 0 in it',
      help: 'standard-errors',
    });
  }
  if (reversible) {
    const names = Object.keys(reversible.V);
    const gaps = names.map((name) => potential.V[name]! - reversible.V[name]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    rows.push({
      name: 'reversible fit',
      value: shown(
        gaps.length > 0 ? Math.max(...gaps.map((gap) => Math.abs(gap - mean))) : null,
        (v) => (v < SOLVED ? 'the same' : `within ${figures(v)} nats`),
        reversible.why?.['V'],
      ),
      meaning:
        'largest difference between the landscape by maximum likelihood and that by least action',
      help: 'reversible',
    });
  }
  rows.push({
    name: 'unbounded differences',
    value: whole(bounds.length),
    meaning: 'pairs joined one way only, each with a 95% bound below',
    help: 'components',
  });
  return rows;
}
