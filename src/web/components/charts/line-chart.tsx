import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { isTimeAxis, type CurveAxis } from '../../../core/curves/axis.ts';
import { findPoint, makeChartData, moveAlong, type ChartLine } from './chart-data.ts';
import type { Upright } from './chart-drawing.ts';
import type { ChartRange } from './chart-options.ts';
import { ReadOut } from './read-out.tsx';
import { chooseShownValues } from './shown-values.ts';
import type { ValueScale } from './value-range.ts';
import { ChartTable } from './chart-table.tsx';
import { describePoint, describeSmoothed, listClipped, listOrder, listUndrawn, nameAxis } from './chart-words.ts';
import styles from './line-chart.module.css';
import { usePlot } from './use-plot.ts';

/** Milliseconds that a key must rest before a screen reader says where the cursor is. */
const SAY_MS = 300;

const NONE: readonly Upright[] = [];

export interface LineChartProps {
  /** What it shows: `val/acc`. */
  readonly label: string;
  /** Each line has curves of its own. The same list as long as nothing changed. */
  readonly lines: readonly ChartLine[];
  readonly x: CurveAxis;
  readonly scale: ValueScale;
  /** Values beyond the 1st and the 99th percentile are left out, and counted. */
  readonly isRobust: boolean;
  /** Weight of the moving average, from 0 (none) to below 1. */
  readonly smoothing: number;
  /** Whether the lowest and highest values around each point are shown. */
  readonly hasEnvelope: boolean;
  /** The part that is shown; default: all. */
  readonly range: ChartRange | undefined;
  /** Lines at places of x, beside those where attempts begin. The same list as long as nothing changed. */
  readonly uprights?: readonly Upright[];
  /** A part was chosen; undefined: all. */
  readonly onZoom: (range: ChartRange | undefined) => void;
  /** Shows what a line is of. */
  readonly onOpen?: (line: ChartLine) => void;
  /** Draws a line no longer. */
  readonly onHide?: (line: ChartLine) => void;
}

/**
 * Curves, with a cursor that all charts of the page share. With the keyboard: ← → Home End move it, ↑ ↓ choose a line, Enter
 * opens and h hides it, Escape hides the cursor. What cannot be drawn is said in words.
 */
export function LineChart({
  label,
  lines,
  x,
  scale,
  isRobust,
  smoothing,
  hasEnvelope,
  range,
  uprights: given = NONE,
  onZoom,
  onOpen,
  onHide,
}: LineChartProps) {
  const data = useMemo(() => makeChartData(lines, scale === 'log', smoothing), [lines, scale, smoothing]);
  const uprights = useMemo(() => [...findSeams(lines), ...given], [lines, given]);
  const [at, setAt] = useState<number>();
  const [chosen, setChosen] = useState(0);
  const [said, say] = useSaid();
  const [hasTable, setHasTable] = useState(false);
  const table = useId();
  const shown = useMemo(() => range ?? findExtent(lines), [range, lines]);
  const values = useMemo(() => chooseShownValues(data, scale, isRobust, shown), [data, scale, isRobust, shown]);
  const plot = usePlot(
    data,
    { x, scale, values, hasEnvelope, range: shown, uprights },
    { onCursor: setAt, onLine: setChosen, onZoom },
  );
  const notes = [
    ...listOrder(x),
    ...(smoothing > 0 ? [describeSmoothed(data, x)] : []),
    ...listUndrawn(
      lines.map(({ curve }) => curve),
      data.unplaced,
      x,
    ),
    ...listClipped(values.marks),
  ];
  const current = Math.min(chosen, data.lines.length - 1);

  const pointTo = (line: number, place: number): void => {
    const drawn = data.lines[line];
    const point = drawn && findPoint(data, drawn, place);
    plot.point(data.xs[place], point?.smoothed ?? point?.last ?? undefined);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = act(event.key);
    if (next === undefined) return;
    event.preventDefault();
    say(next);
  };
  /** @returns what to say; undefined for a key that is not for the chart */
  const act = (key: string): string | undefined => {
    if (key === 'Escape' && at !== undefined) {
      plot.point(undefined);
      return '';
    }
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const line = (current + (key === 'ArrowDown' ? 1 : data.lines.length - 1)) % data.lines.length;
      setChosen(line);
      if (at !== undefined) pointTo(line, at);
      return describePoint(data, line, at, x);
    }
    const own = lines[current];
    if (own !== undefined && key === 'Enter' && onOpen) return (onOpen(own), '');
    if (own !== undefined && key === 'h' && onHide) return (onHide(own), `${own.name} is hidden`);
    const line = data.lines[current];
    const inRange = line?.points.filter((place) => isWithin(data.xs[place] ?? 0, shown)) ?? [];
    const to = moveAlong(inRange, at, key);
    if (to === undefined) return undefined;
    pointTo(current, to);
    return describePoint(data, current, to, x);
  };

  return (
    <div className={styles['chart']}>
      <div className={styles['drawing']}>
        <div
          className={styles['focus']}
          role="group"
          tabIndex={0}
          aria-label={`Chart of ${label}. Arrow keys read its values`}
          onKeyDown={press}
        >
          <ReadOut data={data} at={at} chosen={current} x={x} />
          <div ref={plot.box} className={styles['plot']} />
        </div>
        <p className="visually-hidden" role="status">
          {said}
        </p>
        <p className={styles['below']}>
          <button
            type="button"
            aria-expanded={hasTable}
            aria-controls={hasTable ? table : undefined}
            aria-label={`${hasTable ? 'Hide table' : 'Show as table'}: ${label}`}
            onClick={() => setHasTable(!hasTable)}
          >
            {hasTable ? 'Hide table' : 'Show as table'}
          </button>
          {notes.join(' ')}
          <span className={styles['axis']} aria-hidden="true">
            {isTimeAxis(x) ? 'time' : nameAxis(x)} →
          </span>
        </p>
      </div>
      {hasTable && (
        <div id={table} className={styles['table']} role="region" tabIndex={0} aria-label={`Table of ${label}`}>
          <ChartTable label={label} data={data} x={x} range={range} />
        </div>
      )}
    </div>
  );
}

/** What is said a moment after the last change, so that a key that is held down does not chatter. */
function useSaid(): readonly [string, (text: string) => void] {
  const [said, setSaid] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = (text: string): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(text), SAY_MS);
  };
  return [said, say];
}

function isWithin(x: number, { from, to }: ChartRange): boolean {
  return x >= from && x <= to;
}

/** From the first to the last point; around a single one, there is some room. */
function findExtent(lines: readonly ChartLine[]): ChartRange {
  const from = Math.min(...lines.map(({ curve }) => curve.extent[0]));
  const to = Math.max(...lines.map(({ curve }) => curve.extent[1]));
  return from < to ? { from, to } : { from: from - 1, to: from + 1 };
}

/** Where attempts after the first one begin, if all lines are of one experiment. */
function findSeams(lines: readonly ChartLine[]): Upright[] {
  if (new Set(lines.map(({ curve }) => curve.key)).size > 1) return [];
  const joined = lines.filter(({ curve }) => !curve.superseded).flatMap(({ curve }) => curve.attempts.slice(1));
  return joined.map(({ attempt, from }) => ({ x: from, name: attempt }));
}
