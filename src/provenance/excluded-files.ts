import type { ExcludedFile, SnapshotRecord } from '../core/experiment/code.ts';
import { inputError } from '../core/errors.ts';
import { formatCount } from '../core/text/phrases.ts';
import { formatBytes } from '../core/units.ts';
import { formatBytePath, type BytePath } from './byte-path.ts';

/** At most this many are in a record; all are counted. */
const IN_RECORD = 20;
/** At most this many are named in a message. */
const NAMED = 5;

/** What a record says of the files that are not in a snapshot. */
export function getExcludedFields(all: readonly ExcludedFile[]): Pick<SnapshotRecord, 'leftOut' | 'leftOutCount'> {
  if (all.length === 0) return {};
  const sorted = all.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { leftOut: sorted.slice(0, IN_RECORD), leftOutCount: all.length };
}

/** One sentence for each reason. */
export function warnOfExcluded(all: readonly ExcludedFile[]): string[] {
  return (Object.keys(WORDS) as ExcludedFile['why'][]).flatMap((why) => {
    const paths = all.flatMap((one) => (one.why === why ? [one.path] : [])).toSorted();
    return paths.length === 0 ? [] : [`${WORDS[why].what}: ${listNames(paths)} (${WORDS[why].remedy})`];
  });
}

const WORDS: Readonly<Record<ExcludedFile['why'], { what: string; remedy: string }>> = {
  secret: {
    what: 'not in the code snapshot, as secrets are there',
    remedy: 'a run that reads it needs it in code.link',
  },
  private_key: {
    what: 'not in the code snapshot, as private keys',
    remedy: 'a run that reads it needs it in code.link',
  },
  submodule_absent: { what: 'submodules without their files', remedy: 'git submodule update --init --recursive' },
  lfs_absent: { what: 'files of LFS whose content is not on this machine', remedy: 'git lfs pull' },
  special_file: { what: 'not in the code snapshot, as neither file, folder nor link', remedy: 'it cannot be copied' },
};

/** `a, b and 3 more` */
export function listNames(paths: readonly string[]): string {
  const named = paths.slice(0, NAMED).map((path) => JSON.stringify(path).slice(1, -1));
  const more = paths.length - named.length;
  return more === 0 ? named.join(', ') : `${named.join(', ')} and ${more} more`;
}

export interface SizedFile {
  /** In the snapshot. */
  readonly path: BytePath;
  readonly bytes: number;
}

/** @throws SheafError `code.untracked` when files that no commit keeps are too large together */
export function checkUntrackedSize(files: readonly SizedFile[], limit: number, isRepository: boolean): void {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= limit) return;
  const largest = files.toSorted((a, b) => b.bytes - a.bytes).slice(0, NAMED);
  const named = largest
    .map(({ path, bytes }) => `${listNames([formatBytePath(path)])} (${formatBytes(bytes)})`)
    .join(', ');
  const what = isRepository
    ? formatCount(files.length, 'untracked file')
    : `the ${formatCount(files.length, 'file')} of the project`;
  const have = files.length === 1 ? 'has' : 'have';
  const together = files.length === 1 ? '' : ' together';
  throw inputError(
    'code.untracked',
    `${what} ${have} ${formatBytes(total)}${together}, and a code snapshot takes ${formatBytes(limit)} of such`,
    {
      why: `the largest: ${named}`,
      fix: isRepository
        ? 'name data in .gitignore, and under code.link what a run reads of it; or raise code.untracked_limit; or set "code: live"'
        : 'name data under code.link; or raise code.untracked_limit; or set "code: live"',
      now: 'nothing was kept',
    },
  );
}
