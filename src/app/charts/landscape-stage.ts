/** The canvas of the landscape: keeps it sharp, moves from layout to layout, lets the walker hop, finds what is pointed at. */
import type { LandscapeLayout } from '../../charts/landscape-marks';
import { between, ease } from '../../charts/landscape-motion';
import { paintLandscape } from '../../charts/landscape-paint';
import type { ChartTheme } from '../../charts/theme';
import { prefersStillness } from './theme-of-page';
import { Walk, type Walker } from './walk';

const SETTLE_MS = 700;

export class LandscapeStage {
  #canvas: HTMLCanvasElement;
  #theme: ChartTheme;
  #from: LandscapeLayout | null = null;
  #to: LandscapeLayout | null = null;
  #start = 0;
  #focus: string | null = null;
  #walk = new Walk();
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, theme: ChartTheme) {
    this.#canvas = canvas;
    this.#theme = theme;
  }

  /** The layout that is shown or moved towards. */
  get layout(): LandscapeLayout | null {
    return this.#to;
  }

  /** Shows a layout: at once where the size changed or motion is unwanted, else by moving to it. */
  show(layout: LandscapeLayout): void {
    const sized = this.#to?.width === layout.width && this.#to.height === layout.height;
    const now = performance.now();
    this.#from = sized && !prefersStillness() ? this.#now(now) : null;
    this.#to = layout;
    this.#start = now;
    this.#ask();
  }

  set focus(name: string | null) {
    if (name === this.#focus) return;
    this.#focus = name;
    this.#ask();
  }

  set theme(theme: ChartTheme) {
    this.#theme = theme;
    this.#ask();
  }

  follow(walker: Walker | null): void {
    this.#walk.follow(walker, performance.now(), prefersStillness());
    this.#ask();
  }

  /** Paints now. */
  paint(): void {
    const now = performance.now();
    const layout = this.#now(now);
    const ctx = this.#canvas.getContext('2d');
    if (!layout || !ctx) return;
    const scale = Math.max(2, Math.min(3, devicePixelRatio));
    const width = Math.round(layout.width * scale);
    const height = Math.round(layout.height * scale);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    const walker = this.#walk.mark(layout, now);
    paintLandscape(ctx, layout, this.#theme, { focus: this.#focus, walker: walker ?? null });
  }

  /** A picture for a file: opaque paper, no walker, twice the size. */
  picture(theme: ChartTheme): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    const ctx = canvas.getContext('2d');
    if (!ctx || !this.#to) return canvas;
    canvas.width = this.#to.width * 2;
    canvas.height = this.#to.height * 2;
    ctx.scale(2, 2);
    paintLandscape(ctx, this.#to, theme);
    ctx.globalCompositeOperation = 'destination-over';
    ctx.fillStyle = theme.paper;
    ctx.fillRect(0, 0, this.#to.width, this.#to.height);
    return canvas;
  }

  /** The state at a point of the canvas in CSS pixels; null where none is near. */
  stateAt(x: number, y: number): string | null {
    let best: string | null = null;
    let distance = 48;
    for (const level of this.#to?.levels ?? []) {
      const shelf = level.zone === 'never' || level.zone === 'aside';
      // A word hangs below its level: the column counts more than the height.
      const dx = Math.max(0, Math.abs(level.x - x) - level.half);
      const dy = shelf ? Math.abs(level.y - 4 - y) * 2 : Math.abs(level.y - y) * 0.22;
      if (dx + dy < distance) {
        distance = dx + dy;
        best = level.id;
      }
    }
    return best;
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #now(time: number): LandscapeLayout | null {
    if (!this.#to || !this.#from) return this.#to;
    const t = (time - this.#start) / SETTLE_MS;
    if (t >= 1) this.#from = null;
    return this.#from ? between(this.#from, this.#to, ease(t)) : this.#to;
  }

  #ask(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.paint();
      if (this.#from || this.#walk.moving) this.#ask();
    });
  }
}
