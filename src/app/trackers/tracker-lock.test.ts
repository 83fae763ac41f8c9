import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { ownerText } from '../../system/index.ts';
import { withTrackerLock } from './tracker-lock.ts';
import type { Project } from '../project/project.ts';

/** As far as it is read. */
function projectWith(holder?: string): { project: Project; claims: string } {
  const claims = temporaryFolder();
  const path = join(claims, 'trackers/mlflow');
  mkdirSync(dirname(path));
  if (holder !== undefined) symlinkSync(holder, path);
  return { project: { store: { paths: { claims } } } as Project, claims };
}

test('it is let go of afterwards', async () => {
  const { project, claims } = projectWith();
  expect(await withTrackerLock(project, 'mlflow', async () => readdirSync(join(claims, 'trackers')))).toEqual([
    'mlflow',
  ]);
  expect(readdirSync(join(claims, 'trackers'))).toEqual([]);
});

test('an export that runs elsewhere is reported, with what to do', async () => {
  const { project } = projectWith('login9:12:34:boot.1');
  await expect(withTrackerLock(project, 'mlflow', async () => 1)).rejects.toThrow(
    'another command is just sending to mlflow',
  );
});

test('one that was killed keeps nobody away', async () => {
  const [host, , , boot] = ownerText().split(':');
  const { project } = projectWith(`${host}:999999999:1:${boot}`);
  expect(await withTrackerLock(project, 'mlflow', async () => 1)).toBe(1);
});

test('one that fails lets go', async () => {
  const { project, claims } = projectWith();
  await expect(withTrackerLock(project, 'mlflow', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(join(claims, 'trackers'))).toEqual([]);
});
