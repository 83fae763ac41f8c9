import { join } from 'node:path';
import { bootId, getFileFacts, nowMs, readTextIfThere, writeNew } from '../../../system/index.ts';

/** `spool.json`: which machine made a spool, and that it is no copy of another one. */
export interface SpoolIdentity {
  readonly schema: 1;
  readonly boot: string;
  /** Of the file `identity` beside it: a copied or restored spool has another one. */
  readonly inode: string;
  readonly madeMs: number;
}

export function identityPath(folder: string): string {
  return join(folder, 'spool.json');
}

function inodeOf(folder: string): string | undefined {
  return getFileFacts(join(folder, 'identity'))?.ino.toString();
}

/** Undefined for a folder that is no spool of this version, or a copy of one. */
export function readIdentity(folder: string): SpoolIdentity | undefined {
  try {
    const value = JSON.parse(readTextIfThere(identityPath(folder)) ?? '') as SpoolIdentity;
    return value.schema === 1 && value.inode === inodeOf(folder) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function writeIdentity(folder: string): void {
  writeNew(join(folder, 'identity'), 'This file tells an original spool from a copy.\n');
  const identity: SpoolIdentity = { schema: 1, boot: bootId(), inode: inodeOf(folder) ?? '', madeMs: nowMs() };
  writeNew(identityPath(folder), `${JSON.stringify(identity)}\n`);
}
