import { readFileSync } from 'node:fs';

/** Of one second, see sysconf(3): Linux has had 100 on all architectures that Node runs on. */
const TICKS = 100;

/** A process and those that it started. */
export function listFamily(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return [pid, ...children.filter(Boolean).map(Number)];
}

/** What a process has in memory, in MiB. */
export function readResidentMib(pid: number): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/**
 * What processes that run one program have in memory together, in MiB: the pages of each alone, and those that they share once.
 * The sum of what is resident counts the program itself as often as it runs. See proc_pid_smaps(5).
 */
export function readTogetherMib(pids: readonly number[]): number {
  const parts = pids.map((pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0);
    return { own: kib('Private_Clean') + kib('Private_Dirty'), shared: kib('Shared_Clean') + kib('Shared_Dirty') };
  });
  const own = parts.reduce((sum, part) => sum + part.own, 0);
  return (own + Math.max(...parts.map(({ shared }) => shared))) / 1024;
}

/** How long processes have computed, together, in seconds. */
export function sumCpuSeconds(pids: readonly number[]): number {
  return pids
    .map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [])
    .reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) / TICKS, 0);
}
