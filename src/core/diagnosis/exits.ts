import type { Diagnosis } from '../experiment/cause.ts';
import type { Rule } from './rule.ts';

/** What an exit code means, with the line that says more. */
export const EXIT_RULES: readonly Rule[] = [
  {
    code: 'command_missing',
    exits: [127],
    pattern:
      /(?:^|: )(?<name>[^\s:]+): (?:command )?not found$|[‘'](?<file>[^’']+)[’']: No such file or directory$|: (?<path>[^\s:]+): No such file or directory$/,
    says: ({ groups }) => `command not found: ${groups['name'] ?? groups['file'] ?? groups['path'] ?? ''}`,
    fix: 'is it misspelt, or in an environment that the job does not have? See environment: in docs/how-to/jobs/environments.md',
  },
  {
    code: 'command_missing',
    exits: [2, 127, 255],
    pattern:
      /execve\(\): (?<name>\S+): No such file or directory|FATAL: +"(?<file>[^"]+)": executable file not found|exec: "(?<exec>[^"]+)": executable file not found/,
    says: ({ groups }) => `command not found: ${groups['name'] ?? groups['file'] ?? groups['exec'] ?? ''}`,
    fix: 'is it misspelt, or in an environment that the job does not have?',
  },
  {
    code: 'not_executable',
    exits: [126],
    pattern:
      /(?:^|: )(?<name>[^\s:]+): (?:cannot execute: |cannot execute binary file: )?(?<why>Permission denied|Exec format error|Is a directory|required file not found)$/,
    says: ({ groups }) => `${groups['name'] ?? ''} cannot be run: ${groups['why'] ?? ''}`,
    fix: ({ groups }) =>
      groups['why'] === 'Permission denied'
        ? `chmod +x ${groups['name'] ?? 'FILE'}, or start it with its interpreter: python3, bash`
        : undefined,
  },
  {
    code: 'segfault',
    exits: [139],
    pattern: /Segmentation fault|SIGSEGV/,
    says: 'it crashed: segmentation fault',
    fix: 'a compiled library is the first suspect; environment: {exports: {PYTHONFAULTHANDLER: 1}} shows the line of Python',
  },
  {
    code: 'bus_error',
    exits: [135],
    pattern: /Bus error|SIGBUS/,
    says: 'it crashed: bus error, as when /dev/shm or a memory-mapped file has no space left',
    fix: 'fewer data loading workers, more /dev/shm in a container; is the disk full?',
  },
  {
    code: 'aborted',
    exits: [134],
    pattern:
      /terminate called after throwing an instance of '(?<type>[^']+)'|Fatal Python error: (?<fatal>.+)|Assertion [`'](?<condition>.+?)' failed/,
    better: /^\s*what\(\): +(?<what>.+)/,
    says: ({ groups }) => {
      const { what, type, fatal, condition } = groups;
      return `a library ended it (abort): ${what ?? type ?? fatal ?? `assertion ${condition ?? ''} failed`}`;
    },
  },
];

/** When nothing in the log says more. */
export const BARE_EXITS: Readonly<Record<number, Pick<Diagnosis, 'code' | 'says' | 'fix'>>> = {
  126: { code: 'not_executable', says: 'the command cannot be run (exit code 126)' },
  127: { code: 'command_missing', says: 'command not found (exit code 127)' },
  132: {
    code: 'illegal_instruction',
    says: 'it used an instruction that the processor of the node does not have (exit code 132)',
    fix: 'a build for this processor, or nodes of another kind: constraint',
  },
  134: { code: 'aborted', says: 'a library ended it (abort, exit code 134)' },
  135: {
    code: 'bus_error',
    says: 'it crashed: bus error (exit code 135), as when /dev/shm or a memory-mapped file has no space left',
    fix: 'fewer data loading workers, more /dev/shm in a container; is the disk full?',
  },
  136: { code: 'arithmetic', says: 'it crashed: a division by zero in compiled code (exit code 136)' },
  137: {
    code: 'killed',
    says: 'it was killed (exit code 137), as the system does when memory runs out; the log does not say by whom',
    fix: 'ask for more: mem; or use less: fewer data loading workers, smaller pieces',
  },
  139: {
    code: 'segfault',
    says: 'it crashed: segmentation fault (exit code 139)',
    fix: 'a compiled library is the first suspect; environment: {exports: {PYTHONFAULTHANDLER: 1}} shows the line of Python',
  },
  153: {
    code: 'file_limit',
    says: 'it wrote a larger file than it may (exit code 153)',
    fix: 'ulimit -f says how large files may be',
  },
};

/** `was ended by SIGKILL`, `ended with exit code 3` */
export function describeExit(exitCode: number): string {
  const signal = SIGNALS[exitCode - 128];
  return signal === undefined ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
}

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  4: 'SIGILL (an instruction that the processor does not have)',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL, as the system does when memory runs out',
  11: 'SIGSEGV (a crash)',
  15: 'SIGTERM',
};
