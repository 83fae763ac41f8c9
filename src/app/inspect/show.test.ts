import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { asKey } from '../../core/ids.ts';
import { showExperiment } from './show.ts';

test('all about an experiment: where each value came from, its stages and attempts, its files and its history', async () => {
  const recorded = await recordedProject({
    run: {
      params: { lr: 0.1, opt: { name: 'sgd' } },
      written: { '/lr': '1e-1' },
      tags: ['b', 'a'],
      notes: ['first', 'second'],
      settings: {
        resources: { num_gpus: 1, time_limit: '1:00:00' },
        stages: {
          eval: { command: 'eval', after: 'train', resources: {} },
          train: { command: 'train', resources: { num_gpus: 8 } },
        },
      },
      origins: {
        sources: ['templates/t.yaml', 'command line'],
        at: { '/params/lr': [1], '/params/opt/name': [0, 4, 9], '/num_gpus': [0, 2, 1] },
      },
      attempts: {
        'train-1': [{ kind: 'refused', atMs: 1, said: 'bad account' }],
        'train-2': [started(), ended(3)],
        'train-10': [],
      },
      metrics: { acc: 1 },
    },
  });
  recorded.write('experiments/run/attempts/train-2/out.log', '');
  recorded.write('experiments/run/results.json', '{}');
  const folder = join(recorded.project.root, 'experiments/run');

  const { claims } = recorded.project.store;
  claims.giveUp({ key: asKey('key-run'), stage: 'train', n: 3 }, 'the command that held it was killed');
  const shown = showExperiment(recorded.project, 'run', { events: true });
  expect(shown).toMatchObject({
    unused: [{ name: 'train-3', why: 'the command that held it was killed' }],
    status: { expId: 'run', status: 'queued', stage: 'train', attempt: 10 },
    tags: ['a', 'b'],
    archived: false,
    params: [
      { name: 'lr', value: 0.1, text: '1e-1', origin: 'command line' },
      { name: 'opt.name', value: 'sgd', text: 'sgd', origin: 'templates/t.yaml:4:9' },
    ],
    resources: [
      { name: 'num_gpus', value: 1, text: '1', origin: 'templates/t.yaml:2:1' },
      { name: 'time_limit', value: '1:00:00', text: '1:00:00' },
    ],
    resultsAreOld: false,
    folder,
    hasFolder: true,
    files: [join(folder, 'results.json')],
  });
  expect(shown.notes.map(({ text }) => text)).toEqual(['first', 'second']);
  expect(shown.stages.map(({ name, resources }) => [name, resources.num_gpus])).toEqual([
    ['train', 8],
    ['eval', 1],
  ]);
  expect(shown.stages[0]?.attempts).toEqual([
    {
      name: 'train-1',
      stage: 'train',
      n: 1,
      status: 'refused',
      job: 'run/train-1',
      submittedMs: expect.any(Number),
      said: 'bad account',
    },
    {
      name: 'train-2',
      stage: 'train',
      n: 2,
      status: 'failed',
      cause: 'exit_code',
      job: '7',
      host: 'gn01',
      exitCode: 3,
      submittedMs: expect.any(Number),
      startedMs: LIFE_MS,
      endedMs: LIFE_MS + 60_000,
      folder: join(folder, 'attempts/train-2'),
    },
    { name: 'train-10', stage: 'train', n: 10, status: 'queued', job: 'run/train-10', submittedMs: expect.any(Number) },
  ]);
  expect(shown.events?.map(({ type }) => type)).toEqual([
    'created',
    'submitting',
    'submitted',
    'state',
    'submitting',
    'submitted',
    'state',
    'state',
    'submitting',
    'submitted',
    'harvested',
  ]);
  expect(showExperiment(recorded.project, 'run').events).toBeUndefined();
});

test('one that there is not is refused with the nearest name', async () => {
  const { project } = await recordedProject({ resnet: {} });
  expect(() => showExperiment(project, 'resent')).toThrow(
    expect.objectContaining({ code: 'experiment.unknown', exitCode: 2 }),
  );
});

test('an attempt whose record cannot be read is shown without it', async () => {
  const recorded = await recordedProject({ run: { attempts: { 'train-1': [started(), ended()] } } });
  mkdirSync(join(recorded.project.root, 'experiments/run/attempts/train-1/started.json'), { recursive: true });
  const [attempt] = showExperiment(recorded.project, 'run').attempts;
  expect(attempt).toMatchObject({ name: 'train-1', status: 'completed' });
  expect(attempt).not.toHaveProperty('resumedFrom');
});
