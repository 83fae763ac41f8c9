import type { ExperimentManager } from '../../app/index.ts';
import { clusterNowJson, type ClusterNowJson } from '../../json/index.ts';
import { nowMs } from '../../system/index.ts';
import type { CallsOf } from './call.ts';
import { object } from './reading.ts';

/** The cluster of the project. */
export type ClusterApi = {
  /** What is free, what waits and why, limits and waits, as of at most a minute ago. */
  readonly cluster: { readonly request: object; readonly answer: ClusterNowJson };
};

/** Between two sets of questions to the cluster, however many pages are open, milliseconds. */
const PAUSE_MS = 60_000;

interface Kept {
  readonly sinceMs: number;
  readonly answer: Promise<ClusterNowJson>;
}

/** The last answer of each project of this process. */
const kept = new WeakMap<ExperimentManager, Kept>();

export const clusterCalls: CallsOf<ClusterApi> = {
  cluster: {
    // Programs are asked, and thousands of waits gone through.
    place: 'files',
    read: object({}),
    answer: (_, { manager }) => {
      const last = kept.get(manager);
      if (last !== undefined && nowMs() - last.sinceMs < PAUSE_MS) return last.answer;
      const answer = manager.clusterNow().then(clusterNowJson);
      kept.set(manager, { sinceMs: nowMs(), answer });
      // What is wrong in sheaf.yaml may be corrected before the minute is over.
      answer.catch(() => kept.delete(manager));
      return answer;
    },
  },
};
