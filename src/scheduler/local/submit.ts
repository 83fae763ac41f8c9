import { join } from 'node:path';
import { formatError, SheafError } from '../../core/errors.ts';
import {
  createDurably,
  makeFolder,
  nowMs,
  publishFolder,
  randomId,
  removePath,
  syncFolder,
} from '../../system/index.ts';
import type { SubmitOutcome, SubmitRequest } from '../scheduler.ts';
import { keepEnvironment } from './spool/environment.ts';
import { findIdOfToken, listJobIds, makeLocalJob, readQueuedJob } from './spool/job-file.ts';
import { claimToken, jobFolder, jobsFolder, makeSpool, tokensFolder, type Spool } from './spool/spool.ts';

/** The id of a job that is in the queue now, or why there is none. */
export type Queued = { readonly kind: 'queued'; readonly id: number } | Exclude<SubmitOutcome, { kind: 'accepted' }>;

/**
 * Puts a job into the queue. Its folder is complete before it gets an id, and it is in the queue from
 * the moment on that its token is claimed for that id: a crash leaves all of it or nothing.
 *
 * @param localDir where its environment is kept; undefined: nowhere
 */
export function queueJob(spool: Spool, request: SubmitRequest, localDir: string | undefined): Queued {
  const ran = `queue ${request.token} in ${spool.path}`;
  try {
    makeSpool(spool);
    const known = findIdOfToken(spool, request.token);
    if (known !== undefined) return { kind: 'queued', id: known };
    const stranger = request.after.find(({ job, token }) => readQueuedJob(spool, Number(job.id))?.token !== token);
    if (stranger !== undefined) {
      return {
        kind: 'refused',
        said: `job ${stranger.job.id} (${stranger.token}), which it is to wait for, is not in the queue of this machine`,
        ran,
      };
    }
    const envFile = localDir === undefined ? undefined : keepEnvironment(localDir, spool, request.token, request.env);
    const id = publish(spool, request, envFile);
    // Of two submissions of one token at once, the first one counts.
    const holder = claimToken(spool, request.token, id);
    syncFolder(tokensFolder(spool));
    return { kind: 'queued', id: holder };
  } catch (error) {
    return afterFault(spool, request, ran, error);
  }
}

function publish(spool: Spool, request: SubmitRequest, envFile: string | undefined): number {
  const temporary = join(spool.path, `.incoming.${randomId(12)}`);
  try {
    makeFolder(join(temporary, 'tasks'));
    createDurably(join(temporary, 'script'), request.script);
    createDurably(join(temporary, 'log.jsonl'), '');
    createDurably(join(temporary, 'job.json'), `${JSON.stringify(makeLocalJob(request, nowMs(), envFile))}\n`);
    let id = (listJobIds(spool).at(-1) ?? 0) + 1;
    while (!publishFolder(temporary, jobFolder(spool, id))) id += 1;
    syncFolder(jobsFolder(spool));
    return id;
  } catch (error) {
    removePath(temporary);
    throw error;
  }
}

/** A fault on the way is no answer: whether the token is claimed is. */
function afterFault(spool: Spool, request: SubmitRequest, ran: string, error: unknown): Queued {
  const said = formatError(error);
  try {
    const id = findIdOfToken(spool, request.token);
    if (id !== undefined) return { kind: 'queued', id };
  } catch {
    return { kind: 'doubtful', said, ran };
  }
  const fix = error instanceof SheafError ? error.problems[0].fix : undefined;
  return { kind: 'refused', said, ran, ...(fix === undefined ? {} : { fix }) };
}
