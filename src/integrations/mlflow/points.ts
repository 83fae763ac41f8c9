import type { Series } from '../../core/experiment/series.ts';

/** One value of a metric, as MLflow's REST has it. */
export interface Point {
  readonly key: string;
  /** NaN and infinities are texts. */
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity';
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** @param unknownMs the time of values whose time is not known: MLflow has none without */
export function* listSeriesPoints(key: string, { steps, values, times }: Series, unknownMs: number): Generator<Point> {
  for (let i = 0; i < steps.length; i += 1) {
    const seconds = times[i] ?? Number.NaN;
    const timestamp = Number.isNaN(seconds) ? unknownMs : Math.round(seconds * 1000);
    yield { key, value: toJsonValue(values[i] ?? Number.NaN), timestamp, step: steps[i] ?? 0 };
  }
}

export function toJsonValue(value: number): Point['value'] {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** What is told apart: MLflow keeps one of equal ones. Its databases hold the largest double for an infinity. */
export function getPointIdentity({ key, value, timestamp, step }: Point): string {
  return `${step} ${timestamp} ${finite(value)} ${key}`;
}

function finite(value: Point['value']): number | 'NaN' {
  if (value === 'Infinity') return Number.MAX_VALUE;
  if (value === '-Infinity') return -Number.MAX_VALUE;
  // Minus zero is zero there.
  return value === 'NaN' ? value : value + 0;
}
