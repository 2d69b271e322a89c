/** `npm run --silent analyze -- FILE [options]`: a file of transitions in, a result on standard output. */
import { completing, prepare, solve } from '../src/analysis/analyse';
import { commandLine, featuresOf, sharedUsage, stop, transitionsOf } from './analysis-options';

const usage =
  `Usage: npm run --silent analyze -- FILE ${sharedUsage} ` +
  '[--target STATE] [--source STATE] [--forbid STATE] [--features FILE2]';

const { files, analysis, features } = commandLine(usage, true);
const [file] = files;
if (file === undefined || files.length > 1)
  stop(2, `Expected one file, found ${files.length}.\n${usage}`);
const { read, warnings: readWarnings } = transitionsOf(file);
const asked = [analysis.target, analysis.source, analysis.forbidden].flatMap(
  (names) => names ?? [],
);
const missing = asked.find((name) => !read.graph.names.includes(name));
if (missing !== undefined) stop(1, `${file}: there is no state ${JSON.stringify(missing)}.`);

const table = features === undefined ? undefined : featuresOf(features);
const prepared = prepare(read.graph, analysis);
const steps = completing(
  prepared,
  solve(prepared),
  { kind: 'cpu', precision: 'float64', selfTest: 'not run' },
  read.log?.attempts,
  table,
);
for (;;) {
  const step = steps.next();
  if (step.done) {
    const warnings = [...readWarnings, ...(step.value.warnings ?? [])];
    const result = warnings.length > 0 ? { ...step.value, warnings } : step.value;
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    break;
  }
  const { stage, done, total } = step.value;
  if ((stage === 'bootstrap' || stage === 'exact') && done % 100 === 0)
    process.stderr.write(`${stage === 'exact' ? 'exact test' : stage}: ${done} of ${total}\n`);
}
