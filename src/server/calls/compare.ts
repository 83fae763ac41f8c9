import type { CompareResult } from '../../app/index.ts';
import { inputError } from '../../core/errors.ts';
import { compareJson, type CompareJson } from '../../json/index.ts';
import type { CallsOf } from './call.ts';
import { flag, listOf, object, optional, text } from './reading.ts';

/** A parameter or a metric of experiments side by side, in their order; null for one without it. */
export interface SideBySide {
  readonly name: string;
  /** As they were written. */
  readonly texts: readonly (string | null)[];
  readonly differs: boolean;
}

type Metric = CompareResult['metrics'][number];

/** A metric side by side. */
export interface ComparedMetric extends SideBySide, Pick<Metric, 'mode' | 'unit' | 'best' | 'seriesCount'> {
  /** Null for what is no finite number. */
  readonly numbers: readonly (number | null)[];
  /** Why an experiment has no value. */
  readonly missing: readonly (string | null)[];
}

/** Experiments side by side. */
export interface Compared extends Pick<CompareResult, 'expIds' | 'statuses' | 'paramCount' | 'warnings'> {
  readonly params: readonly SideBySide[];
  /** What they start from, if it is not the same. */
  readonly settings: readonly SideBySide[];
  readonly inputs: CompareJson['inputs'];
  readonly metrics: readonly ComparedMetric[];
}

export type CompareApi = {
  /** Experiments side by side: those named, or all that fit a query. */
  readonly compare: {
    readonly request: {
      readonly ids?: readonly string[];
      readonly where?: string;
      /** Also what is the same in all. */
      readonly allValues?: boolean;
    };
    readonly answer: Compared;
  };
};

/** More are no longer compared by looking at each of them. */
const MOST_COMPARED = 500;

export const compareCalls: CallsOf<CompareApi> = {
  compare: {
    place: 'tables',
    read: object({ ids: optional(listOf(text)), where: optional(text), allValues: optional(flag) }),
    answer: async ({ allValues = false, ids, ...selector }, { manager }) => {
      const { rows, total } = manager.select({ ...(ids ? { ids } : selector), limit: MOST_COMPARED + 1 });
      if (total > MOST_COMPARED) throw makeTooManyError(total);
      const expIds = rows.map(({ expId }) => expId);
      const compared = await manager.compare(expIds, { allValues });
      const oldRules = await manager.oldRules({ ids: expIds });
      return describeCompared({ ...compared, warnings: [...compared.warnings, ...oldRules] });
    },
  },
};

function describeCompared(compared: CompareResult): Compared {
  const { expIds, statuses, params, paramCount, settings, metrics, warnings } = compared;
  return {
    expIds,
    statuses,
    params: params.map(toSideBySide),
    paramCount,
    settings: settings.map(toSideBySide),
    inputs: compareJson(compared).inputs,
    metrics: metrics.map((row) => ({
      ...toSideBySide(row),
      numbers: row.values.map((value) => (typeof value === 'number' ? value : null)),
      missing: row.missing.map((cause) => cause ?? null),
      best: row.best,
      seriesCount: row.seriesCount,
      ...(row.mode && { mode: row.mode }),
      ...(row.unit !== undefined && { unit: row.unit }),
    })),
    warnings,
  };
}

function toSideBySide({ name, texts, differs }: CompareResult['params'][number]): SideBySide {
  return { name, texts: texts.map((text) => text ?? null), differs };
}

function makeTooManyError(count: number): Error {
  return inputError('compare.many', `${count} experiments are too many to compare side by side`, {
    why: `at most ${MOST_COMPARED} are compared`,
    fix: 'select fewer, or group them by a parameter',
  });
}
