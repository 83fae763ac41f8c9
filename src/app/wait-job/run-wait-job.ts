import { formatError, SheafError } from '../../core/errors.ts';
import type { Token } from '../../core/ids.ts';
import { nowMs, sleep } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { RecordedWaitJob, WaitEnded } from '../project/wait-jobs.ts';
import { isOpenWaitJob, lookAtWaitJobs } from './look-at-wait-jobs.ts';
import { endWaitJobs, getNextNumber } from './start-wait-job.ts';
import { submitWaitJob } from './submit-wait-job.ts';
import {
  listOpenWaitJobs,
  readWaitJobs,
  readWaitRequest,
  recordWaitEnded,
  recordWaitStarted,
  type WaitRequest,
} from './wait-job-files.ts';

/** What a job knows of itself when it begins to wait. */
export interface WaitJobStart {
  readonly sweep: string;
  readonly token: string;
  /** The scheduler's id of the job. */
  readonly job: string;
  /** Its node, as the scheduler calls it. */
  readonly node: string;
  /** Milliseconds to its time limit; Infinity: it has none. */
  readonly leftMs: number;
  /** Tells something to who reads the log. */
  readonly say: (line: string) => void;
}

/** A job that waits. */
export interface WaitJobRun {
  readonly request: WaitRequest;
  /** Aborted if it must not wait any longer: a successor does, or a person ended it. */
  readonly signal: AbortSignal;
  /** The sweep has ended: no successor is needed. */
  end(): Promise<void>;
  /** It ends, and the sweep goes on. */
  close(): void;
}

/** How often a job looks whether it still is the one that waits. */
const LOOK_MS = 5_000;
/** The successor is submitted when this part of the time is left, at most the time below: it needs time in the queue. */
const LEFT_SHARE = 0.25;
const LONGEST_LEFT_MS = 2 * 3_600_000;
/** After the scheduler refused a successor. */
const RETRY_MS = 60_000;

/** Abort reasons that are no interrupts of a person. */
class Replaced extends Error {
  override readonly name = 'AbortError';
}

export function isReplaced(error: unknown): boolean {
  return error instanceof Replaced || (error instanceof Error && error.cause instanceof Replaced);
}

/**
 * Begins the waiting of a job.
 *
 * @returns undefined if it must not wait: it was given up, or its successor runs
 */
export function beginWaitJob(project: Project, start: WaitJobStart): WaitJobRun | undefined {
  const { sweep, job, node, say } = start;
  const token = start.token as Token;
  const request = readWaitRequest(project, token);
  const own = readWaitJobs(project, sweep).find((each) => each.token === token);
  if (request === undefined || own === undefined) return undefined;
  if (!project.store.claims.waits.run(sweep, own.n, job)) return refuse(say, 'was given up');
  if (own.ended !== undefined && own.ended.how !== 'gone') return refuse(say, `has ${own.ended.how}`);
  if (findRunningSuccessor(project, own) !== undefined) return refuse(say, 'has a successor that runs');
  recordWaitStarted(project, token, { atMs: nowMs(), host: node, job });
  const controller = new AbortController();
  const finish = (how: WaitEnded['how']): void => {
    recordWaitEnded(project, token, how);
    controller.abort(new Replaced(how));
  };
  const ending = new AbortController();
  void keepLooking(project, own, { ...start, request, signal: ending.signal, finish });
  return {
    request,
    signal: controller.signal,
    end: async () => {
      ending.abort();
      recordWaitEnded(project, token, 'ended');
      const others = (await lookAtWaitJobs(project, sweep, nowMs())).filter(isOpenWaitJob);
      await endWaitJobs(project, others, 'ended');
    },
    close: () => ending.abort(),
  };
}

function refuse(say: WaitJobStart['say'], why: string): undefined {
  say(`This job ${why}: it does not wait.`);
}

function findRunningSuccessor(project: Project, { sweep, n }: RecordedWaitJob): RecordedWaitJob | undefined {
  return listOpenWaitJobs(project, sweep).find((each) => each.n > n && each.started !== undefined);
}

interface Looking extends WaitJobStart {
  readonly request: WaitRequest;
  readonly signal: AbortSignal;
  readonly finish: (how: WaitEnded['how']) => void;
}

/** Looks again and again whether the job is to end, and submits its successor in time. */
async function keepLooking(project: Project, own: RecordedWaitJob, looking: Looking): Promise<void> {
  const { leftMs, signal, finish, say } = looking;
  const limitMs = nowMs() + leftMs;
  let dueMs = limitMs - Math.min(leftMs * LEFT_SHARE, LONGEST_LEFT_MS);
  try {
    for (;;) {
      await sleep(Math.min(LOOK_MS, Math.max(0, dueMs - nowMs())), signal);
      const now = readWaitJobs(project, own.sweep).find(({ n }) => n === own.n);
      if (now?.ended?.how === 'stopped') return finish('stopped');
      const successor = findRunningSuccessor(project, own);
      if (successor !== undefined) {
        say(`Job ${successor.started?.job} on ${successor.started?.host} goes on.`);
        return finish('replaced');
      }
      if (nowMs() < dueMs) continue;
      dueMs = nowMs() + RETRY_MS;
      await submitSuccessor(project, own, looking);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Unless there is one. After a refusal, the next look tries again. */
async function submitSuccessor(project: Project, own: RecordedWaitJob, { request, say }: Looking): Promise<void> {
  const { sweep, n } = own;
  try {
    const others = (await lookAtWaitJobs(project, sweep, nowMs())).filter((job) => job.n > n && isOpenWaitJob(job));
    if (others.length === 0 && !(await submitWaitJob(project, getNextNumber(project, sweep), request))) return;
    const successor = listOpenWaitJobs(project, sweep).at(-1);
    if (others.length === 0) say(`Job ${successor?.job?.id} is queued, and goes on when it starts.`);
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    say(`The successor of this job could not be submitted: ${formatError(error)}`);
  }
}
