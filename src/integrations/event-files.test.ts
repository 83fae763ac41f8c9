import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import { findEventFolders, nameEventLinks } from './event-files.ts';

function folderWith(...files: readonly string[]): string {
  const root = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  return root;
}

const EVENTS = 'events.out.tfevents.1700000000.host.1.0';

describe('event files of an experiment', () => {
  test('are found wherever they are, the topmost folder of each', () => {
    const root = folderWith(
      `train-1/tensorboard/${EVENTS}`,
      `train-1/tensorboard/sub/${EVENTS}`,
      `train-2/work/runs/a/${EVENTS}`,
    );
    expect(findEventFolders(root)).toEqual(['train-1/tensorboard', 'train-2/work/runs/a']);
  });

  test('are not looked for behind links and in hidden folders', () => {
    const [root, other] = [folderWith('train-1/out.log', `train-1/.cache/${EVENTS}`), folderWith(`runs/${EVENTS}`)];
    symlinkSync(join(other, 'runs'), join(root, 'train-1/runs'));
    expect(findEventFolders(root)).toEqual([]);
  });

  test('are one run with its name if they are in one folder', () => {
    expect([...nameEventLinks('exp', ['train-1/tensorboard'])]).toEqual([['exp', 'train-1/tensorboard']]);
  });

  test('are runs below its name if they are in several folders', () => {
    expect([...nameEventLinks('exp', ['train-1/tensorboard/a', 'train-1/tensorboard/b'])]).toEqual([
      ['exp/a', 'train-1/tensorboard/a'],
      ['exp/b', 'train-1/tensorboard/b'],
    ]);
    expect([...nameEventLinks('exp', ['train-1/tb', 'train-2/tb']).keys()]).toEqual([
      'exp/train-1/tb',
      'exp/train-2/tb',
    ]);
  });
});
