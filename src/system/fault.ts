import { writeFileSync } from 'node:fs';
import { SheafError } from '../core/errors.ts';

/** Calls that change something outside this process. */
export type Effect =
  | 'request'
  | 'answer'
  | 'write'
  | 'fsync'
  | 'rename'
  | 'link'
  | 'mkdir'
  | 'remove'
  | 'spawn'
  | 'truncate'
  | 'signal';

/**
 * Faults for tests. `SHEAF_TEST_FAULT=<what>@<n>` strikes at the n-th effect (from 1) of a process:
 *
 * - `kill`: SIGKILL just before the effect; `kill-after`: just after it
 * - `torn`: a write that gets half of its bytes out before SIGKILL; at other effects like `kill`
 * - `enospc`, `eio`: the effect fails with that error, as on a full or broken disk
 */
interface Fault {
  readonly what: 'kill' | 'kill-after' | 'torn' | 'enospc' | 'eio';
  readonly at: number;
}

const fault = parseFault(process.env['SHEAF_TEST_FAULT']);
let count = 0;

/** A file that gets the number of effects when this process ends, while a fault is planned. */
const countFile = process.env['SHEAF_TEST_FAULT_COUNT'];
if (fault !== undefined && countFile !== undefined) process.on('exit', () => writeFileSync(countFile, `${count}`));

function parseFault(text: string | undefined): Fault | undefined {
  const match = /^(kill|kill-after|torn|enospc|eio)@(\d+)$/.exec(text ?? '');
  return match ? { what: match[1] as Fault['what'], at: Number(match[2]) } : undefined;
}

/** How many effects this process has had; only counted while a fault is planned. */
export function effectCount(): number {
  return count;
}

/**
 * Does one effect, or the fault that a test planned for it.
 *
 * @param half does half of the effect, for torn writes
 */
export function runEffect<T>(kind: Effect, path: string, act: () => T, half?: () => void): T {
  if (fault === undefined) return act();
  count += 1;
  if (count !== fault.at) return act();
  switch (fault.what) {
    case 'kill':
      return die();
    case 'kill-after':
      act();
      return die();
    case 'torn':
      half?.();
      return die();
    case 'enospc':
      throw errno('ENOSPC', 'no space left on device', kind, path);
    case 'eio':
      throw errno('EIO', 'i/o error', kind, path);
  }
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // SIGKILL is delivered before the call returns; this is for the compiler.
  throw new Error('killed');
}

function errno(code: string, text: string, syscall: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${text}, ${syscall} '${path}'`), { code, syscall, path });
}

const WORDS: Readonly<Record<string, { why: string; fix: string }>> = {
  ENOSPC: { why: 'the disk is full', fix: 'free some space there, then run the command again' },
  EDQUOT: { why: 'your disk quota is used up', fix: 'free some space there, then run the command again' },
  EFBIG: {
    why: 'it would grow beyond what is allowed',
    fix: 'raise the limit (ulimit -f), then run the command again',
  },
  EACCES: { why: 'you have no permission for that', fix: 'ask its owner for access, or work in a folder of your own' },
  EPERM: { why: 'the system does not permit it', fix: 'ask its owner for access, or work in a folder of your own' },
  EROFS: { why: 'the file system is read-only', fix: 'use a folder on a file system that can be written' },
  ENOENT: { why: 'a folder on the way to it is missing', fix: 'check that the path still exists' },
  ENOTDIR: { why: 'a file is where a folder of its path should be', fix: 'move that file away' },
  EISDIR: { why: 'a folder is in its place', fix: 'move that folder away' },
  EIO: { why: 'the device reported an error', fix: 'check the file system, then run the command again' },
  ESTALE: { why: 'the file server lost track of it', fix: 'run the command again' },
  ENAMETOOLONG: { why: 'the path is too long for the file system', fix: 'use shorter names' },
};

/** Turns an error of the operating system into words; anything else is passed through. */
export function toWordedError(error: unknown, doing: string, path: string): unknown {
  if (!(error instanceof Error) || error instanceof SheafError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const words = code === undefined ? undefined : WORDS[code];
  if (code === undefined || words === undefined) return error;
  return new SheafError(
    {
      code: `file.${code.toLowerCase()}`,
      message: `${doing} ${path}: ${words.why}`,
      fix: words.fix,
      said: error.message,
    },
    1,
    { cause: error },
  );
}
