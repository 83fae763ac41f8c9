import { readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { runEffect } from './fault.ts';
import { processStart, processStat, readOr, userId } from './machine.ts';

/** One live process, as `/proc` shows it. */
export interface ProcessFacts {
  readonly pid: number;
  readonly ppid: number;
  readonly session: number;
  /** Start time in clock ticks since boot: with the pid it identifies a process permanently. */
  readonly start: string;
}

/** All live processes of this user; zombies do not count. Empty on a system without `/proc`. */
export function ownProcesses(): ProcessFacts[] {
  const uid = userId();
  return pids().flatMap((pid) => {
    const facts = ownerOf(pid) === uid ? factsOf(pid) : undefined;
    return facts === undefined ? [] : [facts];
  });
}

/** All live processes of this user that descend from one, as far as their parents live; not that one itself. */
export function descendantsOf(ancestor: number): ProcessFacts[] {
  const byParent = Map.groupBy(ownProcesses(), ({ ppid }) => ppid);
  const found = [...(byParent.get(ancestor) ?? [])];
  // Grows as it is gone through.
  for (const { pid } of found) found.push(...(byParent.get(pid) ?? []));
  return found;
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function ownerOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

function factsOf(pid: number): ProcessFacts | undefined {
  const stat = processStat(pid);
  return stat && { pid, ...stat };
}

/** The environment that a process was started with, `NAME=value` each; empty when it is gone or another user's. */
export function processEnvironment(pid: number): string[] {
  return readOr(`/proc/${pid}/environ`, '').split('\0');
}

/** Sends a signal to that very process; nothing happens when it is gone, even if its pid is used again. */
export function sendSignal(
  { pid, start }: { readonly pid: number; readonly start: string },
  signal: NodeJS.Signals,
): void {
  if (processStart(pid) !== start) return;
  runEffect('signal', String(pid), () => {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  });
}

export function signalNumber(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}
