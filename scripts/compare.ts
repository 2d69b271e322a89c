/** `npm run --silent compare -- FILE FILE [FILE …] [options]`: a comparison on standard output. */
import { basename } from 'node:path';
import { comparing } from '../src/analysis/comparison/compare';
import { commandLine, sharedUsage, stop, transitionsOf } from './analysis-options';

const usage = `Usage: npm run --silent compare -- FILE FILE [FILE …] ${sharedUsage}`;

const { files, analysis } = commandLine(usage, false);
if (files.length < 2) stop(2, `Expected two files or more, found ${files.length}.\n${usage}`);
const warnings: string[] = [];
const experiments = files.map((file) => {
  const { read, warnings: ofFile } = transitionsOf(file);
  warnings.push(...ofFile.map((warning) => `${file}: ${warning}`));
  // Files of one name are told apart by their paths.
  const alone = files.filter((other) => basename(other) === basename(file)).length === 1;
  return { name: alone ? basename(file) : file, graph: read.graph };
});

const steps = comparing(experiments, analysis);
let told = 0;
for (;;) {
  const step = steps.next();
  if (step.done) {
    const all = [...warnings, ...(step.value.warnings ?? [])];
    const comparison = all.length > 0 ? { ...step.value, warnings: all } : step.value;
    process.stdout.write(`${JSON.stringify(comparison, null, 2)}\n`);
    break;
  }
  const { done, total } = step.value;
  const tenth = Math.floor((10 * done) / total);
  if (tenth > told && files.length > 2)
    process.stderr.write(`comparison: ${10 * (told = tenth)}% done\n`);
}
