/** The signature picture: states at the height of their potential, flows as arcs. Data in, marks out. */
import type { CountGraph } from '../transitions/types';
import { arcsOf } from './landscape-arcs';
import { decimal } from './format';
import { keyOf, shelfOf } from './landscape-edges';
import { labelsOf } from './landscape-labels';
import type { LandscapeLayout, LevelMark, TickMark } from './landscape-marks';
import { type LandscapeResult, type Place, placeStates } from './landscape-order';

export interface LandscapeSize {
  /** CSS pixels. */
  width: number;
  height: number;
}

export const AXIS_TITLE = 'potential V (nats, 1 nat = a factor e)';
const Z95 = 1.959964;
/** Share of the room for names that lies between the slope and the break below it. */
const HANGING = 0.35;

/**
 * Lays out the landscape of a count graph and its result (null before the first analysis).
 * `previous` is the last layout: it keeps the order of states of nearly equal height.
 */
export function landscape(
  graph: CountGraph,
  result: LandscapeResult | null,
  size: LandscapeSize,
  previous: LandscapeLayout | null = null,
): LandscapeLayout {
  const { width, height } = size;
  const narrow = width < 560;
  const falling = placeStates(graph, result);
  const domain = domainOf(falling);
  const tolerance = (domain.max - domain.min) * 0.015;
  const places = placeStates(graph, result, previous?.order ?? [], tolerance);
  const placed = places.filter((place) => place.zone !== 'aside' && place.zone !== 'never');
  const key = keyOf(graph, width, narrow);
  // Room for the notes: on heights that did not converge, and on what was thinned out at many states.
  const loose = result?.potential.converged === false && placed.length > 1;
  const noteRoom = placed.length > 8 || loose ? (narrow ? 32 : 18) : 0;
  const shelf = shelfOf(places, width, height - noteRoom, narrow);

  const field = {
    left: narrow ? 54 : 64,
    right: width - (narrow ? 8 : 16),
    top: key.bottom + 14,
    bottom: shelf.top - 12,
  };
  const labels = labelsOf(placed, field.right - field.left, narrow);
  const left = field.left + labels.padLeft;
  const slot = (field.right - left) / Math.max(1, placed.length);
  const bands = bandsOf(placed, field, labels.room, labels.angle === 0 ? 44 : 24);
  const toY = (V: number): number =>
    bands.bottom - ((V - domain.min) / (domain.max - domain.min)) * (bands.bottom - bands.top);
  const pixels = (bands.bottom - bands.top) / (domain.max - domain.min);

  const levels = placed.map((place, i): LevelMark => {
    const main = place.zone === 'main';
    const y = main
      ? toY(place.V ?? 0)
      : bands.layer(place.zone, place.layer) - Math.min(12, (place.V ?? 0) * pixels * 0.5);
    const mark: LevelMark = {
      id: place.name,
      state: place.state,
      zone: place.zone,
      x: left + slot * (i + 0.5),
      y,
      half: Math.min(44, Math.max(1, slot * 0.36)),
      whisker: main ? whiskerOf(place, toY, bands) : null,
      label: '',
      bound: boundText(place),
      labelY: 0,
      labelAside: false,
      alpha: 1,
    };
    return mark;
  });
  labels.set(levels, slot);
  const area = (field.right - field.left) * (field.bottom - field.top);
  const high = falling.filter((place) => place.zone !== 'aside' && place.zone !== 'never');
  const states = high.map((place) => place.state);
  const arcs = arcsOf(graph, levels, states, slot, area);

  return {
    width,
    height,
    field,
    axis: { top: bands.top, bottom: bands.bottom, title: AXIS_TITLE },
    breaks: bands.breaks,
    levels: [...levels, ...shelf.levels],
    arcs: arcs.arcs,
    spare: arcs.spare,
    ticks: placed.length > 0 && !domain.empty ? ticksOf(domain, toY, bands) : [],
    key: key.items,
    texts: [...bands.texts(field), ...shelf.texts],
    notes: notesOf(
      [loose ? 'the heights did not converge' : '', arcs.note, labels.note(levels)],
      narrow ? 10 : 16,
      height - 6,
      narrow,
    ),
    angle: labels.angle,
    fontSize: labels.fontSize,
    order: places.map((place) => place.name),
  };
}

/** The notes on one line, or on a line each where the screen is narrow. */
function notesOf(notes: string[], x: number, y: number, narrow: boolean): LandscapeLayout['notes'] {
  const said = notes.filter((text) => text !== '');
  const lines = narrow ? said : said.length > 0 ? [said.join('; ')] : [];
  return lines.map((text, i) => ({ text, x, y: y - (lines.length - 1 - i) * 14, align: 'left' }));
}

