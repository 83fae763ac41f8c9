import { readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism, hostname, userInfo } from 'node:os';

/** Short name of this host, tame enough for a file name. */
export function hostName(): string {
  const name = (process.env['SHEAF_TEST_HOST'] ?? hostname()).split('.')[0] ?? '';
  return name.toLowerCase().replace(/[^a-z0-9-]/g, '') || 'host';
}

/** Name of this host as it calls itself, as one would give it to `ssh`. */
export function nodeName(): string {
  return hostname();
}

let uid: number | undefined;

export function userId(): number {
  return (uid ??= process.getuid?.() ?? 0);
}

/** Login name; the uid as text if the user has none. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(userId());
  }
}

/** CPUs that this process may use. */
export function cpuCount(): number {
  return availableParallelism();
}

/** Enough of the boot's random id to tell boots apart; short, so that a claim's text stays within an inode. */
const BOOT_DIGITS = 8;

/** Changes at every boot of the machine; with the PID namespace it tells containers apart. */
export function bootId(): string {
  const given = process.env['SHEAF_TEST_BOOT_ID'];
  if (given !== undefined) return given;
  return `${readOr('/proc/sys/kernel/random/boot_id', 'boot').trim().slice(0, BOOT_DIGITS)}.${pidNamespace()}`;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    return '0';
  }
}

/** The text of a small file such as those in `/proc`; `fallback` when it cannot be read. */
export function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback;
  }
}

/** A process, distinguishable from a later one with the same pid. */
export interface ProcessRef {
  readonly pid: number;
  /** Start time in clock ticks since boot, as in `/proc/<pid>/stat`. */
  readonly start: string;
  readonly boot: string;
}

/** What `/proc/<pid>/stat` has on a live process; undefined when no such process runs (a zombie does not count). */
export function processStat(
  pid: number,
): { readonly ppid: number; readonly session: number; readonly start: string } | undefined {
  const stat = readOr(`/proc/${pid}/stat`, '');
  // The command's name is in parentheses and may hold anything, so count fields after the last ")".
  const [state, ppid, , session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const start = rest[15];
  if (start === undefined || state === 'Z' || state === 'X') return undefined;
  return { ppid: Number(ppid), session: Number(session), start };
}

/** Start time of a live process, as {@link processStat} has it. */
export function processStart(pid: number): string | undefined {
  return processStat(pid)?.start;
}

let own: ProcessRef | undefined;

export function thisProcess(): ProcessRef {
  own ??= { pid: process.pid, start: processStart(process.pid) ?? '0', boot: bootId() };
  return own;
}

/** Whether that very process still lives on this machine, in this boot. */
export function isAlive(ref: ProcessRef): boolean {
  return ref.boot === bootId() && processStart(ref.pid) === ref.start;
}

/** Who is doing something, as text for claims and events: `host:pid:start:boot`. */
export function ownerText(): string {
  const { pid, start, boot } = thisProcess();
  return `${hostName()}:${pid}:${start}:${boot}`;
}

/** An owner for people: `host, process 123`. */
export function ownerWords(owner: string): string {
  return owner.split(':', 2).join(', process ');
}

/** `unknown`: it runs, or ran, on another host or in another boot, and cannot be checked from here. */
export function ownerState(owner: string): 'alive' | 'dead' | 'unknown' {
  const [host, pid, start, boot] = owner.split(':');
  if (host !== hostName() || pid === undefined || start === undefined || boot === undefined) return 'unknown';
  if (boot !== bootId()) return boot.split('.')[0] === bootId().split('.')[0] ? 'unknown' : 'dead';
  return isAlive({ pid: Number(pid), start, boot }) ? 'alive' : 'dead';
}
