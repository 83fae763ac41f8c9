import { join } from 'node:path';
import type { JobRef } from '../../core/experiment/event.ts';
import type { Token } from '../../core/ids.ts';
import { makeFolder, nowMs, readTextIfThere, writeAtomic } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { RecordedWaitJob, WaitEnded, WaitStarted } from '../project/wait-jobs.ts';

/** What a job that waits for a sweep was asked for: its successor is asked for the same. */
export interface WaitRequest {
  readonly sweep: string;
  /** Resources as texts, by their names. */
  readonly set: { readonly [resource: string]: string };
  /** Reads results, and prunes checkpoints. */
  readonly harvest: boolean;
}

/** The folder of a job, relative to the project. */
export function getWaitFolder(token: Token): string {
  return `.sheaf/waits/${token}`;
}

/** The jobs that wait for a sweep, or waited, the oldest first. Asks no scheduler. */
export function readWaitJobs(project: Project, sweep: string): RecordedWaitJob[] {
  return project.store.claims.waits.list(sweep).map(({ n, token, owner, atMs, isGivenUp }) => {
    const job = read<JobRef>(project, token, 'job.json');
    const started = read<WaitStarted>(project, token, 'started.json');
    const ended = read<WaitEnded>(project, token, 'ended.json') ?? (isGivenUp ? { atMs, how: 'gone' } : undefined);
    const problem = readTextIfThere(join(project.root, getWaitFolder(token), 'problem.txt'))?.trim();
    const kind = job?.scheduler.slice(0, job.scheduler.indexOf(':')) ?? 'slurm';
    return {
      sweep,
      n,
      token,
      owner,
      claimedMs: atMs,
      ...(job && { job }),
      ...(started && { started }),
      ...(ended && { ended }),
      ...(problem !== undefined && problem !== '' && { problem }),
      log: `${getWaitFolder(token)}/${kind}-${job?.id ?? started?.job ?? 'JOB'}.out`,
    };
  });
}

/** Those that may run now or later. */
export function listOpenWaitJobs(project: Project, sweep: string): RecordedWaitJob[] {
  return readWaitJobs(project, sweep).filter(({ ended }) => ended === undefined);
}

/** @throws SheafError if it is damaged */
export function readWaitRequest(project: Project, token: Token): WaitRequest | undefined {
  return read(project, token, 'request.json');
}

export function recordWaitRequest(project: Project, token: Token, request: WaitRequest): void {
  makeFolder(join(project.root, getWaitFolder(token)));
  write(project, token, 'request.json', request);
}

export function recordWaitSubmitted(project: Project, token: Token, job: JobRef): void {
  write(project, token, 'job.json', job);
}

export function recordWaitStarted(project: Project, token: Token, started: WaitStarted): void {
  write(project, token, 'started.json', started);
}

export function recordWaitEnded(project: Project, token: Token, how: WaitEnded['how']): void {
  write(project, token, 'ended.json', { atMs: nowMs(), how } satisfies WaitEnded);
}

function write(project: Project, token: Token, file: string, data: unknown): void {
  writeAtomic(join(project.root, getWaitFolder(token), file), `${JSON.stringify(data)}\n`, { durable: true });
}

/** Files replace each other as a whole: what is there can be read. */
function read<T>(project: Project, token: Token, file: string): T | undefined {
  const text = readTextIfThere(join(project.root, getWaitFolder(token), file));
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
