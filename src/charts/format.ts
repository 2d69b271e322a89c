/** How numbers and names are written in pictures, tables and the sentences beside them. */

const MINUS = '−';

/** A number with `digits` decimals and a true minus; an en dash where there is none. */
export function decimal(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace('-', MINUS);
}

/** A count, thousands apart. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** How the values of a graph are written: counts, or the chances of an exact kernel. */
export function amounts(graph: { exact?: boolean }): (value: number) => string {
  return graph.exact ? figures : whole;
}

/** A share in [0, 1] as a percentage. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.001) return '<0.1%';
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
}

/** A small number to three figures; powers of ten below a thousandth. */
export function figures(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 0.001 && size < 10000)
    return Number(value.toPrecision(3)).toString().replace('-', MINUS);
  const [mantissa, exponent] = value.toExponential(1).split('e') as [string, string];
  return `${mantissa.replace('-', MINUS)}×10${superscript(Number(exponent))}`;
}

/** A whole number in superscript figures. */
export function superscript(value: number): string {
  const figuresAbove = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  return Array.from(String(value), (c) => (c === '-' ? '⁻' : figuresAbove[Number(c)])).join('');
}

/** A name cut to `length` characters. */
export function shortened(name: string, length: number): string {
  const letters = Array.from(name);
  return letters.length <= length ? name : `${letters.slice(0, length - 1).join('')}…`;
}

/** "1 state", "2 states". */
export function counted(n: number, noun: string): string {
  return `${whole(n)} ${noun}${n === 1 ? '' : 's'}`;
}
