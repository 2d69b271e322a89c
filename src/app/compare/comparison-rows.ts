/** The numbers of a comparison, each with what it means in one line: a table, no mathematics. */
import type {
  Comparison,
  PairComparison,
  WithInterval,
} from '../../analysis/comparison/comparison-result';
import { decimal, figures, percent, shortened, whole } from '../../charts/format';
import { shown, type NumberGroup } from '../read/number-row';

/** "one and other", by the names of a pair's experiments. */
export function pairName({ experiments }: Comparison, pair: PairComparison): string {
  return pair.experiments.map((e) => experiments[e]!.name).join(' and ');
}

function withInterval({ value, interval, why }: WithInterval): string {
  const number = shown(value, (v) => decimal(v, 3), why?.['value']);
  if (value === null) return number;
  if (!interval) return why?.['interval'] ? `${number}; no interval: ${why['interval']}` : number;
  return `${number} (${decimal(interval[0], 3)} to ${decimal(interval[1], 3)})`;
}

/** The groups of the table for one pair, and for all at once where they are three or more. */
export function comparisonGroups(
  { overall, options }: Comparison,
  pair: PairComparison,
): NumberGroup[] {
  const { correlation, potentials, kernels } = pair;
  const nats = (value: number) => `${decimal(value, 3)} nats`;
  const groups = [
    {
      title: 'How alike the potentials are',
      rows: [
        {
          help: 'comparison',
          name: 'common states',
          value: whole(pair.common),
          meaning: 'inside one component of each, so that both potentials are finite on them',
        },
        {
          help: 'comparison',
          name: 'Pearson r',
          value: withInterval(correlation.pearson),
          meaning: `1 is one landscape up to scale${correlation.replicas > 0 ? `; in brackets 95% for the potentials behind the noise, from ${whole(correlation.replicas)} draws` : ''}`,
        },
        {
          help: 'comparison',
          name: 'rank correlation',
          value: withInterval(correlation.spearman),
          meaning: 'Spearman: does the order of the states agree?',
        },
        {
          help: 'comparison',
          name: 'r without the noise',
          value: shown(correlation.corrected, (v) => decimal(v, 3), correlation.why?.['corrected']),
          meaning: `noise of the counts makes r smaller; ${correlation.reliability.map((share) => (share === null ? '–' : percent(share))).join(' and ')} of the two spreads is not noise`,
        },
        {
          help: 'comparison',
          name: 'slope',
          value: withInterval(correlation.slope),
          meaning: 'of the second on the first, errors in both (Deming); 1 is the same height',
        },
      ],
    },
    {
      title: 'Are the potentials equal?',
      rows: [
        {
          help: 'comparison',
          name: 'W',
          value: shown(potentials.statistic, (v) => decimal(v, 2), potentials.why?.['statistic']),
          meaning: `Wald: the differences in their own noise; about ${whole(potentials.ndf)} where they are equal`,
        },
        {
          help: 'comparison',
          name: 'p',
          value: shown(potentials.p, figures, potentials.why?.['p']),
          meaning: 'chi-squared',
        },
        {
          help: 'comparison',
          name: 'typical difference',
          value: shown(potentials.difference, nats, potentials.why?.['difference']),
          meaning: 'of a state, beyond the noise',
        },
        {
          help: 'comparison',
          name: 'smallest detectable',
          value: shown(potentials.detectable, nats, potentials.why?.['detectable']),
          meaning: 'typical difference seen with 80% power at the 5% level',
        },
      ],
    },
    {
      title: 'Are the kernels equal?',
      rows: [
        {
          help: 'comparison',
          name: 'χ²',
          value: shown(kernels.chi2, (v) => decimal(v, 1), kernels.why?.['chi2']),
          meaning: `homogeneity of the rows of ${whole(kernels.sources)} sources; about ${whole(kernels.ndf)} where they are equal`,
        },
        {
          help: 'p-value',
          name: 'p',
          value: shown(kernels.p, figures, kernels.why?.['p']),
          meaning: 'chi-squared',
        },
        {
          help: 'comparison',
          name: 'rows that differ',
          value:
            kernels.largest
              .filter(({ standsOut }) => standsOut)
              .map(({ source }) => shortened(source, 24))
              .join(', ') || 'none stands out',
          meaning: 'sources, most of all first, at a false discovery rate of 5%; at most five',
        },
      ],
    },
  ];
  if (!overall) return [...groups, computed(options)];
  return [
    ...groups,
    {
      title: 'All experiments at once',
      rows: [
        {
          help: 'comparison',
          name: 'common states',
          value: whole(overall.common),
          meaning: 'of all of them, inside one component of each',
        },
        {
          help: 'comparison',
          name: 'p, potentials',
          value: shown(overall.potentials.p, figures, overall.potentials.why?.['p']),
          meaning: `Wald at ${whole(overall.potentials.ndf)} degrees of freedom`,
        },
        {
          help: 'comparison',
          name: 'p, kernels',
          value: shown(overall.kernels.p, figures, overall.kernels.why?.['p']),
          meaning: `homogeneity at ${whole(overall.kernels.ndf)} degrees of freedom`,
        },
      ],
    },
    computed(options),
  ];
}

function computed({ normalisation, action, seed }: Comparison['options']): NumberGroup {
  return {
    title: 'How it was computed',
    rows: [
      {
        help: 'comparison',
        name: 'potential',
        value: `${normalisation}, ${action}`,
        meaning: `least action, mean 0 on the common states; seed ${seed}`,
      },
    ],
  };
}
