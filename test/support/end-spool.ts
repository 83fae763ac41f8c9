import { readFileSync } from 'node:fs';
import { ownProcesses, processEnvironment } from '../../src/system/processes.ts';

/** Ends at once all that a spool of the local scheduler started. */
export function endSpool(spool: string): void {
  // One that was just being started when a look was taken shows up in the next.
  for (let pids = pidsOf(spool); pids.length > 0; pids = pidsOf(spool)) kill(pids);
}

/** All that a spool started: supervisors first, then tasks. */
function pidsOf(spool: string): number[] {
  const supervisors = supervisorsOf(spool);
  if (supervisors.length > 0) return supervisors;
  const mark = `SHEAF_SPOOL=${spool.slice(spool.lastIndexOf('/') + 1)}`;
  const own = ownProcesses().map(({ pid }) => pid);
  return own.filter((pid) => processEnvironment(pid).includes(mark));
}

/** Pids of the supervisors of a spool, those that have not claimed it yet too. */
export function supervisorsOf(spool: string): number[] {
  const own = ownProcesses().map(({ pid }) => pid);
  return own.filter((pid) => commandLine(pid).at(-2) === spool);
}

/** The words that a program was started with, each ended by a NUL; none when it is gone. */
function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended since.
    }
  }
}
