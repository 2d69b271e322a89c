/**
 * `npm run --silent bench -- NAME [OPTIONS]`: runs bench/NAME.ts, one JSON object a line; a list without
 * a name. A benchmark that takes no options has none in its signature.
 */
import { readdirSync } from 'node:fs';
import type { Benchmark } from './tools/measure';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3));
const [name, ...options] = process.argv.slice(2);

if (name === undefined) {
  for (const one of names) console.log(one);
} else if (!names.includes(name)) {
  refuse(`Name one benchmark of: ${names.join(', ')}; not ${name}.`);
} else {
  const { default: benchmark } = (await import(`./${name}.ts`)) as { default: Benchmark };
  if (options.length > 0 && benchmark.length === 0)
    refuse(`${name} takes no options: not ${options.join(' ')}.`);
  else for await (const line of benchmark(options)) console.log(JSON.stringify(line));
}

function refuse(reason: string): void {
  console.error(reason);
  process.exitCode = 2;
}
