/** What stands round the landscape: the key above it, and the shelf below it for states without a height. */
import type { CountGraph } from '../transitions/types';
import { shortened, whole } from './format';
import type { KeyMark, LevelMark, TextMark } from './landscape-marks';
import type { Place } from './landscape-order';

const ADVANCE = 0.605;

/** The key: the two directions with their second mark, the width, the interval. Wraps on narrow screens. */
export function keyOf(
  graph: CountGraph,
  width: number,
  narrow: boolean,
): { items: KeyMark[]; bottom: number } {
  const most = graph.count.reduce((max, count) => Math.max(max, count), 0);
  const wanted: Pick<KeyMark, 'kind' | 'text'>[] = [
    { kind: 'down', text: narrow ? 'downhill, above' : 'downhill: above the ground' },
    { kind: 'up', text: narrow ? 'uphill, below' : 'uphill: below it, dashed' },
  ];
  if (most > 0) wanted.push({ kind: 'width', text: `widest: ${whole(most)} transitions` });
  wanted.push({ kind: 'whisker', text: '95% interval' });
  const items: KeyMark[] = [];
  let x = narrow ? 8 : 16;
  let y = 14;
  for (const item of wanted) {
    const text = item.text.length * 6.4;
    const mark = item.kind === 'whisker' ? 14 : 34;
    if (x + mark + text > width - 8 && x > 20) {
      x = narrow ? 8 : 16;
      y += 18;
    }
    items.push({ ...item, x, y, width: mark });
    x += mark + text + 18;
  }
  return { items, bottom: y + 10 };
}

/** States without a height, in lines at the foot: what does not fit is counted. */
export function shelfOf(
  places: readonly Place[],
  width: number,
  height: number,
  narrow: boolean,
): { levels: LevelMark[]; texts: TextMark[]; top: number } {
  const groups = [
    { zone: 'aside', title: 'no path to the others' },
    { zone: 'never', title: 'seen, not yet asked from' },
  ]
    .map((group) => ({ ...group, places: places.filter((place) => place.zone === group.zone) }))
    .filter((group) => group.places.length > 0);
  const lineHeight = 18;
  const linesEach = narrow ? 3 : 2;
  const fontSize = 11.5;
  const rows: { levels: LevelMark[]; texts: TextMark[]; lines: number }[] = [];
  for (const group of groups) {
    const title = `${group.title} (${whole(group.places.length)}):`;
    const start = narrow ? 10 : 16;
    const row = { levels: [] as LevelMark[], texts: [] as TextMark[], lines: 1 };
    row.texts.push({ text: title, x: start, y: 0, align: 'left' });
    let x = start + title.length * 6.3 + 14;
    if (narrow) {
      x = start + 4;
      row.lines = 2;
    }
    group.places.forEach((place, i) => {
      const text = shortened(place.name, 14);
      const wide = [...text].length * ADVANCE * fontSize + 26;
      const full = row.lines >= linesEach;
      const rest = i < group.places.length - 1 ? 70 : 0;
      if (x + wide + (full ? rest : 0) > width - 8 && !full) {
        row.lines += 1;
        x = start + 4;
      }
      const hidden = x + wide + (row.lines >= linesEach ? rest : 0) > width - 8;
      if (hidden && row.texts.length === 1) {
        const more = `+ ${whole(group.places.length - i)} more`;
        row.texts.push({ text: more, x: x + 6, y: (row.lines - 1) * lineHeight, align: 'left' });
      }
      const closed = row.texts.length > 1;
      row.levels.push(
        shelfMark(place, closed ? x : x + 5, (row.lines - 1) * lineHeight, closed ? '' : text),
      );
      if (!closed) x += wide;
    });
    rows.push(row);
  }
  const lines = rows.reduce((sum, row) => sum + row.lines, 0);
  const top = height - lines * lineHeight - (lines > 0 ? 12 : 2);
  let y = top + 16;
  const levels: LevelMark[] = [];
  const texts: TextMark[] = [];
  for (const row of rows) {
    for (const level of row.levels) levels.push({ ...level, y: level.y + y, labelY: level.y + y });
    for (const text of row.texts) texts.push({ ...text, y: text.y + y });
    y += row.lines * lineHeight;
  }
  return { levels, texts, top };
}

function shelfMark(place: Place, x: number, y: number, label: string): LevelMark {
  return {
    id: place.name,
    state: place.state,
    zone: place.zone,
    x,
    y,
    half: 4,
    whisker: null,
    label,
    bound: '',
    labelY: y,
    labelAside: false,
    alpha: 1,
  };
}
