import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import { findExperiment } from '../project/find.ts';
import { stopAttempts } from './stop-attempts.ts';

const pending = { kind: 'queue', state: 'pending', atMs: 5 } as const;

test('what runs gets a link with the first reason, what waits can never start, and what has ended is left alone', async () => {
  const { project } = await recordedProject({
    runs: { attempts: { 'train-1': [started()] } },
    waits: { attempts: { 'train-1': [pending] } },
    done: { attempts: { 'train-1': [started(), ended()] } },
  });
  const stop = async (reason: string) => {
    const stops = ['runs', 'waits', 'done'].flatMap((expId) => {
      const experiment = findExperiment(project, expId);
      return Object.values(experiment.record.attempts).map((attempt) => ({ experiment, attempt, reason }));
    });
    const { asked, unstarted, failed } = await stopAttempts(project, stops);
    return [asked, unstarted, failed].map((some) => some.map(({ experiment }) => experiment.expId));
  };
  const link = join(project.store.paths.experiments, 'runs/attempts/train-1/stop');
  expect(await stop('rung 9:\n lost')).toEqual([['runs'], ['waits'], []]);
  expect(readlinkSync(link)).toBe('rung 9: lost');
  const { key, record } = findExperiment(project, 'waits');
  expect(getExperimentStatus(record)).toMatchObject({
    status: 'stopped',
    stage: { outcome: { said: 'rung 9: lost' } },
  });
  expect(project.store.claims.runner({ key, stage: 'train', n: 1 })).toBe('given-up stopped: rung 9: lost');
  expect(await stop('another reason')).toEqual([['runs'], [], []]);
  expect(readlinkSync(link)).toBe('rung 9: lost');
});
