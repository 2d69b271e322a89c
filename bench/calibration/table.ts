/** The tables of docs/calibration.md, written between their markers by the command itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import type { Configuration } from './configurations';
import type { CalibrationLine, Coverage } from './line';

const page = join(import.meta.dirname, '../../docs/calibration.md');
const [begin, end] = ['<!-- tables: begin -->', '<!-- tables: end -->'];

/** Puts the tables of these lines into docs/calibration.md, in the layout of `npm run format`. */
export async function writePage(lines: CalibrationLine[], args: string[]): Promise<void> {
  const text = readFileSync(page, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`docs/calibration.md has lost ${begin}.`);
  const { version } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as { version: string };
  const seconds = lines.reduce((sum, line) => sum + line.seconds, 0);
  const [one] = lines;
  const how =
    `Made by \`npm run --silent bench -- ${['calibration', ...args].join(' ')}\` on ` +
    `${new Date().toISOString().slice(0, 10)}, version ${version}, Node ${process.version}, ` +
    `${cpus().length} cores, in ${Math.round(seconds / 60)} minutes: ` +
    `${one!.dataSets.toLocaleString('en')} data sets a configuration, ` +
    `${one!.replicas.toLocaleString('en')} samples and replicas where chi-squared is not valid, seed ${one!.seed}.`;
  const body = [how, ...tables(lines)].join('\n\n');
  const written = `${text.slice(0, before)}${begin}\n\n${body}\n\n${text.slice(after)}`;
  writeFileSync(
    page,
    await format(written, { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' }),
  );
}

/** Markdown: what is outside the limits is in bold letters, and counted in a sentence. */
export function tables(lines: CalibrationLine[]): string[] {
  const balanced = lines.filter(({ driven }) => driven === null);
  const driven = lines.filter((line) => line.driven !== null);
  const out = lines.filter((line) => line.outside.length > 0).length;
  return [
    out === 0
      ? 'Nothing is outside the limits.'
      : `Outside the limits, in bold letters: ${out} of ${lines.length} configurations.`,
    '### False alarms and intervals',
    table(
      [
        ...place,
        'median expected',
        'p by the exact test',
        'false alarms at 5% (95% interval)',
        'by the bootstrap',
        'covered: least action (lowest state)',
        'covered: reversible (lowest state)',
        'one component',
      ],
      balanced.map((line) => [
        ...placeOf(line.configuration),
        line.medianExpected.toFixed(1),
        percent(line.exact, 0),
        marked(line, 'rejected', rate(line)),
        line.rejectedByBootstrap === null ? '' : percent(line.rejectedByBootstrap),
        marked(line, 'leastAction', coverage(line.leastAction)),
        marked(line, 'reversible', coverage(line.reversible)),
        percent(line.connected, 0),
      ]),
    ),
    '### Power and the interval of tau',
    table(
      [
        ...place,
        'misfit',
        'tau, nats',
        'mean detectable',
        'power by the formula',
        'as on the page',
        'power seen (95% interval)',
        'tau covered: shown',
        'noncentral',
      ],
      driven.map((line) => {
        const { tau, meanDetectable, exactPower, formulaPower, tauShown, tauNoncentral } =
          line.driven!;
        return [
          ...placeOf(line.configuration),
          line.configuration.driven!.misfit,
          tau.toFixed(3),
          meanDetectable?.toFixed(3) ?? 'none claimed',
          marked(line, 'exactPower', percent(exactPower)),
          formulaPower === null
            ? 'none claimed'
            : marked(line, 'formulaPower', percent(formulaPower)),
          rate(line),
          percent(tauShown),
          percent(tauNoncentral),
        ];
      }),
    ),
  ];
}

const place = ['kernel', 'states', 'attempts a state', 'rejected'];

function placeOf({ family, states, attempts, sources, rejected }: Configuration): string[] {
  const tried = `${attempts.toLocaleString('en')}${sources === 'uniform' ? ' (mean)' : ''}`;
  return [family, String(states), tried, percent(rejected, 0)];
}

function rate({ rejected, rejectedInterval: [low, high] }: CalibrationLine): string {
  return `${percent(rejected)} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

function coverage(found: Coverage | null): string {
  return found ? `${percent(found.mean)} (${(100 * found.lowest).toFixed(1)})` : '';
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}%`;
}

function marked({ outside }: CalibrationLine, key: string, text: string): string {
  return outside.includes(key) ? `**${text}**` : text;
}

function table(head: string[], rows: string[][]): string {
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
