/** Special functions against SciPy (test/fixtures/make_special.py), a tolerance for each. */
import { describe, expect, it } from 'vitest';
import * as special from '../../../src/analysis/statistics/special';
import fixture from '../../fixtures/special.json';

const tolerance: Record<keyof typeof fixture, number> = {
  logGamma: 1e-14,
  chi2Survival: 1e-11,
  chi2Distribution: 1e-11,
  chi2Quantile: 1e-10,
  noncentralChi2Survival: 1e-9,
  noncentralityForPower: 1e-9,
  normalQuantile: 1e-13,
};

describe.each(Object.keys(fixture) as (keyof typeof fixture)[])('%s', (name) => {
  it.each(fixture[name])('at %j', (...row) => {
    const expected = row[row.length - 1]!;
    const found = (special[name] as (...args: number[]) => number)(...row.slice(0, -1));
    // ln Γ crosses 0 at 1 and 2, the quantile at 1/2.
    const scale = name === 'logGamma' || name === 'normalQuantile' ? 1 : 0;
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(
      tolerance[name] * Math.max(Math.abs(expected), scale) + 1e-300,
    );
  });
});

it('passes NaN on and has its limits', () => {
  expect(special.chi2Survival(NaN, 2)).toBeNaN();
  expect(special.chi2Survival(-1, 2)).toBe(1);
  expect(special.chi2Survival(Infinity, 2)).toBe(0);
  expect(special.noncentralChi2Survival(3, 2, 0)).toBe(special.chi2Survival(3, 2));
});
