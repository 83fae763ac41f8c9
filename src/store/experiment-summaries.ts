import type { DatabaseSync } from 'node:sqlite';
import type { Cause } from '../core/experiment/cause.ts';
import type { Frozen } from '../core/experiment/frozen.ts';
import type { ExpId, Key } from '../core/ids.ts';
import type { Metric, MissingReason } from '../core/experiment/metric.ts';
import type { ResultsAge } from '../core/experiment/record.ts';
import type { Status } from '../core/experiment/status.ts';
import type { Experiment } from '../core/experiment/experiment.ts';
import { selectKeyBatches, makeRemovedError, readBatch, type Selection } from './experiments.ts';

/** The value of a metric; in a list what no number of JSON can be. */
export type FinalValue = Metric['value'] | readonly [NonNullable<Metric['nonfinite']>];

/** What the newest harvest found, and why it did not find the rest. */
export interface Final {
  readonly metrics: { readonly [name: string]: FinalValue };
  readonly missing: { readonly [name: string]: MissingReason };
}

/** An experiment as far as a table of many needs it: its record is parsed only if {@link whole} is read. */
export interface ExperimentSummary {
  readonly expId: ExpId;
  readonly sweep: string | undefined;
  readonly status: Status;
  readonly cause: Cause | undefined;
  readonly results: ResultsAge;
  readonly final: Final | undefined;
  readonly config: Pick<Frozen, 'params' | 'written'>;
  /** @throws if it has been removed since */
  readonly whole: Experiment;
}

const SUMMARY = `SELECT e.key, e.exp_id AS expId, e.sweep, e.status, e.cause, e.results, p.param, f.final
  FROM json_each(?) chosen CROSS JOIN experiment e
  JOIN param p ON p.experiment = e.id LEFT JOIN final f ON f.experiment = e.id
  WHERE e.key = chosen.value AND e.live = 1 ORDER BY chosen.key`;

interface Row extends Omit<ExperimentSummary, 'sweep' | 'cause' | 'results' | 'final' | 'config' | 'whole'> {
  readonly key: Key;
  readonly sweep: string | null;
  readonly cause: Cause | null;
  readonly results: 'current' | 'old' | null;
  readonly param: string;
  readonly final: string | null;
}

/** Chooses at once, then reads on demand: leaves out experiments that have been removed since. */
export function* selectSummaries(database: () => DatabaseSync, selection: Selection): Generator<ExperimentSummary> {
  for (const keys of selectKeyBatches(database(), selection)) {
    const rows = database().prepare(SUMMARY).all(JSON.stringify(keys));
    for (const row of rows) yield toSummary(row as unknown as Row, database);
  }
}

function toSummary(
  { key, expId, sweep, status, cause, results, param, final }: Row,
  database: () => DatabaseSync,
): ExperimentSummary {
  let config: ExperimentSummary['config'] | undefined;
  let whole: Experiment | undefined;
  return {
    expId,
    sweep: sweep ?? undefined,
    status,
    cause: cause ?? undefined,
    results: results ?? 'none',
    final: final === null ? undefined : (JSON.parse(final) as Final),
    get config() {
      return (config ??= JSON.parse(param) as ExperimentSummary['config']);
    },
    get whole() {
      whole ??= readBatch(database(), [key])[0];
      if (whole === undefined) throw makeRemovedError(expId);
      return whole;
    },
  };
}
