/** The rows on what the test assumes: halves, repeats, and along a chain order and k steps. */
import type { AssumptionsTest } from '../../analysis/result';
import { decimal, figures, whole } from '../../charts/format';
import { shown, type NumberRow } from './number-row';

/** None without a log: counts have no order. */
export function assumptionRows(assumptions: AssumptionsTest | undefined): NumberRow[] {
  if (!assumptions) return [];
  const { halves, order, chapmanKolmogorov, designEffect, why } = assumptions;
  const rows: NumberRow[] = [
    {
      name: 'halves: p',
      value: shown(halves.p, figures, halves.why?.['p']),
      meaning: `first half of the log against the second, ${whole(halves.ndf)} degrees of freedom; small where the kernel drifted`,
      help: 'halves',
    },
    {
      name: 'design effect',
      value: shown(designEffect, (v) => decimal(v, 2), why?.['designEffect']),
      meaning: 'how many times repeats in runs inflate X²; 1 where they are chance',
      help: 'design-effect',
    },
  ];
  if (order)
    rows.push({
      name: 'order: p',
      value: shown(order.p, figures, order.why?.['p']),
      meaning: `does the next state depend on the one before the last? ${whole(order.triples)} triples, ${whole(order.ndf)} degrees of freedom; small where it does`,
      help: 'order',
    });
  if (chapmanKolmogorov) {
    const { lags, why: reasons } = chapmanKolmogorov;
    if (lags.length === 0)
      rows.push({
        name: 'Chapman-Kolmogorov: p',
        value: shown(null, figures, reasons?.['lags'] ?? Object.values(reasons ?? {})[0]),
        meaning: 'k steps of the second half against the k-th power of the first half’s kernel',
        help: 'chapman-kolmogorov',
      });
    for (const { steps, walks, p, chi2, ndf } of lags)
      rows.push({
        name: `Chapman-Kolmogorov, ${steps} ${steps === 1 ? 'step' : 'steps'}: p`,
        value: shown(p, figures, reasons?.['p'] ?? Object.values(reasons ?? {})[0]),
        meaning: `${whole(walks)} walks of the second half against the ${steps}-th power of the first half’s kernel${chi2 === null ? '' : `: chi² ${decimal(chi2, 1)}, ${whole(ndf)} degrees of freedom`}`,
        help: 'chapman-kolmogorov',
      });
  }
  return rows;
}
