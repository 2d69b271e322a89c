/** Leverages of large blocks: what they add up to, and their estimate. */
import { describe, expect, it, vi } from 'vitest';
import { estimatedLeverages, exactLeverages } from '../../../src/analysis/balance/leverages';
import { splitBlocks } from '../../../src/analysis/graph/neighbour-graph';
import { prepare } from '../../../src/analysis/prepare';
import { pseudoInverse } from '../../../src/analysis/potential/pseudo-inverse';
import { graphOf, steady, type Edge } from '../helpers/graphs';
import { stateName } from '../helpers/kinds';

// Properties and large graphs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

describe('leverages', () => {
  const random = steady(5);
  const edges: Edge[] = [];
  for (let f = 0; f < 300; f++) {
    edges.push([stateName(f), stateName((f + 1) % 300), 1 + Math.floor(9 * random())]);
    for (let k = 0; k < 3; k++) {
      const g = Math.floor(300 * random());
      if (g !== f) edges.push([stateName(f), stateName(g), 1 + Math.floor(9 * random())]);
    }
  }
  const { graph } = splitBlocks(prepare(graphOf(edges)).counts)[0]!;
  const weights = graph.out.map((count, k) => count + graph.back[k]!);
  const exact = exactLeverages(graph, weights, pseudoInverse(graph, weights));

  it('add up to states - 1', () => {
    expect(exact.reduce((sum, h) => sum + h, 0) / 2).toBeCloseTo(299, 8);
  });

  it('are estimated without bias on large blocks', () => {
    const estimated = estimatedLeverages(graph, weights);
    let off = 0;
    let found = 0;
    let expected = 0;
    exact.forEach((h, k) => {
      off = Math.max(off, Math.abs(estimated[k]! - h));
      found += weights[k]! * (1 - estimated[k]!);
      expected += weights[k]! * (1 - h);
    });
    expect(found / expected).toBeCloseTo(1, 1);
    expect(off).toBeLessThan(0.7);
  });
});
