/** The rows of the test of detailed balance: misfit, p, effect size, power, where. */
import type { BalanceTest, Result } from '../../analysis/result';
import { decimal, figures, shortened, whole } from '../../charts/format';
import { shown, type NumberRow } from './number-row';

const METHODS = {
  asymptotic: 'chi-squared distribution (expected counts are large enough)',
  'exact-conditional': 'exact conditional test (counts too small for the formula)',
  'conditional-bootstrap': 'conditional bootstrap (counts too small for the formula)',
  none: 'not computed',
};

const nats = (value: number) => `${decimal(value, 3)} nats`;

function interval([low, high]: [number | null, number | null]): string {
  return `${low === null ? '?' : decimal(low, 3)} to ${high === null ? '?' : decimal(high, 3)}`;
}

export function balanceRows({ tests: { balance } }: Result): NumberRow[] {
  const why = balance.why ?? {};
  return [
    {
      name: 'X²',
      value: shown(balance.X2, (v) => decimal(v, 2), why['X2']),
      meaning: `misfit of all pairs to the best potential; about ${whole(balance.ndf)} under balance`,
      help: 'balance-test',
    },
    {
      name: 'G²',
      value: shown(balance.G2, (v) => decimal(v, 2), why['G2']),
      meaning: 'the same by the likelihood ratio',
      help: 'balance-test',
    },
    {
      name: 'degrees of freedom',
      value: whole(balance.ndf),
      meaning: 'pairs − states + components',
      help: 'balance-test',
    },
    {
      name: 'p',
      value: shown(balance.p, figures, why['p']),
      meaning: METHODS[balance.method],
      help: 'p-value',
    },
    ...simulatedRows(balance),
    {
      name: 'tau',
      value: shown(balance.tau, nats, why['tau']),
      meaning: 'effect size: the typical misfit of a log ratio to any potential',
      help: 'tau',
    },
    ...(balance.tauInterval
      ? [
          {
            name: '95% interval of tau',
            value: `${interval(balance.tauInterval)} nats`,
            meaning: 'approximate',
            help: 'tau',
          },
        ]
      : []),
    {
      name: 'smallest detectable tau',
      value: shown(balance.tauDetectable, nats, why['tauDetectable']),
      meaning: 'would be seen with 80% power at the 5% level',
      help: 'power',
    },
    {
      name: 'pairs that stand out',
      value: shown(balance.flagged.length || null, whole, why['flagged'] ?? 'no pair does'),
      meaning: flaggedInWords(balance.flagged),
      help: 'residuals',
    },
  ];
}

/** How sure a simulated p is, and the other way to it. */
function simulatedRows({ exact, method, pBootstrap }: BalanceTest): NumberRow[] {
  if (!exact) return [];
  const worth = exact.effectiveSamples;
  return [
    {
      name: 'exact p',
      value: shown(
        exact.p,
        (p) =>
          exact.standardError ? `${figures(p)} ± ${figures(exact.standardError)}` : figures(p),
        exact.why?.['p'],
      ),
      meaning: `among tables with the same totals${exact.samples > 0 ? `; ${whole(exact.samples)} samples${worth === null ? '' : `, worth ${whole(Math.round(worth))} independent ones`}` : ''}`,
      help: 'exact-test',
    },
    {
      name: 'p of the bootstrap',
      value: shown(pBootstrap ?? null, figures, 'no replicas'),
      meaning: method === 'exact-conditional' ? 'beside it, and only nearly exact' : 'the p above',
      help: 'p-value',
    },
  ];
}

function flaggedInWords(flagged: BalanceTest['flagged']): string {
  return flagged
    .slice(0, 3)
    .map(({ states, residual }) => {
      const [f, g] = residual > 0 ? states : [states[1], states[0]];
      return `${shortened(f, 40)} to ${shortened(g, 40)}: too often by ${decimal(Math.abs(residual), 1)} standard errors`;
    })
    .concat('at a false discovery rate of 5%')
    .join('; ');
}
