import { useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { readColours, useColoursKey } from '../../components/charts/chart-colours.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { formatValue } from '../../format/numbers.ts';
import { toHref } from '../../state/use-route.ts';
import { brushBetween, makeAxis, placesOfBrush, type Axis } from './axes.ts';
import { BrushForm } from './brush-form.tsx';
import { readBrush, writeBrush, type Brush } from './brushes.ts';
import type { Members } from './shared/members.ts';
import { drawParallel, layOut, type Layout } from './parallel-draw.ts';
import { Part } from './shared/part.tsx';
import type { MetricPartProps } from './shared/part-props.ts';
import styles from './shared/sweep-page.module.css';

const MOST_AXES = 10;
const HEIGHT = 300;
/** CSS pixels of an axis, so that names do not cover each other. */
const LEAST_WIDTH = 90;

/** A line for each run, across an axis for each parameter and the metric. A part of an axis that is chosen is a term of the filter. */
export function ParallelPlot({ sweep, members, chosen, address, change, metric, mode }: MetricPartProps) {
  const axes = useMemo(() => makeAxes(members, metric.label), [members, metric.label]);
  const { where } = address;
  const brush = (field: string, part: Brush | undefined): void => change({ q: writeBrush(where, field, part) });
  const isDrawn = (place: number): boolean => axes.every(({ places }) => (places[place] ?? null) !== null);
  const rows = [...members.expIds.keys()].filter((place) => chosen.isChosen[place]);
  const undrawn = rows.filter((place) => !isDrawn(place)).length;
  const hidden = members.parameters.length + 1 - axes.length;
  return (
    <Part
      title="Parallel coordinates"
      command={commandOf({
        command: 'plot',
        metric: metric.label,
        sweep: sweep.summary.name,
        ...(chosen.where !== '' && { where: chosen.where }),
        kind: 'parallel',
        output: 'parallel.svg',
      })}
      table={() => (
        <PlainTable
          label="Runs that fit the filter"
          noun="run"
          rows={rows}
          keyOf={(place) => members.expIds[place] ?? ''}
          columns={[
            {
              name: 'experiment',
              cell: (place) => <a href={toHref(['x', members.expIds[place] ?? ''])}>{members.expIds[place]}</a>,
            },
            ...members.parameters.map(({ label, texts }) => ({ name: label, cell: (place: number) => texts[place] })),
            { name: metric.label, isNumber: true, cell: (place) => formatValue(members.values[place]) || 'none' },
          ]}
        />
      )}
    >
      <Canvas
        label={`Parallel coordinates of ${formatCount(rows.length, 'run')}: ${axes.map(({ label }) => label).join(', ')}. The table has the same values`}
        axes={axes}
        isChosen={chosen.isChosen}
        mode={mode}
        where={where}
        onBrush={brush}
      />
      <p>
        The stronger the colour, the better {metric.name}. Drag along an axis to filter, or choose a part here.
        {undrawn > 0 && ` Not drawn: ${formatCount(undrawn, 'run')} without a value on some axis.`}
        {hidden > 0 && ` ${formatCount(hidden, 'parameter')} not drawn: the table has all.`}
      </p>
      <BrushForm axes={axes} where={where} onBrush={brush} />
    </Part>
  );
}

/** Settings first, then seeds, and the metric at the right. */
function makeAxes({ parameters, values }: Members, metric: string): Axis[] {
  const order = parameters.toSorted((a, b) => Number(a.isSeed) - Number(b.isSeed)).slice(0, MOST_AXES);
  return [
    ...order.map(({ label, values: own, texts }) => makeAxis(label, own, texts)),
    makeAxis(
      metric,
      values,
      values.map((value) => formatValue(value)),
    ),
  ];
}

interface CanvasProps {
  readonly label: string;
  readonly axes: readonly Axis[];
  readonly isChosen: readonly boolean[];
  readonly mode: 'max' | 'min' | undefined;
  readonly where: string;
  readonly onBrush: (field: string, brush: Brush | undefined) => void;
}

/** A part of an axis that is being dragged over: places. */
interface Drag {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

function Canvas({ label, axes, isChosen, mode, where, onBrush }: CanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [drag, setDrag] = useState<Drag>();
  const coloursKey = useColoursKey();
  const layout = useMemo(
    () => layOut(axes.length, Math.max(width, axes.length * LEAST_WIDTH), HEIGHT),
    [axes.length, width],
  );
  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current === null || box.current === null || width === 0) return undefined;
    const colours = readColours(box.current);
    const metric = axes.at(-1)?.places ?? [];
    const strengths = metric.map((place) => (mode === 'min' ? 1 - (place ?? 1) : (place ?? 0)));
    return drawParallel(canvas.current, layout, { axes, isChosen, strengths, colours, accent: colours.series(1) });
  }, [axes, isChosen, mode, layout, width, coloursKey]);

  const press = (event: PointerEvent<HTMLCanvasElement>): void => {
    const at = findPlace(event, layout);
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ axis: at.axis, from: at.place, to: at.place });
  };
  const move = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (drag !== undefined) setDrag({ ...drag, to: findPlace(event, layout).place });
  };
  const release = (): void => {
    const axis = drag && axes[drag.axis];
    if (axis && drag) onBrush(axis.label, brushBetween(axis, drag.from, drag.to));
    setDrag(undefined);
  };
  return (
    <div ref={box} role="region" tabIndex={0} aria-label="Figure of parallel coordinates" className={styles['scroll']}>
      <div className={styles['parallel']} style={{ width: layout.width, height: layout.height }}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={label}
          style={{ width: layout.width, height: layout.height }}
          onPointerDown={press}
          onPointerMove={move}
          onPointerUp={release}
          onPointerCancel={() => setDrag(undefined)}
        />
        {axes.map((axis, i) => {
          const brush = readBrush(where, axis.label);
          const ends = drag?.axis === i ? [drag.from, drag.to] : brush && placesOfBrush(axis, brush);
          if (ends === undefined) return null;
          const [bottom, top] = [Math.min(...ends), Math.max(...ends)].map(layout.toY);
          const height = Math.max(4, (bottom ?? 0) - (top ?? 0));
          return (
            <div key={axis.label} className={styles['brush']} style={{ left: (layout.xs[i] ?? 0) - 6, top, height }} />
          );
        })}
      </div>
    </div>
  );
}

/** The axis next to the pointer, and the place on it. */
function findPlace({ nativeEvent: { offsetX, offsetY } }: PointerEvent, { xs, toPlace }: Layout) {
  const distances = xs.map((x) => Math.abs(x - offsetX));
  return { axis: distances.indexOf(Math.min(...distances)), place: toPlace(offsetY) };
}
