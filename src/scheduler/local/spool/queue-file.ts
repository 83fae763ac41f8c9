import { join } from 'node:path';
import { readTextIfThere, writeAtomic } from '../../../system/index.ts';
import type { Blocked } from './queue.ts';
import type { Spool } from './spool.ts';

/** `queue.json`: what the supervisor tells those who look at the queue. It may lag, and may be missing. */
export interface QueueFile {
  /** All jobs below this id have ended. */
  readonly firstOpen: number;
  readonly blocked?: Blocked;
}

function queuePath(spool: Spool): string {
  return join(spool.path, 'queue.json');
}

export function readQueueFile(spool: Spool): QueueFile {
  try {
    return JSON.parse(readTextIfThere(queuePath(spool)) ?? '') as QueueFile;
  } catch {
    return { firstOpen: 1 };
  }
}

export function writeQueueFile(spool: Spool, file: QueueFile): void {
  writeAtomic(queuePath(spool), `${JSON.stringify(file)}\n`);
}
