import { existsSync, lutimesSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, recordedProject, started } from '../../test/support/recorded-project.ts';
import { asKey, asToken, parseExpId } from '../core/ids.ts';
import { examine } from './doctor.ts';
import type { DoctorFinding } from './project/types.ts';

function whatsOf(findings: readonly DoctorFinding[], level: DoctorFinding['level']): readonly string[] {
  return findings.filter((finding) => finding.level === level).map(({ what }) => what);
}

test('doctor without repair reports what it would repair, and changes nothing', async () => {
  const attempts = { 'train-1': [started(), ended()] };
  const recorded = await recordedProject({ ran: { attempts }, never: {} });
  const { project } = recorded;
  const members = [{ key: asKey('key-never'), stage: 'train', n: 1 }];
  await project.store.append([
    { type: 'submitting', token: asToken('cut-off'), scheduler: 'local:test', members, owner: 'h:1:1:1' },
  ]);
  recorded.write('.sheaf/.left.tmp', '');
  const left = join(project.root, '.sheaf/.left.tmp');
  utimesSync(left, 0, 0);
  const closed = join(project.root, '.sheaf/code/0123');
  mkdirSync(closed, { recursive: true, mode: 0o500 });
  const pin = { path: 'ck_5.pt', bytes: 1, changedMs: 0 };
  await project.store.append([{ type: 'pinned', key: asKey('key-ran'), exp: parseExpId('ran'), name: 'top', pin }]);
  mkdirSync(join(project.root, 'pinned'));
  const [top, stray] = ['top', 'stray'].map((name) => join(project.root, 'pinned', name)) as [string, string];
  symlinkSync('nobody', stray);
  lutimesSync(stray, 1, 1);
  const events = project.store.version();

  const found = await examine(project, { repair: false });
  expect(whatsOf(found, 'repaired')).toEqual([]);
  expect(whatsOf(found, 'problem')).toEqual([
    'experiment.yaml is missing for never, ran',
    'killed commands left 1 temporary file',
    'pinned/ lacks or has wrong links: top',
    'pinned/ has links of names that no checkpoint has: stray',
    `the checkpoint pinned as top is gone: ${join(project.root, 'experiments/ran/ck_5.pt')}`,
    '1 code checkout of an older version: folders are read-only, so that rm -rf fails',
    'no answer on record of 1 submission: under way, or cut off',
    'no scheduler is here',
  ]);
  expect(found.filter(({ fix }) => fix === 'sheaf doctor')).toHaveLength(6);
  expect(existsSync(left)).toBe(true);
  expect(readdirSync(join(project.root, 'pinned'))).toEqual(['stray']);
  expect(existsSync(join(project.root, 'experiments'))).toBe(false);
  expect(project.store.version()).toBe(events);

  const repaired = whatsOf(await examine(project, {}), 'repaired');
  expect(repaired).toEqual([
    'experiment.yaml was missing for never, ran: written from the journal',
    '1 temporary files of killed commands were removed',
    'pinned/ lacked or had wrong links: top',
    'pinned/ had links of names that no checkpoint has: stray',
    '1 code checkouts of an older version had read-only folders: their owner can remove them now',
  ]);
  expect(existsSync(left)).toBe(false);
  expect(readlinkSync(top)).toBe('../experiments/ran/ck_5.pt');
  expect(readdirSync(join(project.root, 'pinned'))).toEqual(['top']);
  expect(readdirSync(join(project.root, 'experiments')).toSorted()).toEqual(['never', 'ran']);
});
