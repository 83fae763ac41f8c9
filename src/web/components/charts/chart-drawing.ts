import type uPlot from 'uplot';
import type { ChartColours } from './chart-colours.ts';
import type { ChartMark } from './chart-data.ts';

/** A line from the top to the bottom, with its name: where another attempt begins, a rung. */
export interface Upright {
  readonly x: number;
  readonly name: string;
}

/** CSS pixels: names closer than this would cover each other. */
const NAME_WIDTH = 48;

/** Thin lines with their names; a name that has no room is left out. */
export function drawUprights(chart: uPlot, uprights: readonly Upright[], { border, text, font }: ChartColours): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = border;
  ctx.fillStyle = text;
  ctx.lineWidth = ratio;
  ctx.font = font.replace('11px', `${10 * ratio}px`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  let free = -Infinity;
  for (const { x, name } of uprights) {
    const at = Math.round(chart.valToPos(x, 'x', true));
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    if (at < free) continue;
    ctx.fillText(name, at + 3 * ratio, bbox.top);
    free = at + NAME_WIDTH * ratio;
  }
  ctx.restore();
}

/** CSS pixels. */
const MARK_SIZE = 3;

/** What has no place between the edges: a cross at the lower edge, a triangle at the one that it is beyond. */
export function drawMarks(chart: uPlot, marks: readonly ChartMark[], colours: ChartColours): void {
  const { ctx, bbox } = chart;
  const size = MARK_SIZE * devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const { x, slot, kind } of marks) {
    const at = chart.valToPos(x, 'x', true);
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    const colour = colours.series(slot);
    [ctx.strokeStyle, ctx.fillStyle] = [colour, colour];
    const [tip, base] = kind === 'above' ? [bbox.top, 2 * size] : [bbox.top + bbox.height, -2 * size];
    ctx.beginPath();
    if (kind === 'odd') {
      ctx.moveTo(at - size, tip + base);
      ctx.lineTo(at + size, tip);
      ctx.moveTo(at - size, tip);
      ctx.lineTo(at + size, tip + base);
      ctx.stroke();
    } else {
      ctx.moveTo(at, tip);
      ctx.lineTo(at - size, tip + base);
      ctx.lineTo(at + size, tip + base);
      ctx.fill();
    }
  }
  ctx.restore();
}
