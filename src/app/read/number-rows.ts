/** Every number of a result with what it means in one line: a table, no mathematics. */
import { arrowOfTime } from '../../analysis/entropy-production';
import type { DynamicsResult, Result } from '../../analysis/result';
import { decimal, figures, percent, shortened, whole } from '../../charts/format';

export interface NumberRow {
  name: string;
  value: string;
  meaning: string;
}

export interface NumberGroup {
  title: string;
  rows: NumberRow[];
}

/** A number, or a dash and the reason why there is none. */
function shown(
  value: number | null,
  show: (value: number) => string,
  why: string | undefined,
): string {
  if (value !== null) return show(value);
  return why ? `none: ${why}` : 'none';
}

function interval([low, high]: [number | null, number | null]): string {
  return `${low === null ? '?' : decimal(low, 3)} to ${high === null ? '?' : decimal(high, 3)}`;
}

/** Rounding: an entropy production below this is 0. */
const NEGLIGIBLE = 1e-15;

const METHODS = {
  asymptotic: 'chi-squared distribution (expected counts are large enough)',
  'conditional-bootstrap': 'conditional bootstrap (counts too small for the formula)',
  none: 'not computed',
};

/** The groups of the page's table of numbers. */
export function numberGroups(result: Result): NumberGroup[] {
  const { input, backend, potential } = result;
  const { balance, pairs, triangles, cycles, assumptions } = result.tests;
  const why = balance.why ?? {};
  return [
    {
      title: 'The counts',
      rows: [
        { name: 'states', value: whole(input.states), meaning: 'distinct states seen' },
        { name: 'attempts', value: whole(input.attempts), meaning: 'times the agent was asked' },
        { name: 'accepted', value: whole(input.accepted), meaning: 'answers that were states' },
        {
          name: 'rejected',
          value: whole(input.rejected),
          meaning: 'answers that were not: staying',
        },
        {
          name: 'distinct transitions',
          value: whole(input.distinctTransitions),
          meaning: 'ordered pairs of different states seen at least once',
        },
        {
          name: 'components',
          value: whole(result.components.length),
          meaning: 'groups of states that can reach one another; a potential is finite inside each',
        },
      ],
    },
    {
      title: 'The test of detailed balance',
      rows: [
        {
          name: 'X²',
          value: shown(balance.X2, (v) => decimal(v, 2), why['X2']),
          meaning: `misfit of all pairs to the best potential; about ${whole(balance.ndf)} under balance`,
        },
        {
          name: 'degrees of freedom',
          value: whole(balance.ndf),
          meaning: 'pairs − states + components',
        },
        { name: 'p', value: shown(balance.p, figures, why['p']), meaning: METHODS[balance.method] },
        {
          name: 'tau',
          value: shown(balance.tau, (v) => `${decimal(v, 3)} nats`, why['tau']),
          meaning: 'effect size: the typical misfit of a log ratio to any potential',
        },
        ...(balance.tauInterval
          ? [
              {
                name: '95% interval of tau',
                value: `${interval(balance.tauInterval)} nats`,
                meaning: 'approximate',
              },
            ]
          : []),
        {
          name: 'smallest detectable tau',
          value: shown(balance.tauDetectable, (v) => `${decimal(v, 3)} nats`, why['tauDetectable']),
          meaning: 'would be seen with 80% power at the 5% level',
        },
        {
          name: 'pairs that stand out',
          value: shown(balance.flagged.length || null, whole, why['flagged'] ?? 'no pair does'),
          meaning: balance.flagged
            .slice(0, 3)
            .map(({ states, residual }) => {
              const [f, g] = residual > 0 ? states : [states[1], states[0]];
              return `${shortened(f, 40)} to ${shortened(g, 40)}: too often by ${decimal(Math.abs(residual), 1)} standard errors`;
            })
            .concat('at a false discovery rate of 5%')
            .join('; '),
        },
      ],
    },
    ...(assumptions
      ? [
          {
            title: 'What the test assumes',
            rows: [
              {
                name: 'halves: p',
                value: shown(assumptions.halves.p, figures, assumptions.halves.why?.['p']),
                meaning: `first half of the log against the second, ${whole(assumptions.halves.ndf)} degrees of freedom; small where the kernel drifted`,
              },
              {
                name: 'design effect',
                value: shown(
                  assumptions.designEffect,
                  (v) => decimal(v, 2),
                  assumptions.why?.['designEffect'],
                ),
                meaning: 'how many times repeats in runs inflate X²; 1 where they are chance',
              },
            ],
          },
        ]
      : []),
    {
      title: 'As published (descriptive, not a test)',
      rows: [
        {
          name: 'r',
          value: shown(pairs.r, (v) => decimal(v, 3), pairs.why?.['r']),
          meaning: `correlation of log ratios with potential differences over ${whole(pairs.n)} pairs`,
        },
        {
          name: 'slope',
          value: shown(pairs.slope, (v) => decimal(v, 3), pairs.why?.['slope']),
          meaning: '1 under balance',
        },
        {
          name: '“chi²”/ndf',
          value:
            pairs.chi2Published === null || pairs.ndfPublished === 0
              ? 'none'
              : decimal(pairs.chi2Published / pairs.ndfPublished, 2),
          meaning: 'squared misfit divided by no variance: for comparison with the paper only',
        },
        {
          name: 'triangles: chi²/n',
          value: shown(
            triangles.chi2,
            (v) => decimal(v / (triangles.n ?? 1), 2),
            triangles.why?.['chi2'],
          ),
          meaning: `squared affinity over its variance, mean of ${whole(triangles.n ?? 0)} triangles, which share pairs`,
        },
        {
          name: 'cycles: chi²',
          value: shown(cycles.chi2, (v) => decimal(v, 2), cycles.why?.['chi2']),
          meaning: `least squares on log ratios of ${whole(cycles.pairs)} pairs seen ${whole(result.options.minCycleCount)} times or more each way; about ${whole(cycles.ndf)} under balance`,
        },
      ],
    },
    ...dynamicsGroup(result.dynamics),
    {
      title: 'How it was computed',
      rows: [
        {
          name: 'backend',
          value: `${backend.kind === 'webgpu' ? 'WebGPU' : 'CPU'}${backend.adapter ? ` (${backend.adapter})` : ''}`,
          meaning: backend.reason ?? '',
        },
        { name: 'precision', value: backend.precision, meaning: `self-test ${backend.selfTest}` },
        {
          name: 'last Newton step',
          value: shown(potential.lastStep, figures, undefined),
          meaning: potential.converged
            ? `converged in ${potential.iterations} steps`
            : `NOT converged after ${potential.iterations} steps: do not trust the potential`,
        },
        {
          name: 'normalisation, action',
          value: `${result.options.normalisation}, ${result.options.action}`,
          meaning: 'how counts became a kernel, and which convex action was minimised',
        },
        {
          name: 'bootstrap',
          value: whole(balance.replicas),
          meaning: `simulated experiments; seed ${result.options.seed}`,
        },
      ],
    },
  ];
}

