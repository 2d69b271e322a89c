/** Every number of a result with what it means in one line: a table, no mathematics. */
import type { Result } from '../../analysis/result';
import { figures, whole } from '../../charts/format';
import { assumptionRows } from './assumption-rows';
import { balanceRows } from './balance-rows';
import { cycleRows, publishedRows } from './cycle-rows';
import { irreversibilityRows, timeRows } from './dynamics-rows';
import { featureRows } from './feature-rows';
import { landscapeRows } from './landscape-rows';
import { shown, type NumberGroup, type NumberRow } from './number-row';

export type { NumberGroup, NumberRow };

/** The groups of the page's table of numbers; those that have nothing are left out. */
export function numberGroups(result: Result): NumberGroup[] {
  const { tests, dynamics } = result;
  const groups = [
    { title: 'The counts', rows: countRows(result) },
    { title: 'The landscape', rows: landscapeRows(result) },
    { title: 'What explains the heights', rows: featureRows(result.parametric) },
    { title: 'The test of detailed balance', rows: balanceRows(result) },
    { title: 'What the test assumes', rows: assumptionRows(tests.assumptions) },
    { title: 'Where balance fails: cycles', rows: cycleRows(tests) },
    { title: 'How far time has a direction', rows: irreversibilityRows(dynamics) },
    { title: 'What the walk does in time', rows: timeRows(dynamics) },
    { title: 'As published (descriptive, not a test)', rows: publishedRows(result) },
    { title: 'How it was computed', rows: computationRows(result) },
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}

function countRows({ input, components }: Result): NumberRow[] {
  return [
    {
      name: 'states',
      value: whole(input.states),
      meaning: 'distinct states seen',
      help: 'counts',
    },
    {
      name: 'attempts',
      value: whole(input.attempts),
      meaning: 'times the agent was asked',
      help: 'counts',
    },
    {
      name: 'accepted',
      value: whole(input.accepted),
      meaning: 'answers that were states',
      help: 'counts',
    },
    {
      name: 'rejected',
      value: whole(input.rejected),
      meaning: 'answers that were not: staying',
      help: 'counts',
    },
    {
      name: 'distinct transitions',
      value: whole(input.distinctTransitions),
      meaning: 'ordered pairs of different states seen at least once',
      help: 'counts',
    },
    {
      name: 'components',
      value: whole(components.length),
      meaning: 'groups of states that can reach one another; a potential is finite inside each',
      help: 'components',
    },
  ];
}

function computationRows({ backend, potential, options, tests }: Result): NumberRow[] {
  return [
    {
      name: 'backend',
      value: `${backend.kind === 'webgpu' ? 'WebGPU' : 'CPU'}${backend.adapter ? ` (${backend.adapter})` : ''}`,
      meaning: backend.reason ?? '',
      help: 'computation',
    },
    {
      name: 'precision',
      value: backend.precision,
      meaning: `self-test ${backend.selfTest}`,
      help: 'computation',
    },
    {
      name: 'last Newton step',
      value: shown(potential.lastStep, figures, undefined),
      meaning: potential.converged
        ? `converged in ${potential.iterations} steps`
        : `NOT converged after ${potential.iterations} steps: do not trust the potential`,
      help: 'computation',
    },
    {
      name: 'normalisation, action',
      value: `${options.normalisation}, ${options.action}`,
      meaning: 'how counts became a kernel, and which convex action was minimised',
      help: 'kernel',
    },
    {
      name: 'bootstrap',
      value: whole(tests.balance.replicas),
      meaning: `simulated experiments; seed ${options.seed}`,
      help: 'p-value',
    },
  ];
}
