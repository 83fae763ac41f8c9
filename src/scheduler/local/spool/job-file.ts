import { withoutUndefined } from '../../../core/value.ts';
import { join } from 'node:path';
import { parseTimeLimit } from '../../../core/units.ts';
import type { Resources } from '../../../core/settings/settings.ts';
import type { Token } from '../../../core/ids.ts';
import { getFileFacts, listFolder, readClaim, readTextIfThere } from '../../../system/index.ts';
import type { Dependency, SubmitRequest } from '../../scheduler.ts';
import type { Demand } from './slots.ts';
import { jobFolder, jobsFolder, tokensFolder, type Spool } from './spool.ts';

/** `job.json`: what was submitted. It never changes. */
export interface LocalJob {
  readonly schema: 1;
  readonly token: Token;
  /** Milliseconds since 1970. */
  readonly submittedMs: number;
  readonly cwd: string;
  readonly outputFolder: string;
  /** Where its environment is, outside of the project; absent when it could not be kept. */
  readonly envFile?: string;
  /** CPUs and GPUs that one task asks for; the machine may have fewer since. */
  readonly cpus: number;
  readonly gpus: number;
  readonly timeLimitS?: number;
  readonly warning?: Warning;
  readonly indices?: readonly number[];
  readonly maxParallel?: number;
  readonly held: boolean;
  readonly after: readonly LocalDependency[];
}

/** What the shell of a task is sent before its time limit. */
export interface Warning {
  readonly signal: NodeJS.Signals;
  /** Seconds before the limit. */
  readonly beforeS: number;
}

export interface LocalDependency {
  readonly id: number;
  readonly tasks: Dependency['tasks'];
  /** Absent: `completed`. */
  readonly until?: Dependency['until'];
}

/** @throws SheafError `time_limit.form` */
export function makeLocalJob(request: SubmitRequest, submittedMs: number, envFile?: string): LocalJob {
  const { token, cwd, outputFolder, resources, indices, maxParallel, held, after, script } = request;
  const warning = warningOf(script);
  const timeLimitS = resources.time_limit === undefined ? Infinity : parseTimeLimit(resources.time_limit);
  return withoutUndefined({
    schema: 1,
    token,
    submittedMs,
    cwd,
    outputFolder,
    envFile,
    ...computeDemand(resources),
    ...(Number.isFinite(timeLimitS) ? { timeLimitS } : {}),
    warning,
    ...(indices === undefined ? {} : { indices: [...new Set(indices)].toSorted((a, b) => a - b) }),
    maxParallel,
    held,
    after: after.map(({ job, tasks, until }) => ({ id: Number(job.id), tasks, until })),
  });
}

/** As `sbatch` would read it. A signal for the steps of a job alone is for none, here. */
function warningOf(script: string): Warning | undefined {
  const [, name, seconds] = /^#SBATCH --signal=B:([A-Z][A-Z0-9]*)@(\d+)$/m.exec(script) ?? [];
  return name === undefined ? undefined : { signal: `SIG${name}` as NodeJS.Signals, beforeS: Number(seconds) };
}

/** What a job takes of one machine: all nodes that it asks for are this one. */
export function computeDemand(resources: Resources): Demand {
  const nodes = resources.num_nodes ?? 1;
  return {
    cpus: (resources.cpus_per_task ?? 1) * (resources.ntasks_per_node ?? 1) * nodes,
    gpus: (resources.num_gpus ?? 0) * nodes,
  };
}

/** The tasks of a job; a single job is the task 0. */
export function listIndices({ indices }: LocalJob): readonly number[] {
  return indices ?? [0];
}

/** `3` or `3_7`: what the job itself and people call a task. */
export function formatTaskName(id: number, { indices }: LocalJob, index: number): string {
  return indices === undefined ? String(id) : `${id}_${index}`;
}

/** Undefined when there is no such job, or its file is damaged. */
export function readJob(spool: Spool, id: number): LocalJob | undefined {
  const text = readTextIfThere(join(jobFolder(spool, id), 'job.json'));
  try {
    const job = JSON.parse(text ?? '') as LocalJob;
    return job.schema === 1 ? job : undefined;
  } catch {
    return undefined;
  }
}

/** The job that holds a token; undefined when none was put into the queue. */
export function findIdOfToken(spool: Spool, token: string): number | undefined {
  const id = readClaim(join(tokensFolder(spool), token));
  return id === undefined ? undefined : Number(id);
}

/** A job in the queue, with its file. Undefined when it is not, or not yet, in the queue. */
export function readQueuedJob(spool: Spool, id: number): LocalJob | undefined {
  const job = readJob(spool, id);
  return job !== undefined && findIdOfToken(spool, job.token) === id ? job : undefined;
}

/** The ids of all job folders, those that never got into the queue too, in order. */
export function listJobIds(spool: Spool): number[] {
  return listFolder(jobsFolder(spool))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b);
}

export function hasJob(spool: Spool, id: number): boolean {
  return getFileFacts(jobFolder(spool, id)) !== undefined;
}
