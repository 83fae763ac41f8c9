import { join } from 'node:path';
import {
  claimLink,
  listFolder,
  nowMs,
  randomId,
  readClaim,
  readTextIfThere,
  removePath,
  writeAtomic,
} from '../../../system/index.ts';
import { controlFolder, type Spool } from './spool.ts';

/** What a command asks of the supervisor. */
export type ControlRequest =
  | {
      readonly verb: 'cancel' | 'hold' | 'release';
      /** Without an index all tasks of the job are meant. */
      readonly tasks: readonly { readonly id: number; readonly index?: number }[];
    }
  | {
      readonly verb: 'throttle';
      readonly id: number;
      /** Maximum number of tasks of the array at once from now on; absent: any number. */
      readonly maxParallel?: number;
    };

export interface PendingControl {
  readonly path: string;
  readonly request: ControlRequest;
}

const MS_DIGITS = 15;

/**
 * Leaves a request for the supervisor, durably. One file a call, and their names sort by time.
 *
 * A request to cancel must arrive also on a full disk, which the very job may have filled: where no file
 * can be written there is mostly room for links, one for each task, whose targets are the request.
 */
export function requestControl(spool: Spool, request: ControlRequest): void {
  try {
    writeAtomic(newPath(spool), `${JSON.stringify(request)}\n`, { durable: true });
  } catch (error) {
    if (request.verb !== 'cancel') throw error;
    for (const task of request.tasks) claimLink(newPath(spool), JSON.stringify({ ...request, tasks: [task] }));
  }
}

function newPath(spool: Spool): string {
  return join(controlFolder(spool), `${String(nowMs()).padStart(MS_DIGITS, '0')}-${randomId(8)}.json`);
}

/** The requests that the supervisor has not taken away yet, oldest first. */
export function listPendingControls(spool: Spool): PendingControl[] {
  return listFolder(controlFolder(spool))
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      const path = join(controlFolder(spool), name);
      const request = parseRequest(readClaim(path) ?? readTextIfThere(path));
      return request === undefined ? [] : [{ path, request }];
    });
}

function parseRequest(text: string | undefined): ControlRequest | undefined {
  try {
    return JSON.parse(text ?? '') as ControlRequest;
  } catch {
    return undefined;
  }
}

export function removeControl({ path }: PendingControl): void {
  removePath(path);
}
