/** The rows on the potential by named features of the states: what each weighs, how much they explain. */
import type { ParametricResult } from '../../analysis/result';
import { decimal, figures, percent, shortened, whole } from '../../charts/format';
import { shown, type NumberRow } from './number-row';

/** Weights written out, at most. */
const MOST = 20;

/** None where no features were given. */
export function featureRows(parametric: ParametricResult | undefined): NumberRow[] {
  if (!parametric) return [];
  const { weights, explained, p, ndf, states, without, furthest, why } = parametric;
  const reason = Object.values(why ?? {})[0];
  const missed = furthest[0];
  return [
    {
      name: 'explained by the features',
      value: shown(explained, percent, why?.['explained'] ?? reason),
      meaning: `share of the landscape's spread over ${whole(states)} states${without > 0 ? `; ${whole(without)} have no row` : ''}`,
      help: 'features',
    },
    ...weights.slice(0, MOST).map(({ feature, weight, interval }) => ({
      name: `weight of ${shortened(feature, 30)}`,
      value: `${decimal(weight, 3)} nats${interval ? ` (${interval.map((end) => decimal(end, 3)).join(' to ')})` : ''}`,
      meaning: `height for one more of it, the others equal${interval ? '; 95% interval' : ''}`,
      help: 'features',
    })),
    {
      name: 'what features leave out: p',
      value: shown(p, figures, why?.['p'] ?? reason),
      meaning: `small where more than noise is left, ${whole(ndf)} degrees of freedom${missed ? `; most at ${shortened(missed.state, 40)}, off by ${decimal(missed.residual, 2)} nats` : ''}`,
      help: 'features',
    },
  ];
}
