import type { FormEvent } from 'react';
import { getAxisMetric, isTimeAxis, makeMetricAxis } from '../../../core/curves/axis.ts';
import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import { SearchField } from '../search-field.tsx';
import { Toolbar } from '../toolbar.tsx';
import { writeRange, type ChartSettings } from './chart-settings.ts';
import styles from './chart-panels.module.css';

/** Changes settings of the address; undefined takes one away. */
export type ChangeSettings = (changes: { readonly [name: string]: string | undefined }) => void;

/** How much of the average is kept from one point to the next. */
const WEIGHTS: readonly number[] = [0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.99];

/** What all charts of a page have in common. @param counts the metrics that the search found, and all */
export function ChartToolbar({
  look,
  counts: [found, all],
  names,
  change,
}: {
  readonly look: ChartSettings;
  readonly counts: readonly [number, number];
  /** Metrics that can be x. */
  readonly names: readonly string[];
  readonly change: ChangeSettings;
}) {
  const { search, x, scale, isRobust, smoothing, hasEnvelope, hasSystem } = look;
  const metric = getAxisMetric(x);
  return (
    <Toolbar>
      <SearchField label="Search metrics" text={search} onChange={(text) => change({ m: text })} />
      <span>
        {found === all ? formatCount(all, 'metric') : `${groupDigits(found)} of ${formatCount(all, 'metric')}`}
      </span>
      <label>
        Over{' '}
        <select value={x} onChange={({ target }) => change({ x: target.value, ...writeRange(undefined) })}>
          <option value="step">steps</option>
          <option value="time">time since the start</option>
          <option value="active">time that it ran</option>
          <optgroup label="Values of a metric at the same step">
            {[...new Set([...names, ...(metric === undefined ? [] : [metric])])].map((name) => (
              <option key={name} value={makeMetricAxis(name)}>
                {name}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <label>
        Scale{' '}
        <select
          value={scale}
          onChange={({ target }) => change({ y: target.value === 'linear' ? undefined : target.value })}
        >
          <option value="linear">linear</option>
          <option value="log">logarithmic</option>
          <option value="symlog">logarithmic on both sides of zero</option>
        </select>
      </label>
      <label title="Exponential moving average, as in TensorBoard: 0 is none">
        Smoothing{' '}
        <select
          value={smoothing}
          onChange={({ target }) => change({ z: target.value === '0' ? undefined : target.value })}
        >
          {[...new Set([...WEIGHTS, smoothing])].map((weight) => (
            <option key={weight} value={weight}>
              {weight === 0 ? 'none' : weight}
            </option>
          ))}
        </select>
      </label>
      <label title="From the 1st to the 99th percentile">
        <input
          type="checkbox"
          checked={isRobust}
          onChange={({ target }) => change({ clip: target.checked ? 'on' : undefined })}
        />
        Without outliers
      </label>
      <label>
        <input
          type="checkbox"
          checked={hasEnvelope}
          onChange={({ target }) => change({ e: target.checked ? undefined : 'off' })}
        />
        Lowest and highest values
      </label>
      <label title="CPU, memory and GPUs, as the monitors of the jobs saw them">
        <input
          type="checkbox"
          checked={hasSystem}
          onChange={({ target }) => change({ u: target.checked ? 'on' : undefined })}
        />
        System use
      </label>
      <RangeForm key={`${look.range?.from} ${look.range?.to} ${x}`} look={look} change={change} />
    </Toolbar>
  );
}

const MS = 1_000;

/** The part of the axis, as one types it: steps, seconds, or values of a metric. */
function RangeForm({ look: { x, range }, change }: { readonly look: ChartSettings; readonly change: ChangeSettings }) {
  const unit = isTimeAxis(x) ? MS : 1;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const [from, to] = ['from', 'to'].map((name) => Number(given.get(name)) * unit);
    if (from !== undefined && to !== undefined && from < to) change(writeRange({ from, to }, x));
  };
  const noun = isTimeAxis(x) ? 'second' : (getAxisMetric(x) ?? 'step');
  return (
    <form className={styles['range']} onSubmit={submit}>
      <input
        type="number"
        name="from"
        required
        aria-label={`From ${noun}`}
        placeholder={`From ${noun}`}
        defaultValue={range && range.from / unit}
        step="any"
      />
      <input
        type="number"
        name="to"
        required
        aria-label={`To ${noun}`}
        placeholder={`To ${noun}`}
        defaultValue={range && range.to / unit}
        step="any"
      />
      <button type="submit">Zoom</button>
      <button type="button" disabled={range === undefined} onClick={() => change(writeRange(undefined))}>
        Whole run
      </button>
    </form>
  );
}