/** None without a component of two states. */
function dynamicsGroup(dynamics: DynamicsResult | null): NumberGroup[] {
  if (!dynamics) return [];
  const { entropyProduction: entropy, eigenvalueModuli: moduli, downhill } = dynamics;
  const why = { ...dynamics.why, ...entropy.why, ...downhill.why };
  const [favourite, share] = Object.entries(dynamics.stationary).reduce(
    (best, one) => (one[1] > best[1] ? one : best),
    ['', -1],
  );
  // With pairs seen one way only the bound is the larger of the two, and still a bound.
  const atLeast =
    entropy.plugIn === null ? null : Math.max(entropy.plugIn, entropy.lowerBound ?? 0);
  const nats = (value: number) => `${figures(value)} nats a step`;
  const steps = (value: number) => `${figures(value)} steps`;
  const rows: NumberRow[] = [
    {
      name: 'most visited state',
      value: shown(
        share < 0 ? null : share,
        (v) => `${shortened(favourite, 40)}, ${percent(v)}`,
        why['stationary'],
      ),
      meaning: 'stationary share: of a walk that goes on for ever',
    },
    {
      name: 'entropy production',
      value: shown(entropy.plugIn, nats, why['plugIn']),
      meaning: `0 under balance, and biased upward; over pairs seen both ways (${whole(entropy.oneWayPairs)} were not)`,
    },
    {
      name: 'entropy production, lower bound',
      value: shown(entropy.lowerBound, nats, why['lowerBound']),
      meaning: 'finite also where a direction was never seen; biased upward too',
    },
    {
      name: 'the same under balance',
      value:
        entropy.nullInterval === null || entropy.nullMean === null
          ? shown(null, nats, why['nullMean'])
          : `${figures(entropy.nullMean)} (${entropy.nullInterval.map(figures).join(' to ')})`,
      meaning: 'mean and middle 95% of the plug-in in simulated balanced walks with as many counts',
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
    },
    {
      name: 'second eigenvalue',
      value: shown(moduli[1] ?? null, figures, why['eigenvalueModuli']),
      meaning: 'modulus; the nearer to 1, the slower the walk forgets where it began',
    },
    {
      name: 'relaxation time',
      value: shown(
        dynamics.relaxationTimes[0] ?? null,
        steps,
        why['relaxationTimes'] ?? why['eigenvalueModuli'],
      ),
      meaning: 'of the slowest mode: −1 / ln of that modulus',
    },
    {
      name: 'downhill',
      value: shown(downhill.weighted, percent, why['weighted']),
      meaning: 'share of the transitions that go to a lower potential',
    },
    {
      name: 'downhill, each once',
      value: shown(downhill.unweighted, percent, why['unweighted']),
      meaning: 'the same over distinct transitions',
    },
  ];
  return [{ title: 'Dynamics of the largest component', rows }];
}
