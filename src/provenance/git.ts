import { join } from 'node:path';
import { failure, type SheafError } from '../core/errors.ts';
import { getFileFacts, isFull, runCommand, type CommandResult } from '../system/index.ts';

export interface GitOptions {
  /** A file that is used in place of the repository's index. */
  readonly index?: string;
  /** In place of the repository that is found from the folder. */
  readonly gitDir?: string;
  /** In place of the folder's own files. */
  readonly workTree?: string;
  /** Further variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** One character a byte. */
  readonly input?: string;
  /** Default `latin1`: one character a byte. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** Long enough for a large repository on a slow file server. */
const LIMIT_MS = 30 * 60_000;

/**
 * What keeps git from running anything of the user's that leaves a mark, from talking to servers, and from
 * refusing what it would only warn of. Large files are never downloaded: `lfs.ts` puts them in place.
 */
const SETTINGS: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.splitIndex=false',
  'core.quotePath=false',
  'core.sparseCheckout=false',
  'core.safecrlf=false',
  'core.logAllRefUpdates=false',
  'core.fsync=objects,reference',
  'core.fsyncMethod=batch',
  'gc.auto=0',
  'i18n.commitEncoding=UTF-8',
  'submodule.recurse=false',
  'filter.lfs.clean=',
  'filter.lfs.smudge=',
  'filter.lfs.process=',
  'filter.lfs.required=false',
].flatMap((setting) => ['-c', setting]);

/** Runs git in a folder. Nothing is thrown when it fails. */
export function runGit(folder: string, args: readonly string[], options: GitOptions = {}): Promise<CommandResult> {
  const { index, gitDir, workTree, env, input, encoding = 'latin1' } = options;
  return runCommand(['git', ...SETTINGS, ...args], {
    timeoutMs: LIMIT_MS,
    cwd: folder,
    encoding,
    env: {
      ...callersEnvironment(),
      // Messages in English, whatever the locale: sheaf looks for some of them.
      LANGUAGE: 'en',
      GIT_TERMINAL_PROMPT: '0',
      // Neither the user's index nor that of a submodule is written for having been looked at.
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_LAZY_FETCH: '1',
      ...(index !== undefined && { GIT_INDEX_FILE: index }),
      ...(gitDir !== undefined && { GIT_DIR: gitDir }),
      ...(workTree !== undefined && { GIT_WORK_TREE: workTree }),
      ...env,
    },
    ...(input !== undefined && { input }),
  });
}

/** The caller's variables; without git's own, which would lead it to another index or repository. */
function callersEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
}

/**
 * What git prints.
 *
 * @param doing what it is for: `read the changes of /home/me/project`
 * @throws SheafError `code.git` in git's own words
 */
export async function runGitOrThrow(
  doing: string,
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const result = await runGit(folder, args, options);
  if (result.exitCode !== 0) throw makeGitError(doing, folder, args, result);
  return result.stdout;
}

/**
 * Whether git says yes, by its exit status.
 *
 * @throws SheafError `code.git` when it could not be asked
 */
export async function checkGit(
  doing: string,
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<boolean> {
  const result = await runGit(folder, args, options);
  if (result.exitCode === undefined) throw makeGitError(doing, folder, args, result);
  return result.exitCode === 0;
}

export function makeGitError(
  doing: string,
  folder: string,
  args: readonly string[],
  { stderr, timedOut, notStarted }: CommandResult,
): SheafError {
  const said = stderr.trim();
  const [why, fix] = remedy(said, folder, notStarted, timedOut);
  return failure('code.git', `git could not ${doing}`, {
    at: { file: folder },
    ...(why !== undefined && { why }),
    ...(said !== '' && { said }),
    ran: ['git', ...args].join(' ').replaceAll('\0', ' '),
    fix,
  });
}

const LIVE = 'set "code: live" to run in the project folder';

function remedy(
  said: string,
  folder: string,
  notStarted?: string,
  timedOut?: boolean,
): [why: string | undefined, fix: string] {
  if (notStarted !== undefined)
    return [
      `git could not be started: ${notStarted}, and this folder is in a git repository`,
      `install git or load its module, or ${LIVE}`,
    ];
  if (timedOut)
    return [`it took longer than ${LIMIT_MS / 60_000} minutes`, `see what keeps it (git status), or ${LIVE}`];
  const known = isOutOfSpace(said, folder) ? FULL : KNOWN.find(({ pattern }) => pattern.test(said));
  return [known?.why, known?.fix(folder) ?? `run the command again; if git goes on refusing, ${LIVE}`];
}

/** Where git says only that it could not write, the disk is asked. */
function isOutOfSpace(said: string, folder: string): boolean {
  if (/No space left on device|Disk quota exceeded/i.test(said)) return true;
  if (!/unable to (write|create|append)|could not write|write error|failed to write/i.test(said)) return false;
  const inside = join(folder, '.git');
  return isFull(getFileFacts(inside)?.kind === 'folder' ? inside : folder);
}

const FULL: Omit<Known, 'pattern'> = {
  why: 'the disk or your quota is full',
  fix: () => 'free some space there, then run the command again',
};

interface Known {
  readonly pattern: RegExp;
  readonly why: string;
  readonly fix: (folder: string) => string;
}

const KNOWN: readonly Known[] = [
  {
    pattern: /dubious ownership|safe\.directory/,
    why: 'the repository belongs to another user, and git reads such only when told so',
    fix: (folder) => `if you trust it: git config --global --add safe.directory '${folder.replaceAll("'", `'\\''`)}'`,
  },
  {
    pattern: /insufficient permission|unable to write .*(object|file)|Permission denied|Read-only file system/i,
    why: 'the snapshot is kept as objects of the repository, where you may not write',
    fix: () => `work in a clone of your own, or ${LIVE}`,
  },
  {
    pattern: /unable to read sha1 file|promisor|missing blob|unable to read tree/i,
    why: 'a file of the repository is not on this machine',
    fix: () => `fetch it (git checkout -- . or git fetch --refetch), or ${LIVE}`,
  },
];
