/** `npm run --silent bench -- NAME`: runs bench/NAME.ts, one JSON object a line; a list without a name. */
import { readdirSync } from 'node:fs';
import type { Benchmark } from './tools/measure';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3));
const [name, ...more] = process.argv.slice(2);

if (name === undefined) {
  for (const one of names) console.log(one);
} else if (!names.includes(name) || more.length > 0) {
  console.error(`Name one benchmark of: ${names.join(', ')}; not ${[name, ...more].join(' ')}.`);
  process.exitCode = 2;
} else {
  const { default: benchmark } = (await import(`./${name}.ts`)) as { default: Benchmark };
  for await (const line of benchmark()) console.log(JSON.stringify(line));
}
