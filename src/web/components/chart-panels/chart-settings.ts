import { getAxisMetric, isCurveAxis, type CurveAxis } from '../../../core/curves/axis.ts';
import type { ValueScale } from '../charts/value-range.ts';

/** How the charts of a page look, as the address has it. */
export interface ChartSettings {
  /** Names of metrics have this in them. */
  readonly search: string;
  readonly x: CurveAxis;
  readonly scale: ValueScale;
  /** Values beyond the 1st and the 99th percentile are left out, and counted. */
  readonly isRobust: boolean;
  /** Weight of the moving average, from 0 (none) to below 1. */
  readonly smoothing: number;
  readonly hasEnvelope: boolean;
  /** Whether what the experiments used is shown, too. */
  readonly hasSystem: boolean;
  /** The part that is shown, in units of x; undefined: all. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

/** The keys of an address that {@link readChartSettings} reads. */
export const CHART_KEYS = ['m', 'x', 'y', 'z', 'clip', 'e', 'u', 'from', 'to'] as const;

/** Reads `m=loss&x=time&y=log&z=0.6&clip=on&e=off&u=on&from=100&to=200`. What is not of this form counts as left out. */
export function readChartSettings(settings: URLSearchParams): ChartSettings {
  const x = settings.get('x');
  const [from, to] = [readNumber(settings.get('from')), readNumber(settings.get('to'))];
  return {
    search: settings.get('m') ?? '',
    x: isCurveAxis(x) ? x : 'step',
    scale: SCALES.find((scale) => scale === settings.get('y')) ?? 'linear',
    isRobust: settings.get('clip') === 'on',
    smoothing: readWeight(settings.get('z')),
    hasEnvelope: settings.get('e') !== 'off',
    hasSystem: settings.get('u') === 'on',
    range: from === undefined || to === undefined || from >= to ? undefined : { from, to },
  };
}

const SCALES: readonly ValueScale[] = ['linear', 'log', 'symlog'];

function readWeight(text: string | null): number {
  return text !== null && /^0?\.\d{1,4}$/.test(text) ? Number(text) : 0;
}

/** The settings of a part of the axis. Steps and milliseconds are whole; a part has at least one. */
export function writeRange(
  range: ChartSettings['range'],
  x: CurveAxis = 'step',
): {
  readonly from: string | undefined;
  readonly to: string | undefined;
} {
  if (range === undefined) return { from: undefined, to: undefined };
  if (getAxisMetric(x) !== undefined) return { from: String(range.from), to: String(range.to) };
  const from = Math.floor(range.from);
  return { from: String(from), to: String(Math.max(from + 1, Math.ceil(range.to))) };
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^-?\d{1,15}(\.\d{1,20})?(e[+-]?\d{1,3})?$/.test(text) ? Number(text) : undefined;
}
