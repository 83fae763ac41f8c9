import { join } from 'node:path';
import type { PastRun, RunUsage } from '../../advisor/index.ts';
import type { Attempt } from '../../core/experiment/attempt.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import { SheafError } from '../../core/errors.ts';
import { attemptName } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { TaskRef, TaskUsage } from '../../scheduler/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { readTraces, getTracesStamp, type RunTraces } from './run-usage.ts';
import { isMine, openAttempts, getTaskName } from '../observe/tasks.ts';
import { openHostCache, type HostCache } from '../project/host-cache.ts';

/** An attempt that ran and ended. */
export interface Ended {
  readonly experiment: Experiment;
  readonly attempt: Attempt;
  readonly outcome: Extract<Outcome, { readonly endedMs: number }> & { readonly startedMs: number };
}

/** Adds what the folders of the attempts tell, `runs[i]` that of `ended[i]`. What was read once is kept on this host. */
export async function withTraces(
  project: Project,
  ended: readonly Ended[],
  runs: readonly PastRun[],
): Promise<readonly PastRun[]> {
  const cache = openHostCache<RunTraces>(project, 'usage-1');
  const traced: PastRun[] = [];
  for (const [i, run] of runs.entries()) {
    const each = ended[i];
    traced.push(each === undefined ? run : traceRun(run, await getTraces(project, each, cache)));
  }
  cache.close();
  return traced;
}

async function getTraces(project: Project, ended: Ended, cache: HostCache<RunTraces>): Promise<RunTraces> {
  const { experiment, attempt, outcome } = ended;
  const name = attemptName(attempt);
  const folder = join(experimentFolder(project, experiment.expId), 'attempts', name);
  const stamp = getTracesStamp(folder);
  const known = cache.recall(`${experiment.key}/${name}`, stamp);
  if (known !== undefined) return known;
  const traces = await readTraces(folder, outcome.startedMs);
  // If there is nothing to read, reading again costs no more than remembering.
  if (traces.usage !== undefined) cache.keep(`${experiment.key}/${name}`, stamp, traces);
  return traces;
}

function traceRun(run: PastRun, { usage, gpuName, partition }: RunTraces): PastRun {
  const first = (run.nodes ?? 1) > 1 ? { cpuNodes: 1, gpuNodes: 1 } : {};
  return {
    ...run,
    ...withoutUndefined({ gpuName: gpuName ?? run.gpuName, partition: partition ?? run.partition }),
    ...(usage === undefined ? {} : { usage: { ...usage, ...first } }),
  };
}

/**
 * Asks the scheduler, once, for what the monitor does not tell, and keeps what it said.
 *
 * @param runs `runs[i]` is that of `ended[i]`
 */
export async function withAccounting(
  project: Project,
  ended: readonly Ended[],
  runs: readonly PastRun[],
): Promise<{ readonly runs: readonly PastRun[]; readonly warnings: readonly string[] }> {
  const cache = openHostCache<TaskUsage>(project, 'usage-accounts-1');
  const known = ended.map((each) => cache.recall(nameOf(each), ''));
  const gaps = ended.filter((each, i) => {
    const run = runs[i];
    return run !== undefined && known[i] === undefined && hasGaps(run) && isLastOfItsJob(each);
  });
  const asked = await askAccounting(project, gaps);
  if (asked.kind === 'answer') {
    for (const [each, usage] of asked.usages) {
      known[ended.indexOf(each)] = usage;
      if (usage.cpuS !== undefined) cache.keep(nameOf(each), '', usage);
    }
    cache.close();
  }
  return {
    runs: runs.map((run, i) => (hasGaps(run) ? mergeAccounts(run, known[i]) : run)),
    warnings: asked.kind === 'failed' ? [`accounting could not be asked for what runs used: ${asked.said}`] : [],
  };
}

function nameOf({ experiment, attempt }: Ended): string {
  return `${experiment.key}/${attemptName(attempt)}`;
}

type Asked =
  | { readonly kind: 'answer'; readonly usages: ReadonlyMap<Ended, TaskUsage> }
  | { readonly kind: 'failed'; readonly said: string };

async function askAccounting(project: Project, gaps: readonly Ended[]): Promise<Asked> {
  const nothing: Asked = { kind: 'answer', usages: new Map() };
  if (gaps.length === 0) return nothing;
  try {
    const scheduler = await project.scheduler();
    const tasks = gaps.flatMap((each): [Ended, TaskRef][] => {
      const [open] = openAttempts(project, [each.experiment], (attempt) => attempt === each.attempt);
      // Of a job that several share accounting knows only the whole.
      return open?.task === undefined || open.packed || !isMine(open.task, scheduler) ? [] : [[each, open.task]];
    });
    const answer = tasks.length === 0 ? undefined : await scheduler.usage?.(tasks.map(([, task]) => task));
    if (answer === undefined || answer.kind === 'none') return nothing;
    if (answer.kind === 'failed') return answer;
    const told = new Map(answer.tasks.map((usage) => [getTaskName(usage), usage]));
    const usages = tasks.flatMap(([each, task]): [Ended, TaskUsage][] => {
      const usage = told.get(getTaskName(task));
      return usage === undefined ? [] : [[each, usage]];
    });
    return { kind: 'answer', usages: new Map(usages) };
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return { kind: 'failed', said: error.problems[0].said ?? error.message };
  }
}

/** A monitor sees the first node; of a short run it may have seen nothing. */
function hasGaps({ usage, nodes = 1 }: PastRun): boolean {
  return usage?.cpuS === undefined || usage.peakHostMib === undefined || nodes > 1;
}

/** Accounting is asked for the last run of a job: a requeue made the earlier ones attempts of their own. */
function isLastOfItsJob({ experiment: { record }, attempt: { stage, n, token } }: Ended): boolean {
  return !Object.values(record.attempts).some(
    (other) => other.stage === stage && other.n > n && other.token?.value === token?.value,
  );
}

function mergeAccounts(run: PastRun, accounts: TaskUsage | undefined): PastRun {
  if (accounts === undefined) return run;
  const { cpuS, peakHostMib, gpuUtil, peakGpuGib, cpus, nodes, partition } = accounts;
  const own = run.usage;
  const facts = { ...run, ...withoutUndefined({ cpus: cpus ?? run.cpus, nodes: nodes ?? run.nodes }) };
  const placed = partition === undefined ? facts : { ...facts, partition };
  if ([cpuS, peakHostMib, gpuUtil, peakGpuGib].every((value) => value === undefined)) return placed;
  const usage: RunUsage = {
    ...own,
    source: own === undefined ? 'accounting' : 'both',
    samples: own?.samples ?? 0,
    ...withoutUndefined({
      peakHostMib: most(own?.peakHostMib, peakHostMib),
      gpuUtil: own?.gpuUtil ?? gpuUtil,
      peakGpuGib: most(own?.peakGpuGib, peakGpuGib),
    }),
  };
  if (cpuS === undefined) return { ...placed, usage };
  // Accounting counts to the end and on all nodes.
  const { cpuOverS: _over, cpuNodes: _nodes, ...whole } = usage;
  return { ...placed, usage: { ...whole, cpuS } };
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
