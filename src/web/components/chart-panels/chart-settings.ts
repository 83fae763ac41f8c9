import type { CurveAxis } from '../../../core/curves/curves.ts';

/** How the charts of a page look, as the address has it. */
export interface ChartSettings {
  /** Names of metrics have this in them. */
  readonly search: string;
  readonly x: CurveAxis;
  readonly isLog: boolean;
  readonly hasEnvelope: boolean;
  /** The part that is shown, in units of x; undefined: all. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

/** The keys of an address that {@link readChartSettings} reads. */
export const CHART_KEYS = ['m', 'x', 'y', 'e', 'from', 'to'] as const;

/** Reads `m=loss&x=time&y=log&e=off&from=100&to=200`. What is not of this form counts as left out. */
export function readChartSettings(settings: URLSearchParams): ChartSettings {
  const [from, to] = [readNumber(settings.get('from')), readNumber(settings.get('to'))];
  return {
    search: settings.get('m') ?? '',
    x: settings.get('x') === 'time' ? 'time' : 'step',
    isLog: settings.get('y') === 'log',
    hasEnvelope: settings.get('e') !== 'off',
    range: from === undefined || to === undefined || from >= to ? undefined : { from, to },
  };
}

/** The settings of a part of the axis. Steps and milliseconds are whole; a part has at least one. */
export function writeRange(range: ChartSettings['range']): {
  readonly from: string | undefined;
  readonly to: string | undefined;
} {
  if (range === undefined) return { from: undefined, to: undefined };
  const from = Math.floor(range.from);
  return { from: String(from), to: String(Math.max(from + 1, Math.ceil(range.to))) };
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
