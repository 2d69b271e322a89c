/** The rows on where a walk gets to: first passages, Kemeny's constant, committors, forbidden states. */
import type { DynamicsResult } from '../../analysis/result';
import { decimal, figures, percent, shortened, whole } from '../../charts/format';
import { shown, type NumberRow } from './number-row';

const steps = (value: number) => `${figures(value)} steps`;

/** A set of states by its first names. */
function setOf(states: string[]): string {
  const names = states.slice(0, 3).map((name) => shortened(name, 30));
  return states.length > 3 ? `${names.join(', ')}, … (${whole(states.length)})` : names.join(', ');
}

/** The states of a record with numbers outside a set, smallest number first. */
function others(values: Record<string, number | null>, set: string[]): [string, number][] {
  const inside = new Set(set);
  return Object.entries(values)
    .filter((one): one is [string, number] => one[1] !== null && !inside.has(one[0]))
    .sort((a, b) => a[1] - b[1]);
}

/** The first reason there is. */
const reason = (why: Record<string, string> | undefined) => Object.values(why ?? {})[0];

export function passageRows(dynamics: DynamicsResult): NumberRow[] {
  const { firstPassage, committor, forbidden } = dynamics;
  const rows: NumberRow[] = [];
  if (firstPassage) {
    const { target, times, kemeny, why } = firstPassage;
    const list = others(times, target);
    const far = list.at(-1);
    const middle = list[Math.floor((list.length - 1) / 2)];
    rows.push(
      {
        name: 'mean first passage',
        value: shown(middle?.[1], steps, why?.['times'] ?? reason(why)),
        meaning: `to ${setOf(target)}, median over the other states${far ? `; ${steps(far[1])} from ${shortened(far[0], 40)}, the farthest` : ''}`,
        help: 'first-passage',
      },
      {
        name: 'Kemeny’s constant',
        value: shown(kemeny, steps, why?.['kemeny'] ?? reason(why)),
        meaning:
          'mean first passage to a state drawn as the walk visits it; the same from anywhere',
        help: 'first-passage',
      },
    );
  }
  if (committor) {
    const { source, target, chances, why } = committor;
    const list = others(chances, [...source, ...target]);
    const low = list[0];
    const high = list.at(-1);
    rows.push({
      name: 'committor',
      value:
        low && high
          ? `${decimal(low[1], 3)} to ${decimal(high[1], 3)}`
          : shown(null, figures, reason(why) ?? 'there is no other state'),
      meaning: `chance to enter ${setOf(target)} before ${setOf(source)}${low && high ? `; least from ${shortened(low[0], 40)}, most from ${shortened(high[0], 40)}` : ''}`,
      help: 'committor',
    });
  }
  if (forbidden) {
    const { states, chances, why } = forbidden;
    const high = others(chances, states).at(-1);
    rows.push({
      name: 'chance of the forbidden',
      value: shown(high?.[1], percent, reason(why)),
      meaning: `ever to enter ${setOf(states)}${high ? `, from ${shortened(high[0], 40)}, the likeliest start` : ''}`,
      help: 'forbidden',
    });
  }
  return rows;
}
