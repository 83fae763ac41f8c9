import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeGitError } from '../../src/provenance/git.ts';
import { takeSnapshot } from '../../src/provenance/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { repository, write } from './project.ts';

const PERMITTED = /clone of your own/;
const SPACE = /^free some space/;

/** A disk of one megabyte; undefined if it cannot be mounted. */
function smallDisk(): string | undefined {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

test('a write error of git is reported as a full disk, otherwise as missing permission', async (context) => {
  const disk = smallDisk();
  if (disk === undefined) return context.skip('no disk can be mounted here');
  const folder = repository({ 'a.py': 'a\n' }, disk);
  const store = temporaryFolder();
  const result = { argv: [], timedOut: false, stdout: '', stderr: 'error: unable to write file x', durationMs: 1 };
  const fixOf = (): string | undefined => makeGitError('keep the snapshot', folder, ['add'], result).problems[0].fix;
  expect(fixOf()).toMatch(PERMITTED);

  write(folder, { 'new.py': 'n\n'.repeat(1000) });
  const fill = join(folder, '.git/fill');
  try {
    for (let at = 0; at < 1000; at += 1) writeFileSync(fill, Buffer.alloc(4096, at), { flag: 'a' });
  } catch {
    // It is full now.
  }
  expect(fixOf()).toMatch(SPACE);
  const settings = { link: [], copy: [], untrackedLimit: 1e6 };
  const refused = await takeSnapshot({ folder, experiments: 'experiments', settings, store }).catch((error) => error);
  expect(refused).toMatchObject({
    code: 'code.git',
    problems: [{ why: 'the disk or your quota is full', fix: expect.stringMatching(SPACE) as string }],
  });
  rmSync(fill);
  await takeSnapshot({ folder, experiments: 'experiments', settings, store });
});
