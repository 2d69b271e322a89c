/** The page's table of a comparison: every number said, or why there is none. */
import { describe, expect, it } from 'vitest';
import { compare } from '../../src/analysis/comparison/compare';
import { comparisonGroups, pairName } from '../../src/app/compare/comparison-rows';
import { bundled } from './helpers/graphs';
import { kindGraph } from './helpers/kinds';

const four = { name: 'four', graph: bundled('four.csv') };
const other = {
  name: 'with more',
  graph: { ...four.graph, count: four.graph.count.map((n, k) => n + 15 * (k % 3)) },
};

function rowsOf(experiments: Parameters<typeof compare>[0], replicas = 100) {
  const comparison = compare(experiments, { replicas });
  const groups = comparisonGroups(comparison, comparison.pairs[0]!);
  const value = (title: string, name: string) =>
    groups.find((one) => one.title === title)?.rows.find((row) => row.name === name)?.value;
  return { comparison, groups, value };
}

describe('the table of a comparison', () => {
  it('shows numbers with their intervals', () => {
    const { value, groups, comparison } = rowsOf([four, other]);
    expect(pairName(comparison, comparison.pairs[0]!)).toBe('four and with more');
    expect(value('How alike the potentials are', 'Pearson r')).toMatch(
      /^0\.\d{3} \(−?\d\.\d{3} to \d\.\d{3}\)$/,
    );
    expect(value('Are the potentials equal?', 'smallest detectable')).toMatch(/nats$/);
    expect(groups.map(({ title }) => title)).not.toContain('All experiments at once');
    for (const { rows } of groups)
      for (const row of rows) expect(row.value).not.toMatch(/NaN|null/);
  });

  it('says why there is no interval, and why there is no number', () => {
    const { value } = rowsOf([four, other], 0);
    expect(value('How alike the potentials are', 'Pearson r')).toMatch(/no interval: No draws/);
    const none = rowsOf([four, { name: 'driven', graph: kindGraph('driven') }]);
    expect(none.value('Are the potentials equal?', 'p')).toMatch(
      /^none: They have no state in common/,
    );
  });

  it('has all at once with three', () => {
    const { value } = rowsOf([four, other, four]);
    expect(value('All experiments at once', 'common states')).toBe('4');
  });
});