/** "≥ 7.2" above, "↓ ≥ 7.2" below: how far at least (one-sided, 95%). */
function boundText(place: Place): string {
  if (!place.bound) return '';
  return `${place.zone === 'below' ? '↓ ' : ''}≥ ${decimal(place.bound.atLeast, 1)}`;
}

interface Domain {
  min: number;
  max: number;
  empty: boolean;
}

/** Range of the main slope in nats, with room for the intervals up to 40% beyond the values. */
function domainOf(places: readonly Place[]): Domain {
  const values = places.filter((place) => place.zone === 'main' && place.V !== null);
  const top = Math.max(0, ...values.map((place) => place.V!));
  const span = Math.max(top, 0.2);
  const reach = values.map((place) => Z95 * (place.standardError ?? 0));
  const high = Math.max(span, ...values.map((place, i) => place.V! + reach[i]!));
  const low = Math.min(0, ...values.map((place, i) => place.V! - reach[i]!));
  return {
    min: Math.max(low, -0.4 * span),
    max: Math.min(high, 1.4 * span),
    empty: values.length < 2,
  };
}

interface Bands {
  top: number;
  bottom: number;
  breaks: number[];
  layer(zone: 'above' | 'below' | (string & {}), layer: number): number;
  texts(field: LandscapeLayout['field']): LandscapeLayout['texts'];
}

/** Shares the field between the main slope and the bands of unbounded components beyond the breaks. */
function bandsOf(
  placed: readonly Place[],
  field: LandscapeLayout['field'],
  labelRoom: number,
  foot: number,
): Bands {
  const depth = (zone: string): number =>
    Math.max(0, ...placed.filter((p) => p.zone === zone).map((p) => p.layer));
  const above = depth('above');
  const below = depth('below');
  const height = field.bottom - field.top - labelRoom;
  const band = (layers: number): number =>
    layers === 0 ? 0 : Math.min(0.4 * height, foot + 24 * layers);
  const upper = band(above);
  const lower = band(below);
  const headroom = Math.max(22, 0.085 * height);
  const top = field.top + headroom + upper + (above ? 14 : 0);
  // The lowest names of the slope may hang a little over the break.
  const bottom = field.bottom - labelRoom - lower - (below ? labelRoom * HANGING + 14 : 0);
  const breaks: number[] = [];
  if (above) breaks.push(top - 18);
  if (below) breaks.push(bottom + labelRoom * HANGING + 10);
  return {
    top,
    bottom,
    breaks,
    layer: (zone, layer) =>
      zone === 'above'
        ? top - 18 - foot - (above <= 1 ? 0 : ((layer - 1) / (above - 1)) * (upper - foot))
        : field.bottom -
          labelRoom -
          (below <= 1 ? 0 : ((below - layer) / (below - 1)) * (lower - 40)),
    texts: (area) => [
      ...(above
        ? [
            {
              text: 'no upper bound (≥ at 95%)',
              x: area.right,
              y: top - 24,
              align: 'right' as const,
            },
          ]
        : []),
      ...(below
        ? [
            {
              text: 'no lower bound (≥ at 95%)',
              x: area.left + 8,
              y: breaks[breaks.length - 1]! + 14,
              align: 'left' as const,
            },
          ]
        : []),
    ],
  };
}

function whiskerOf(place: Place, toY: (V: number) => number, bands: Bands): LevelMark['whisker'] {
  if (place.V === null || place.standardError === null) return null;
  const top = toY(place.V + Z95 * place.standardError);
  const bottom = toY(place.V - Z95 * place.standardError);
  return {
    top: Math.max(top, bands.top),
    bottom: Math.min(bottom, bands.bottom),
    openTop: top < bands.top - 0.5,
    openBottom: bottom > bands.bottom + 0.5,
  };
}

function ticksOf(domain: Domain, toY: (V: number) => number, bands: Bands): TickMark[] {
  const wanted = Math.max(3, Math.min(7, Math.floor((bands.bottom - bands.top) / 46)));
  const rough = (domain.max - domain.min) / wanted;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((m) => m * unit >= rough) ?? 10) * unit;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: TickMark[] = [];
  for (let k = Math.ceil(domain.min / step - 1e-9); k * step <= domain.max + 1e-9; k++) {
    const text = (k * step).toFixed(digits).replace('-', '−');
    ticks.push({ text, y: toY(k * step), alpha: 1 });
  }
  return ticks;
}
