import { rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { AccountedFact, QueuedFact } from '../../src/core/experiment/facts.ts';
import type { AccountedRun, Scheduler, SubmitRequest, TaskRef } from '../../src/scheduler/index.ts';
import { factOf, type SchedulerBench, type Submitted } from './local-scheduler.ts';

export interface ClusterBenchParts extends Pick<SchedulerBench, 'root' | 'outputs' | 'request' | 'jobShell'> {
  readonly scheduler: Scheduler;
  /** Removed after the test, when the jobs that are left were cancelled. */
  readonly folder: string;
}

/** What tests do with a scheduler whose queue forgets jobs that ended: accounting has those. */
export function clusterBench({ scheduler, folder, ...parts }: ClusterBenchParts): SchedulerBench {
  const submitted: TaskRef[] = [];
  onTestFinished(async () => {
    await scheduler.cancel(submitted);
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });
  const submit = async (script: string, rest?: Partial<SubmitRequest>): Promise<Submitted> => {
    const asked = parts.request(script, rest);
    const outcome = await scheduler.submit(asked);
    if (outcome.kind !== 'accepted') throw new Error(outcome.said);
    const { job, notes } = outcome;
    const { token } = asked;
    submitted.push({ job, token });
    return { job, notes, token, task: (index) => ({ job, token, ...(index === undefined ? {} : { index }) }) };
  };
  const lastRun = async (task: TaskRef): Promise<AccountedRun | undefined> => {
    const accounts = await scheduler.account([task]);
    if (accounts.kind !== 'answer') throw new Error(`no accounting: ${JSON.stringify(accounts)}`);
    return accounts.tasks[0]?.runs.at(-1);
  };
  const look: SchedulerBench['look'] = async (task) => {
    const poll = await scheduler.poll([task], Date.now());
    if (poll.kind === 'failed') throw new Error(poll.said);
    const queued = poll.results[0]?.fact;
    if (queued?.kind === 'queue') return queued;
    const run = await lastRun(task);
    return typeof run === 'object' ? run : queued;
  };
  return {
    ...parts,
    open: () => scheduler,
    submit,
    look,
    untilEnded: (task) =>
      factOf(
        look,
        task,
        // The queue does not have the exit status, and accounting may be a moment behind.
        (fact) => fact.kind === 'accounted' && !(fact.state === 'failed' && fact.exitCode === undefined) && fact,
        'to have ended',
      ),
    untilState: async (task, state: (QueuedFact | AccountedFact)['state']) =>
      void (await factOf(look, task, (fact) => fact.state === state, `to be ${state}`)),
  };
}
