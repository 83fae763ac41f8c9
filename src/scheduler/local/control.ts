import { join } from 'node:path';
import { listFolder, nowMs, randomId, readTextIfThere, removePath, writeAtomic } from '../../system/index.ts';
import { controlFolder, type Spool } from './spool.ts';

/** What a command asks of the supervisor. */
export interface ControlRequest {
  readonly verb: 'cancel' | 'hold' | 'release';
  /** Without an index all tasks of the job are meant. */
  readonly tasks: readonly { readonly id: number; readonly index?: number }[];
}

export interface PendingControl {
  readonly path: string;
  readonly request: ControlRequest;
}

const MS_DIGITS = 15;

/** Leaves a request for the supervisor, durably. One file a call, and their names sort by time. */
export function requestControl(spool: Spool, request: ControlRequest): void {
  const name = `${String(nowMs()).padStart(MS_DIGITS, '0')}-${randomId(8)}.json`;
  writeAtomic(join(controlFolder(spool), name), `${JSON.stringify(request)}\n`, { durable: true });
}

/** The requests that the supervisor has not taken away yet, oldest first. */
export function pendingControls(spool: Spool): PendingControl[] {
  return listFolder(controlFolder(spool))
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      const path = join(controlFolder(spool), name);
      const request = parseRequest(readTextIfThere(path));
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
