/** The rooms stay as drawn: the rule holds on src/, and it fails on every kind of planted violation. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

/** What dependency-cruiser, with the configuration of the house, finds in the `src/` of a folder. */
function violations(folder: string): Violation[] {
  const output = execFileSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const { summary } = JSON.parse(output) as { summary: { violations: Violation[] } };
  return summary.violations;
}

/** Files that every tree has: one a room, each importing only what its room may. */
const CLEAN: Record<string, string> = {
  'src/rpc/rpc.ts': 'export const rpc = 1;',
  'src/agents/agent.ts': 'export interface Agent { id: string }\nexport const agent = 1;',
  'src/models/model.ts': "import { rpc } from '../rpc/rpc';\nexport const model = rpc;",
  'src/transitions/log.ts': 'export interface Log { id: string }\nexport const log = 1;',
  'src/steering/rule.ts':
    "import type { Fit } from '../analysis/fit';\nexport const rule = (fit: Fit) => fit;",
  'src/analysis/fit.ts':
    "import type { Log } from '../transitions/log';\nexport interface Fit { log: Log }\nexport const fit = 1;",
  'src/gpu/fit.ts':
    "import { fit } from '../analysis/fit';\nimport text from '../../shaders/fit.wgsl?raw';\nexport const gpu = [fit, text];",
  'src/charts/chart.ts':
    "import type { Fit } from '../analysis/fit';\nexport const chart = (fit: Fit) => fit;",
  'src/sampling/run.ts':
    "import { agent } from '../agents/agent';\nimport { log } from '../transitions/log';\nimport { rule } from '../steering/rule';\nexport const run = [agent, log, rule];",
  'src/app/App.svelte':
    '<script lang="ts">\n  import { run } from \'../sampling/run\';\n  const { name }: { name: string } = $props();\n</script>\n\n{name} {run}\n',
  'src/app/main.ts': "import App from './App.svelte';\nexport default App;",
  // types may go round in a circle
  'src/app/hen.ts': "import type { Egg } from './egg';\nexport interface Hen { lays: Egg }",
  'src/app/egg.ts': "import { type Hen } from './hen';\nexport interface Egg { of: Hen }",
  'shaders/fit.wgsl': '// nothing',
  'test/cases/fit.ts': 'export const cases = 1;',
};

/** What is planted, in a file of its own, and the rule that has to find it. */
const PLANTED: [file: string, text: string, rule: string][] = [
  ['src/charts/to-app.ts', "import '../app/main';", 'room-charts'],
  ['src/charts/to-component.ts', "import '../app/App.svelte';", 'no-svelte-in-the-core'],
  [
    'src/charts/to-values.ts',
    "import { fit } from '../analysis/fit';\nconsole.log(fit);",
    'types-only-charts',
  ],
  ['src/analysis/to-gpu.ts', "import type { gpu } from '../gpu/fit';", 'room-analysis'],
  [
    'src/analysis/to-values.ts',
    "import { log, type Log } from '../transitions/log';\nexport const f = (l: Log) => [l, log];",
    'types-only-analysis',
  ],
  ['src/analysis/to-storage.ts', "import { openDB } from 'idb';\nopenDB('x');", 'pure-rooms'],
  ['src/agents/to-models.ts', "import { model } from '../models/model';", 'room-agents'],
  ['src/agents/to-svelte.ts', "import { mount } from 'svelte';\nmount();", 'pure-rooms'],
  ['src/models/to-agents.ts', "import '../agents/agent';", 'room-models'],
  ['src/models/in/folder/to-app.ts', "export * from '../../../app/main';", 'room-models'],
  ['src/transitions/to-analysis.ts', "import type {} from '../analysis/fit';", 'room-transitions'],
  ['src/sampling/to-analysis.ts', "await import('../analysis/fit');", 'room-sampling'],
  [
    'src/steering/to-values.ts',
    "import { fit } from '../analysis/fit';\nconsole.log(fit);",
    'types-only-steering',
  ],
  ['src/gpu/to-models.ts', "import '../models/model';", 'room-gpu'],
  ['src/rpc/to-app.ts', "import '../app/main';", 'room-rpc'],
  ['src/app/to-nowhere.ts', "import '../utils/more';", 'known-rooms'],
  ['src/utils/more.ts', "import '../rpc/rpc';", 'known-rooms'],
  ['src/sampling/to-test.ts', "import '../../test/cases/fit';", 'source-only'],
  ['src/app/to-shader.ts', "import '../../shaders/fit.wgsl?raw';", 'shaders-in-gpu'],
  ['src/app/to-node.ts', "import { join } from 'node:path';\njoin('a');", 'no-node-in-the-page'],
  ['src/app/to-lost.ts', "import './not-there';", 'resolvable'],
  ['src/app/one.ts', "import './two';\nexport const one = 1;", 'no-cycles'],
  [
    'src/charts/Chart.svelte',
    '<script lang="ts">\n  import { run } from \'../sampling/run\';\n  const shown: unknown = run;\n</script>\n\n{shown}\n',
    'room-charts',
  ],
];

/** The other half of the planted circle. */
const PARTNER = { 'src/app/two.ts': "import './one';\nexport const two = 2;" };

const folders: string[] = [];

function plant(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'equipoise-rooms-'));
  folders.push(folder);
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    copyFileSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\n`);
  }
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('the rooms of src/', () => {
  it('import only what docs/architecture.md lets them', { timeout: 60_000 }, () => {
    expect(violations(ROOT).map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)).toEqual(
      [],
    );
  });
});

describe('the rule itself', () => {
  let found: Violation[] = [];

  beforeAll(() => {
    found = violations(
      plant({
        ...CLEAN,
        ...PARTNER,
        ...Object.fromEntries(PLANTED.map(([file, text]) => [file, text])),
      }),
    );
  }, 60_000);

  it('passes a tree in which every room keeps to its own', { timeout: 60_000 }, () => {
    expect(violations(plant(CLEAN))).toEqual([]);
  });

  it.each(PLANTED)('finds %s', (file, _text, rule) => {
    expect(found.filter(({ from }) => from === file).map((one) => one.rule.name)).toContain(rule);
  });

  it('finds nothing in the files that keep to the rule', () => {
    expect(found.filter(({ from }) => from in CLEAN)).toEqual([]);
  });
});
