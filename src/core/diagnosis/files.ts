import { formatPlace, type RuleMatch, type Rule } from './rule.ts';

function path({ groups }: RuleMatch): string | undefined {
  return groups['path'] ?? groups['name'];
}

function onPath(found: RuleMatch): string {
  const file = path(found);
  return `${file === undefined ? '' : `: ${file}`}${formatPlace(found)}`;
}

/** Disks, files and folders. */
export const FILE_RULES: readonly Rule[] = [
  {
    code: 'disk_quota',
    pattern: /Disk quota exceeded(?:: '(?<path>[^']+)')?/,
    says: (found) => `the disk quota is used up${onPath(found)}`,
    fix: 'remove what is not needed there, or let experiments: in sheaf.yaml point to scratch',
  },
  {
    code: 'disk_full',
    pattern: /No space left on device(?:: '(?<path>[^']+)')?/,
    says: (found) => `the disk is full${onPath(found)}`,
    fix: 'remove what is not needed there, or write elsewhere: $SHEAF_OUT, $TMPDIR',
  },
  {
    code: 'too_many_files',
    pattern: /Too many open files/,
    says: (found) => `it had too many files open at once${formatPlace(found)}`,
    fix: 'setup: ulimit -n 65536; or fewer data loading workers',
  },
  {
    code: 'too_many_processes',
    pattern: /fork: (?:retry: )?Resource temporarily unavailable|can't start new thread|BlockingIOError: \[Errno 11\]/,
    says: (found) => `it had more processes and threads than a user may have${formatPlace(found)}`,
    fix: 'fewer workers and threads; ulimit -u says how many there may be',
  },
  {
    code: 'read_only',
    pattern: /Read-only file system(?:: '(?<path>[^']+)')?/,
    says: (found) => `it wrote to a place that takes no files${onPath(found)}`,
    fix: 'write into $SHEAF_OUT or a relative path; what it changes of its own code goes under code: {copy: […]}',
  },
  {
    code: 'file_system',
    pattern: /Stale file handle|\[Errno 5\] Input\/output error|Transport endpoint is not connected/,
    says: (found) => `the file system failed${formatPlace(found)}`,
    fix: 'try again: sheaf retry; when it comes back, tell those who run the cluster',
  },
  {
    code: 'file_permission',
    pattern: /PermissionError: \[Errno 13\] Permission denied(?:: '(?<path>[^']+)')?/,
    says: (found) => `it may not read or write${onPath(found)}`,
    about: path,
  },
  {
    code: 'file_missing',
    pattern:
      /FileNotFoundError: (?:\[Errno 2\] )?.*?(?:No such file or directory|not found).*?(?:'(?<path>[^'\n]+)'|$)|unable to open file: name = '(?<name>[^']+)', errno = 2/m,
    says: (found) => `no such file${onPath(found)}`,
    about: path,
  },
  {
    code: 'file_missing',
    pattern: /^FileNotFoundError: (?<what>.+)$/m,
    says: (found) => `no such file: ${found.groups['what'] ?? ''}${formatPlace(found)}`,
  },
];

/** The same, in the words of a shell and its tools. */
export const SHELL_FILE_RULES: readonly Rule[] = [
  {
    code: 'file_missing',
    pattern: /can't open file '(?<path>[^']+)': \[Errno 2\]/,
    exits: [2],
    says: (found) => `no such file${onPath(found)}`,
    about: path,
  },
  {
    code: 'file_missing',
    pattern:
      /^(?:[^\s:]+: )+(?:line \d+: )?(?:cannot (?:access|open|stat) )?['‘"]?(?<path>[^'’":]+?)['’"]?(?: for reading)?: No such file or directory$/,
    says: (found) => `no such file${onPath(found)}`,
    about: path,
  },
  {
    code: 'file_permission',
    pattern:
      /^(?:[^\s:]+: )+(?:line \d+: )?(?:cannot \w+ (?:\w+ )?)?['‘"]?(?<path>[^'’":]+?)['’"]?: Permission denied$/,
    says: (found) => `it may not read or write${onPath(found)}`,
    about: path,
  },
];
