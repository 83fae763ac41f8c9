import { useEffect, useEffectEvent, useRef, type RefObject } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { readColours, useColoursKey } from './chart-colours.ts';
import type { ChartData } from './chart-data.ts';
import { CURSOR, makeColumns, makeOptions, type ChartLook, type ChartRange } from './chart-options.ts';

/** A chart in an element. */
export interface Plot {
  readonly box: RefObject<HTMLDivElement | null>;
  /** Moves the cursor of all charts of the page to an x; undefined hides it. */
  /** @param y the value of the line that it is at, of this chart alone */
  readonly point: (x: number | undefined, y?: number) => void;
}

interface PlotEvents {
  /** The cursor is at an index into the x of the chart, or nowhere. */
  readonly onCursor: (at: number | undefined) => void;
  /** The mouse is nearest to a line. */
  readonly onLine: (line: number) => void;
  /** A part was chosen with the mouse; undefined: all of it. */
  readonly onZoom: (range: ChartRange | undefined) => void;
}

/** Fewer pixels are a click, not a part. */
const LEAST_DRAG = 5;

/** Draws, and draws again when data, looks, colours or the room change. The cursor stays where it is. */
export function usePlot(data: ChartData, look: Omit<ChartLook, 'colours'>, events: PlotEvents): Plot {
  const box = useRef<HTMLDivElement>(null);
  const cursorX = useRef<number>(undefined);
  const coloursKey = useColoursKey();
  const { x, scale, values, hasEnvelope, uprights } = look;
  const { from, to } = look.range;
  const heardCursor = useEffectEvent((at: number | undefined) => {
    cursorX.current = at === undefined ? undefined : data.xs[at];
    events.onCursor(at);
  });
  const heardLine = useEffectEvent(events.onLine);
  const heardZoom = useEffectEvent(events.onZoom);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const colours = readColours(element);
    // A new chart says first that its cursor is nowhere.
    const pointed = cursorX.current;
    const options = makeOptions(data, { x, scale, values, hasEnvelope, uprights, colours, range: { from, to } });
    const size = (): { width: number; height: number } => ({
      width: element.clientWidth,
      height: element.clientHeight,
    });
    const hooks: uPlot.Hooks.Arrays = {
      ...options.hooks,
      ready: [(chart) => pointAt(chart, pointed)],
      setCursor: [(chart) => heardCursor(chart.cursor.idx ?? undefined)],
      setSeries: [
        (chart, place) => {
          const line = options.lineOf[place ?? 0];
          if (line !== undefined && chart.over.matches(':hover')) heardLine(line);
        },
      ],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width >= LEAST_DRAG)
            heardZoom({ from: chart.posToVal(left, 'x'), to: chart.posToVal(left + width, 'x') });
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    };
    const showAll = (): null => {
      heardZoom(undefined);
      return null;
    };
    const cursor: uPlot.Cursor = { ...options.cursor, bind: { dblclick: () => showAll } };
    const { lineOf: _lineOf, ...look } = options;
    const chart = new uPlot({ ...look, ...size(), hooks, cursor }, makeColumns(data, hasEnvelope), element);
    const observer = new ResizeObserver(() => chart.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [data, x, scale, values, hasEnvelope, uprights, from, to, coloursKey]);
  return {
    box,
    point: (at, y) => {
      for (const chart of uPlot.sync(CURSOR).plots) {
        pointAt(chart, at, box.current?.contains(chart.root) === true ? y : undefined);
      }
    },
  };
}

function pointAt(chart: uPlot, x: number | undefined, y?: number): void {
  const left = x === undefined ? -1 : chart.valToPos(x, 'x');
  const isOutside = left < 0 || left > chart.over.clientWidth;
  const top = y === undefined ? 0 : chart.valToPos(y, 'y');
  chart.setCursor(isOutside ? { left: -10, top: -10 } : { left, top });
}
