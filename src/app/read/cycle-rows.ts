/** The rows on cycles: the largest affinities, the decomposition, and the published quantities. */
import type { Result } from '../../analysis/result';
import { decimal, percent, shortened, whole } from '../../charts/format';
import { shown, type NumberRow } from './number-row';

/** Names written out in a cycle, at most. */
const NAMED = 6;

/** A share below this is 0. */
const ROUNDING = 1e-9;

/** A cycle of states as it is walked, cut where it is long. */
function roundTrip(states: string[]): string {
  const names = states.slice(0, NAMED).map((name) => shortened(name, 24));
  if (states.length > NAMED) names.push(`… (${whole(states.length)} states)`);
  return [...names, shortened(states[0] ?? '', 24)].join(' → ');
}

export function cycleRows({ affinities, decomposition }: Result['tests']): NumberRow[] {
  const rows: NumberRow[] = [];
  const largest = affinities?.[0];
  if (largest) {
    const errors = largest.affinity / largest.sigma;
    rows.push({
      name: 'largest cycle affinity',
      value: `${decimal(largest.affinity, 3)} ± ${decimal(1.96 * largest.sigma, 3)} nats`,
      meaning: `${decimal(errors, 1)} standard errors from balance, the largest of ${whole(affinities.length)} cycles listed: ${roundTrip(largest.states)}`,
      help: 'affinities',
    });
  }
  if (decomposition) {
    const { weights, why, ...shares } = decomposition;
    const meanings = {
      gradient: `share of the log ratios that a potential explains; weights: ${weights}`,
      curl: 'share round triangles, which no potential explains',
      harmonic: 'share round longer cycles only',
    };
    for (const part of ['gradient', 'curl', 'harmonic'] as const)
      rows.push({
        name: `${part} share`,
        value: shown(shares[part], (v) => percent(v < ROUNDING ? 0 : v), why?.[part]),
        meaning: meanings[part],
        help: 'decomposition',
      });
  }
  return rows;
}

export function publishedRows({ tests, options }: Result): NumberRow[] {
  const { pairs, triangles, cycles } = tests;
  return [
    {
      name: 'r',
      value: shown(pairs.r, (v) => decimal(v, 3), pairs.why?.['r']),
      meaning: `correlation of log ratios with potential differences over ${whole(pairs.n)} pairs`,
      help: 'pairs-plot',
    },
    {
      name: 'slope',
      value: shown(pairs.slope, (v) => decimal(v, 3), pairs.why?.['slope']),
      meaning: '1 under balance',
      help: 'pairs-plot',
    },
    {
      name: '“chi²”/ndf',
      value:
        pairs.chi2Published === null || pairs.ndfPublished === 0
          ? 'none'
          : decimal(pairs.chi2Published / pairs.ndfPublished, 2),
      meaning: 'squared misfit divided by no variance: for comparison with the paper only',
      help: 'pairs-plot',
    },
    {
      name: 'triangles: chi²/n',
      value: shown(
        triangles.chi2,
        (v) => decimal(v / (triangles.n ?? 1), 2),
        triangles.why?.['chi2'],
      ),
      meaning: `squared affinity over its variance, mean of ${whole(triangles.n ?? 0)} triangles, which share pairs`,
      help: 'triangles',
    },
    {
      name: 'cycles: chi²',
      value: shown(cycles.chi2, (v) => decimal(v, 2), cycles.why?.['chi2']),
      meaning: `least squares on log ratios of ${whole(cycles.pairs)} pairs seen ${whole(options.minCycleCount)} times or more each way; about ${whole(cycles.ndf)} under balance`,
      help: 'threshold-cycles',
    },
  ];
}
