import { formatGib } from './gpu.ts';
import { formatPlace, type RuleMatch, type Rule } from './rule.ts';

export const MORE_MEMORY = 'ask for more: mem; or use less: fewer data loading workers, smaller pieces';

/** That the system or the scheduler ended a program for its use of memory, in the words of Slurm and of the job itself. */
export const OOM_KILL_RULES: readonly Rule[] = [
  {
    code: 'host_oom',
    cause: 'host_oom',
    pattern: /exceeded memory limit \((?<used>\d+) > (?<limit>\d+)\)/,
    says: ({ groups }) =>
      `it used ${formatGib(`${groups['used'] ?? ''} B`)} of memory, and had asked for ${formatGib(`${groups['limit'] ?? ''} B`)}`,
    fix: MORE_MEMORY,
  },
  {
    code: 'host_oom',
    cause: 'host_oom',
    pattern: /^sheaf: .*it uses more than its (?<mib>\d+) MiB of memory; it is killed/,
    says: ({ groups }) =>
      `it used more memory than the ${formatGib(`${groups['mib'] ?? ''} MiB`)} that it has in its pack`,
    fix: MORE_MEMORY,
  },
  {
    code: 'host_oom',
    cause: 'host_oom',
    pattern:
      /oom[-_ ]?kill|exceeded (?:step|job) memory limit|exceeded memory limit|task \d+: Out Of Memory|cgroup out-of-memory handler|^Out of memory: Killed process/i,
    says: 'it used more memory than it had asked for',
    fix: MORE_MEMORY,
  },
];

/** A program that gets no more memory, or whose helpers were killed for it. */
export const MEMORY_RULES: readonly Rule[] = [
  {
    code: 'shared_memory',
    pattern:
      /out of shared memory|insufficient shared memory|unable to (?:open|write to|allocate) (?:a )?shared memory|No space left on device.*\/dev\/shm|killed by signal: Bus error/,
    says: (found) => `shared memory (/dev/shm) ran out${formatPlace(found)}`,
    fix: 'fewer data loading workers; more /dev/shm in a container; or torch.multiprocessing.set_sharing_strategy("file_system")',
  },
  {
    code: 'memory_refused',
    cause: 'host_oom',
    pattern:
      /Unable to allocate (?<asked>[\d.]+ \w+) for an array|can't allocate memory: you tried to allocate (?<bytes>\d+) bytes|^MemoryError\b|^numpy.*MemoryError\b|std::bad_alloc|Cannot allocate memory|malloc of size \d+ failed|realloc of size \d+ failed/,
    says: (found) => `no memory was left on the host${askedFor(found)}${formatPlace(found)}`,
    fix: MORE_MEMORY,
  },
  {
    code: 'worker_killed',
    pattern: /DataLoader worker \(pid\(?s?\)? [\d, ]+\) is killed by signal: Killed/,
    says: (found) => `a data loading worker was killed, as the system does when memory runs out${formatPlace(found)}`,
    fix: MORE_MEMORY,
  },
  {
    code: 'worker_died',
    pattern: /DataLoader worker \(pid\(?s?\)? [\d, ]+\) is killed by signal: (?<signal>[\w ]+)/,
    says: (found) => `a data loading worker died (${found.groups['signal'] ?? ''})${formatPlace(found)}`,
    fix: 'num_workers=0 shows what it died of; environment: {exports: {PYTHONFAULTHANDLER: 1}} shows the line',
  },
  {
    code: 'worker_died',
    consequence: true,
    pattern: /DataLoader worker \(pid\(?s?\)? [\d, ]+\) exited unexpectedly|BrokenProcessPool\b/,
    says: (found) => `a worker process died${formatPlace(found)}`,
    fix: 'without workers (num_workers=0) one sees what it died of; too little memory is a common reason',
  },
];

function askedFor({ groups }: RuleMatch): string {
  const { asked, bytes } = groups;
  const size = asked ?? (bytes === undefined ? undefined : `${bytes} B`);
  return size === undefined ? '' : `: ${formatGib(size)} asked for`;
}
