import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { CurveAxis } from '../../../core/curves/curves.ts';
import { findPoint, makeChartData, moveAlong, type ChartData, type ChartLine } from './chart-data.ts';
import type { ChartRange, Seam } from './chart-options.ts';
import { ChartTable } from './chart-table.tsx';
import { describeValue, describeX, listUndrawn } from './chart-words.ts';
import styles from './line-chart.module.css';
import { usePlot } from './use-plot.ts';

/** Milliseconds that a key must rest before a screen reader says where the cursor is. */
const SAY_MS = 300;

export interface LineChartProps {
  /** What it shows: `val/acc`. */
  readonly label: string;
  /** Each line has curves of its own. The same list as long as nothing changed. */
  readonly lines: readonly ChartLine[];
  readonly x: CurveAxis;
  readonly isLog: boolean;
  /** Whether the lowest and highest values around each point are shown. */
  readonly hasEnvelope: boolean;
  /** The part that is shown; default: all. */
  readonly range: ChartRange | undefined;
  /** A part was chosen; undefined: all. */
  readonly onZoom: (range: ChartRange | undefined) => void;
}

/**
 * Curves, with a cursor that all charts of the page share. With the keyboard: ← → Home End move it, ↑ ↓ choose a line,
 * Escape hides it. What cannot be drawn is said in words.
 */
export function LineChart({ label, lines, x, isLog, hasEnvelope, range, onZoom }: LineChartProps) {
  const data = useMemo(() => makeChartData(lines, isLog), [lines, isLog]);
  const seams = useMemo(() => findSeams(lines), [lines]);
  const undrawn = listUndrawn(
    lines.map(({ curve }) => curve),
    data.unplaced,
  );
  const [at, setAt] = useState<number>();
  const [chosen, setChosen] = useState(0);
  const [said, say] = useSaid();
  const [hasTable, setHasTable] = useState(false);
  const table = useId();
  const shown = range ?? findExtent(lines);
  const plot = usePlot(data, { x, isLog, hasEnvelope, range: shown, seams }, { onCursor: setAt, onZoom });
  const current = Math.min(chosen, data.lines.length - 1);

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
      return describe(data, line, at, x);
    }
    const line = data.lines[current];
    const inRange = line?.points.filter((place) => isWithin(data.xs[place] ?? 0, shown)) ?? [];
    const to = moveAlong(inRange, at, key);
    if (to === undefined) return undefined;
    plot.point(data.xs[to]);
    return describe(data, current, to, x);
  };

  return (
    <div className={styles['chart']}>
      <div
        className={styles['focus']}
        role="group"
        tabIndex={0}
        aria-label={`Chart of ${label}. Arrow keys read its values`}
        onKeyDown={press}
      >
        <p className={styles['read']} aria-hidden="true">
          {at === undefined ? describeEnd(data, x) : describe(data, current, at, x)}
        </p>
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
        {undrawn.join(' ')}
        <span className={styles['axis']} aria-hidden="true">
          {x === 'time' ? 'time' : 'step'} →
        </span>
      </p>
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

/** `step 20: 0.9312`, with the name of the line if there are several. */
function describe(data: ChartData, at: number, place: number | undefined, x: CurveAxis): string {
  const line = data.lines[at];
  if (line === undefined) return '';
  const name = data.lines.length > 1 ? `${line.name}, ` : '';
  const point = place === undefined ? undefined : findPoint(data, line, place);
  return point === undefined ? line.name : `${name}${describeX(point.x, x)}: ${describeValue(point)}`;
}

/** The last value of a line that is alone, as long as there is no cursor. */
function describeEnd(data: ChartData, x: CurveAxis): string {
  const [line, ...others] = data.lines;
  if (line === undefined || others.length > 0) return '';
  const last = line.points.at(-1);
  return last === undefined ? '' : `last: ${describe(data, 0, last, x)}`;
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
function findSeams(lines: readonly ChartLine[]): Seam[] {
  if (new Set(lines.map(({ curve }) => curve.key)).size > 1) return [];
  const joined = lines.filter(({ curve }) => !curve.superseded).flatMap(({ curve }) => curve.attempts.slice(1));
  return joined.map(({ attempt, from }) => ({ x: from, name: attempt }));
}
