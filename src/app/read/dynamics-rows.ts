/** The rows on the largest component in time: how far time has a direction, and what the walk does. */
import { arrowOfTime } from '../../analysis/dynamics/entropy-production';
import type { DynamicsResult } from '../../analysis/result';
import { figures, percent, shortened, whole } from '../../charts/format';
import { shown, type NumberRow } from './number-row';
import { passageRows } from './passage-rows';

/** Rounding: an entropy production below this is 0. */
const NEGLIGIBLE = 1e-15;

const nats = (value: number) => `${figures(value)} nats a step`;
const steps = (value: number) => `${figures(value)} steps`;

/** None without a component of two states. */
export function irreversibilityRows(dynamics: DynamicsResult | null): NumberRow[] {
  if (!dynamics) return [];
  const { entropyProduction: entropy, netFlux } = dynamics;
  const why = entropy.why ?? {};
  // With pairs seen one way only the bound is the larger of the two, and still a bound.
  const atLeast =
    entropy.plugIn === null ? null : Math.max(entropy.plugIn, entropy.lowerBound ?? 0);
  const rows: NumberRow[] = [
    {
      name: 'entropy production',
      value: shown(entropy.plugIn, nats, why['plugIn']),
      meaning: `0 under balance, and biased upward; over pairs seen both ways (${whole(entropy.oneWayPairs)} were not)`,
      help: 'entropy-production',
    },
    {
      name: 'entropy production, lower bound',
      value: shown(entropy.lowerBound, nats, why['lowerBound']),
      meaning: 'finite also where a direction was never seen; biased upward too',
      help: 'entropy-production',
    },
    {
      name: 'the same under balance',
      value:
        entropy.nullInterval === null || entropy.nullMean === null
          ? shown(null, nats, why['nullMean'])
          : `${figures(entropy.nullMean)} (${entropy.nullInterval.map(figures).join(' to ')})`,
      meaning: 'mean and middle 95% of the plug-in in simulated balanced walks with as many counts',
      help: 'entropy-production',
    },
    {
      name: 'arrow of time',
      value: shown(
        atLeast !== null && atLeast > NEGLIGIBLE ? arrowOfTime(atLeast) : null,
        (v) => `about ${whole(v)} steps`,
        why['plugIn'] ?? 'the entropy production is 0',
      ),
      meaning:
        'length of a film of the walk that tells its direction at 95%; too short by the bias',
      help: 'arrow-of-time',
    },
  ];
  if (entropy.schnakenberg !== undefined)
    rows.splice(3, 0, {
      name: 'Schnakenberg’s sum',
      value: shown(entropy.schnakenberg, nats, why['schnakenberg']),
      meaning: 'net flux times affinity over the chords of a tree: the entropy production again',
      help: 'net-flux',
    });
  if (netFlux) {
    const first = netFlux.largest[0];
    rows.push({
      name: 'net flux',
      value: shown(netFlux.share, percent, netFlux.why?.['share']),
      meaning: `share of the traffic that does not go back the same way; 0 under balance${first ? `; most on ${shortened(first.from, 40)} → ${shortened(first.to, 40)}` : ''}`,
      help: 'net-flux',
    });
  }
  return rows;
}

/** None without a component of two states. */
export function timeRows(dynamics: DynamicsResult | null): NumberRow[] {
  if (!dynamics) return [];
  const { eigenvalueModuli: moduli, downhill } = dynamics;
  const why = { ...dynamics.why, ...downhill.why };
  const [favourite, share] = Object.entries(dynamics.stationary).reduce(
    (best, one) => (one[1] > best[1] ? one : best),
    ['', -1],
  );
  return [
    {
      name: 'most visited state',
      value: shown(
        share < 0 ? null : share,
        (v) => `${shortened(favourite, 40)}, ${percent(v)}`,
        why['stationary'],
      ),
      meaning: 'stationary share: of a walk that goes on for ever',
      help: 'stationary',
    },
    {
      name: 'second eigenvalue',
      value: shown(moduli[1], figures, why['eigenvalueModuli']),
      meaning: 'modulus; the nearer to 1, the slower the walk forgets where it began',
      help: 'spectrum',
    },
    {
      name: 'relaxation time',
      value: shown(
        dynamics.relaxationTimes[0],
        steps,
        why['relaxationTimes'] ?? why['eigenvalueModuli'],
      ),
      meaning: 'of the slowest mode: −1 / ln of that modulus',
      help: 'spectrum',
    },
    ...passageRows(dynamics),
    {
      name: 'downhill',
      value: shown(downhill.weighted, percent, why['weighted']),
      meaning: 'share of the transitions that go to a lower potential',
      help: 'downhill',
    },
    {
      name: 'downhill, each once',
      value: shown(downhill.unweighted, percent, why['unweighted']),
      meaning: 'the same over distinct transitions',
      help: 'downhill',
    },
  ];
}
