import { join } from 'node:path';
import {
  bootId,
  claimLink,
  getFileFacts,
  isAlive,
  listFolder,
  overwrite,
  randomId,
  readClaim,
  readTextIfThere,
  removePath,
  thisProcess,
  type ProcessRef,
} from '../../../system/index.ts';
import { identityPath, readIdentity } from './identity.ts';
import type { Spool } from './spool.ts';

/**
 * One supervisor a spool: each claims the next generation, and only when the former one is gone.
 */
export interface Generation {
  readonly n: number;
  readonly owner: ProcessRef;
}

/** A supervisor of another boot (another container, or before a restart) is gone when it gives no sign for this long. */
const SILENT_MS = 10_000;
/** Claims of former generations that are kept, so that a slow starter cannot claim one of them again. */
const KEPT = 5;

export function findLatestGeneration(spool: Spool): Generation | undefined {
  const n = Math.max(0, ...generations(spool));
  const target = readClaim(claimPath(spool, n));
  if (target === undefined) return undefined;
  const [pid = '', start = '', boot = ''] = target.split(':');
  return { n, owner: { pid: Number(pid), start, boot } };
}

function generations(spool: Spool): number[] {
  return listFolder(spool.path).flatMap((name) => {
    const n = /^supervisor\.(\d+)$/.exec(name)?.[1];
    return n === undefined ? [] : [Number(n)];
  });
}

function claimPath(spool: Spool, n: number): string {
  return join(spool.path, `supervisor.${n}`);
}

function resignedPath(spool: Spool, n: number): string {
  return join(spool.path, `resigned.${n}`);
}

/** `none` is only said when the last supervisor cannot come back. */
export function getSupervision(spool: Spool): 'none' | 'running' {
  return stateOf(spool, findLatestGeneration(spool));
}

/**
 * The last generation if no supervisor runs, 0 when there was none; undefined while one runs. Both are read from one look:
 * a supervisor that begins between two looks would be taken for one that is gone.
 */
export function findEndedGeneration(spool: Spool): number | undefined {
  const latest = findLatestGeneration(spool);
  return stateOf(spool, latest) === 'running' ? undefined : (latest?.n ?? 0);
}

function stateOf(spool: Spool, latest: Generation | undefined): 'none' | 'running' {
  if (latest === undefined) return isForeignAndYoung(spool) ? 'running' : 'none';
  if (readClaim(resignedPath(spool, latest.n)) !== undefined) return 'none';
  if (latest.owner.boot === bootId()) return isAlive(latest.owner) ? 'running' : 'none';
  return isSilent(spool, heartbeatPath(spool), claimPath(spool, latest.n)) ? 'none' : 'running';
}

/** A spool that was just made waits for a supervisor of the machine that made it. */
function isForeignAndYoung(spool: Spool): boolean {
  return readIdentity(spool.path)?.boot !== bootId() && !isSilent(spool, identityPath(spool.path));
}

/** Whether all these files are old by the clock of the file server, which a fresh file shows. */
function isSilent(spool: Spool, ...paths: string[]): boolean {
  const probe = join(spool.path, `.probe.${randomId(8)}.tmp`);
  try {
    overwrite(probe, '.');
    const now = getFileFacts(probe)?.mtimeMs ?? 0;
    return paths.every((path) => now - (getFileFacts(path)?.mtimeMs ?? 0) > SILENT_MS);
  } catch {
    // Where one may not write one cannot take it over either.
    return false;
  } finally {
    removeQuietly(probe);
  }
}

function removeQuietly(path: string): void {
  try {
    removePath(path);
  } catch {
    // A file left behind does no harm.
  }
}

/** Makes this process the supervisor. Undefined when another one is. */
export function claimGeneration(spool: Spool): number | undefined {
  // The generation that is judged is the one to follow: another may have been claimed by now.
  const latest = findLatestGeneration(spool);
  if (stateOf(spool, latest) === 'running') return undefined;
  const n = (latest?.n ?? 0) + 1;
  const { pid, start, boot } = thisProcess();
  const own = `${pid}:${start}:${boot}`;
  if (claimLink(claimPath(spool, n), own) !== own) return undefined;
  if (isSuperseded(spool, n)) return undefined;
  for (const old of generations(spool).filter((other) => other <= n - KEPT)) {
    removePath(claimPath(spool, old));
    removePath(resignedPath(spool, old));
  }
  return n;
}

/** Another supervisor took over: this one must not act any more. */
export function isSuperseded(spool: Spool, n: number): boolean {
  return (findLatestGeneration(spool)?.n ?? 0) > n;
}

/**
 * The supervisor will end. It must look for new jobs once more after this: a command that put one in
 * before did not see it, and relies on it.
 */
export function resign(spool: Spool, n: number): void {
  claimLink(resignedPath(spool, n), 'idle');
}

function heartbeatPath(spool: Spool): string {
  return join(spool.path, 'heartbeat');
}

/** Shows that generation `n` lives and has taken over what it found. */
export function writeHeartbeat(spool: Spool, n: number): void {
  overwrite(heartbeatPath(spool), String(n));
}

/** The last generation that has taken over; 0 when none did. */
export function readHeartbeat(spool: Spool): number {
  return Number(readTextIfThere(heartbeatPath(spool)) || 0);
}
