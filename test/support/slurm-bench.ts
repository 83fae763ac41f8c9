import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AccountedFact, QueuedFact } from '../../src/core/experiment/attempt.ts';
import { openSlurmScheduler, type AccountedRun, type SubmitRequest, type TaskRef } from '../../src/scheduler/index.ts';
import { HOSTILE_NAME } from './hostile-name.ts';
import { factOf, newToken, type SchedulerBench, type Submitted } from './local-scheduler.ts';
import type { Cluster } from './slurm.ts';

/** A project in which one test hands jobs to a cluster; those that are left are cancelled after it. */
export async function slurmBench(cluster: Cluster): Promise<SchedulerBench> {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-slurm-bench-'));
  // Slurm takes a backslash in the path of an output for an escape: it would write elsewhere.
  const [root, folder] = [join(outer, HOSTILE_NAME.replaceAll('\\', '')), join(outer, 'cache')];
  const outputs = join(root, 'outputs');
  mkdirSync(outputs, { recursive: true });
  const env = { ...process.env, SLURM_CONF: cluster.conf, SHEAF_POLL_SECONDS: '0' };
  const scheduler = await openSlurmScheduler({ env, folder: () => folder });
  const submitted: TaskRef[] = [];
  onTestFinished(async () => {
    await scheduler.cancel(submitted);
    rmSync(outer, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

  const request: SchedulerBench['request'] = (script, rest = {}) => {
    const token = rest.token ?? newToken();
    return {
      token,
      script: withDirectives(script, token),
      cwd: root,
      outputFolder: outputs,
      resources: {},
      held: false,
      after: [],
      ...rest,
      env: { PATH: process.env['PATH'] ?? '', ...rest.env, SLURM_CONF: cluster.conf },
    };
  };
  const submit = async (script: string, rest?: Partial<SubmitRequest>): Promise<Submitted> => {
    const asked = request(script, rest);
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
    const sighted = poll.results[0]?.fact;
    if (sighted?.kind === 'queue') return sighted;
    const run = await lastRun(task);
    return typeof run === 'object' ? run : sighted;
  };
  return {
    root,
    outputs,
    open: () => scheduler,
    request,
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

/** What every job of sheaf states. The folder is relative, as there: it may have any name. */
function withDirectives(script: string, token: string): string {
  const directives = [
    `job-name=${token}`,
    'output=outputs/slurm-%A_%a.out',
    'open-mode=append',
    'time=5',
    'mem=50M',
    'requeue',
  ];
  return ['#!/bin/bash', ...directives.map((directive) => `#SBATCH --${directive}`), script, ''].join('\n');
}
