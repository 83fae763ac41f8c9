import { expect, test } from 'vitest';
import { ended, recordedProject, started } from '../../../test/support/recorded-project.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { renderCheckpoint } from '../../template/index.ts';
import { findCheckpoints } from './find-checkpoints.ts';
import { makeCheckpointTest } from './match-checkpoints.ts';

const FILES = [
  'attempts/train-1/out.log',
  'attempts/train-1/own.log',
  'attempts/train-1/env/packages.txt',
  'attempts/train-1/ck/step_1.pt',
  'attempts/train-1/ck/step_x.pt',
  'attempts/train-1/ck/.step_3.pt',
  'attempts/train-1/work/ck/step_2.pt',
  'attempts/train-1/work/deep/er/last.ckpt',
  'attempts/train-1/work/.git/last.ckpt',
  'attempts/train-1/sharded/global_step5/rank_0.bin',
  'attempts/train-2/ck/step_9.pt',
  'attempts/eval-1/ck/step_1.pt',
  'ck/step_7.pt',
  'experiment.yaml',
];

test.each([
  'ck/step_{step}.pt',
  'ck/*.pt',
  '**/*.ckpt',
  'sharded/*/',
  'sharded/global_step{step}',
  '/tmp/*.pt',
  'ck',
  '*',
  '*/*',
  '**',
])('a path is taken for a checkpoint exactly if a search for %s finds it or a folder that it is in', async (path) => {
  const settings: Settings = { resources: {}, command: 'true', checkpoint: { path, pick: 'newest' } };
  const attempts = { 'train-1': [started(), ended()], 'train-2': [started(), ended()] };
  const recorded = await recordedProject({ one: { settings, attempts } });
  for (const file of FILES) recorded.write(`experiments/one/${file}`, 'x');
  const experiment = recorded.project.store.find('one');
  if (experiment === undefined) throw new Error('it was just made');
  const { checkpoints } = await findCheckpoints(recorded.project, experiment);
  const isCheckpoint = makeCheckpointTest(experiment, renderCheckpoint);
  const units = checkpoints.map((each) => each.path);
  for (const file of FILES) {
    const isFound = units.some((unit) => file === unit || file.startsWith(`${unit}/`));
    expect([file, isCheckpoint(file)]).toEqual([file, isFound]);
  }
});
