import { CHART_KEYS } from '../../components/chart-panels/chart-settings.ts';
import { readSelection, type Selection } from '../experiments/selection/selection.ts';

/** What the address says about a comparison, beside how its charts look. */
export interface CompareAddress {
  readonly selection: Selection;
  /** The experiment that the others are compared with, if one was chosen. */
  readonly baseline: string | undefined;
  /** Experiments whose curves are not drawn. */
  readonly hidden: readonly string[];
  /** Also what is the same in all. */
  readonly allValues: boolean;
  /** Keys of the address that mean nothing here. */
  readonly unknown: readonly string[];
}

const KEYS: ReadonlySet<string> = new Set(['sel', 'r', 'h', 'all', ...CHART_KEYS]);

/** Reads `sel=a,b&r=a&h=b&all=on`. */
export function readCompareAddress(settings: URLSearchParams): CompareAddress {
  return {
    selection: readSelection(settings.get('sel')),
    baseline: settings.get('r') ?? undefined,
    hidden: (settings.get('h') ?? '').split(',').filter(Boolean),
    allValues: settings.get('all') === 'on',
    unknown: [...new Set(settings.keys())].filter((key) => !KEYS.has(key)),
  };
}

/** An experiment of a comparison. */
export interface ComparedRun {
  readonly expId: string;
  /** Its colour and dashes, the same in all charts; 0: that of all for which there is no other. */
  readonly slot: number;
  readonly isBaseline: boolean;
  readonly isHidden: boolean;
}

/** Colours tell at most this number of lines apart. */
const MOST_COLOURS = 8;

/** The experiments of a comparison. Without a chosen baseline it is the first one. */
export function listRuns(expIds: readonly string[], { baseline, hidden }: CompareAddress): ComparedRun[] {
  const reference = baseline !== undefined && expIds.includes(baseline) ? baseline : expIds[0];
  return expIds.map((expId, i) => ({
    expId,
    slot: i < MOST_COLOURS ? i + 1 : 0,
    isBaseline: expId === reference,
    isHidden: hidden.includes(expId),
  }));
}
