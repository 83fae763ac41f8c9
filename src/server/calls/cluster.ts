import { clusterNowJson, type ClusterNowJson } from '../../json/index.ts';
import type { CallsOf } from './call.ts';
import { keepAnswers } from './keep-answers.ts';
import { object } from './reading.ts';

/** The cluster of the project. */
export type ClusterApi = {
  /** What is free, what waits and why, limits and waits, as of at most a minute ago. */
  readonly cluster: { readonly request: object; readonly answer: ClusterNowJson };
};

const KEPT_MS = 60_000;

export const clusterCalls: CallsOf<ClusterApi> = {
  cluster: keepAnswers(KEPT_MS, {
    // Programs are asked, and thousands of waits gone through.
    place: 'files',
    read: object({}),
    answer: async (_, { manager }) => clusterNowJson(await manager.clusterNow()),
  }),
};
