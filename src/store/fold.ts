import type { DatabaseSync } from 'node:sqlite';
import type { SheafEvent } from '../core/experiment/event.ts';
import {
  foldExperiment,
  foldSubmission,
  foldSweep,
  isSweepEvent,
  splitEvent,
  type SubmissionRecord,
  type SweepRecord,
} from '../core/experiment/record.ts';
import type { Key, Token } from '../core/ids.ts';
import { openRows, type Folding } from './fold-rows.ts';

/** Experiments held in memory between two writes to the view: bounds memory, not correctness. */
const CACHE_SIZE = 1_024;

/** Folds events into the tables of the view. Call {@link Folder.finish} before the transaction ends. */
export interface EventFolder {
  fold(event: SheafEvent): void;
  finish(): void;
  /** Events folded so far. */
  readonly count: number;
  /** The highest logical time seen. */
  readonly highestLt: number;
}

/** @param change the number of this change of the view, see {@link beginChange} */
export function openFolder(database: DatabaseSync, change: number): EventFolder {
  const experiments = new Map<Key, Folding>();
  const submissions = new Map<Token, SubmissionRecord>();
  const sweeps = new Map<string, SweepRecord>();
  const rows = openRows(database, change);
  let [count, highestLt] = [0, 0];

  const cached = (key: Key): Folding => {
    let entry = experiments.get(key);
    if (entry === undefined) {
      entry = rows.find(key);
      experiments.set(key, entry);
    }
    return entry;
  };

  const flush = (): void => {
    rows.save(experiments.values());
    experiments.clear();
    rows.saveSubmissions(submissions.values());
    submissions.clear();
    rows.saveSweeps(sweeps.values());
    sweeps.clear();
  };

  return {
    fold: (event) => {
      count += 1;
      highestLt = Math.max(highestLt, event.lt);
      for (const [key, part] of splitEvent(event)) {
        const entry = cached(key);
        const before = entry.record.harvest;
        entry.record = foldExperiment(entry.record, part);
        if (entry.record.harvest !== before) entry.harvested = true;
        if (event.type === 'created') entry.made = rows.make(entry.id, event);
      }
      const token = tokenOf(event);
      if (token !== undefined) {
        submissions.set(token, foldSubmission(submissions.get(token) ?? rows.submission(token), event));
      }
      if (isSweepEvent(event)) {
        sweeps.set(event.sweep, foldSweep(sweeps.get(event.sweep) ?? rows.sweep(event.sweep), event));
      }
      if (experiments.size >= CACHE_SIZE) flush();
    },
    finish: () => {
      flush();
      rows.finish();
    },
    get count() {
      return count;
    },
    get highestLt() {
      return highestLt;
    },
  };
}

function tokenOf(event: SheafEvent): Token | undefined {
  switch (event.type) {
    case 'submitting':
    case 'submitted':
      return event.token;
    case 'state':
      return event.fact.kind === 'refused' || event.fact.kind === 'given_up' ? event.token : undefined;
    default:
      return undefined;
  }
}
