import { fade, type ChartColours } from '../../components/charts/chart-colours.ts';
import type { Axis } from './axes.ts';

/** Lines that are drawn before the browser may do something else. */
const SLICE = 500;

/** Room around the axes, in CSS pixels: names are above, numbers at the left of each axis. */
const ROOM = { top: 24, bottom: 12, left: 64, right: 32 } as const;

/** Where everything is, in CSS pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** By axis. */
  readonly xs: readonly number[];
  /** Where a place on an axis is, from the top. */
  readonly toY: (place: number) => number;
  readonly toPlace: (y: number) => number;
}

export function layOut(count: number, width: number, height: number): Layout {
  const [inner, tall] = [width - ROOM.left - ROOM.right, height - ROOM.top - ROOM.bottom];
  return {
    width,
    height,
    xs: Array.from({ length: count }, (_, i) => ROOM.left + (count < 2 ? inner / 2 : (inner * i) / (count - 1))),
    toY: (place) => ROOM.top + (1 - place) * tall,
    toPlace: (y) => Math.min(1, Math.max(0, 1 - (y - ROOM.top) / tall)),
  };
}

/** What is drawn. */
export interface ParallelLook {
  readonly axes: readonly Axis[];
  readonly isChosen: readonly boolean[];
  /** How strong the colour of a run is, from 0 to 1. */
  readonly strengths: readonly number[];
  readonly colours: ChartColours;
  readonly accent: string;
}

/**
 * Draws the axes at once, then the lines in slices: those that are not chosen first, then from the faintest to the strongest. A run
 * without a value on an axis has no line.
 *
 * @returns what stops it
 */
export function drawParallel(canvas: HTMLCanvasElement, layout: Layout, look: ParallelLook): () => void {
  const { axes, isChosen, strengths, colours, accent } = look;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(layout.width * ratio);
  canvas.height = Math.round(layout.height * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return () => undefined;
  context.scale(ratio, ratio);
  const whole = [...isChosen.keys()].filter((run) => axes.every(({ places }) => (places[run] ?? null) !== null));
  const order = whole.toSorted(
    (a, b) => Number(isChosen[a]) - Number(isChosen[b]) || (strengths[a] ?? 0) - (strengths[b] ?? 0),
  );
  let at = 0;
  let frame = 0;
  const drawSlice = (): void => {
    context.lineWidth = 1;
    for (const run of order.slice(at, at + SLICE)) {
      context.strokeStyle =
        isChosen[run] === true ? fade(accent, 0.15 + 0.85 * (strengths[run] ?? 0)) : fade(colours.border, 0.25);
      context.beginPath();
      for (const [i, { places }] of axes.entries()) {
        context.lineTo(layout.xs[i] ?? 0, layout.toY(places[run] ?? 0));
      }
      context.stroke();
    }
    at += SLICE;
    if (at < order.length) frame = requestAnimationFrame(drawSlice);
    else drawAxes(context, layout, axes, colours);
  };
  drawAxes(context, layout, axes, colours);
  drawSlice();
  return () => cancelAnimationFrame(frame);
}

function drawAxes(
  context: CanvasRenderingContext2D,
  layout: Layout,
  axes: readonly Axis[],
  { text, border, font, page }: ChartColours,
): void {
  context.font = font;
  const room = axes.length < 2 ? layout.width : (layout.xs[1] ?? 0) - (layout.xs[0] ?? 0);
  for (const [i, { label, scale, ticks }] of axes.entries()) {
    const x = layout.xs[i] ?? 0;
    context.strokeStyle = border;
    context.beginPath();
    context.moveTo(x, layout.toY(0));
    context.lineTo(x, layout.toY(1));
    context.stroke();
    context.fillStyle = text;
    context.textAlign = i === axes.length - 1 ? 'right' : 'center';
    context.textBaseline = 'alphabetic';
    const name = scale === 'log' ? `${label} (log)` : label;
    context.fillText(name, i === axes.length - 1 ? x + ROOM.right - 4 : x, ROOM.top - 10, room - 8);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    // Lines of runs pass below the numbers: a rim keeps them readable.
    context.strokeStyle = page;
    context.lineWidth = 4;
    for (const tick of ticks) {
      const place = [tick.text, x - 5, layout.toY(tick.place), Math.min(room, ROOM.left) - 8] as const;
      context.strokeText(...place);
      context.fillText(...place);
    }
    context.lineWidth = 1;
  }
}
