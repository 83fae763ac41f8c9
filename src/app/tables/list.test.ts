import { describe, expect, test } from 'vitest';
import { ended, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { listExperiments } from './list.ts';

const attempts = { 'train-1': [started(), ended()] };
const acc: { value: number; shape: string } = { value: 0.9, shape: '0137-7' };

describe('a list', () => {
  test('shows the course of a metric in a column of its own', async () => {
    const { project } = await recordedProject({ run: { attempts, metrics: { acc, loss: 1 } } });
    const { columns, rows } = listExperiments(project, {
      columns: ['exp_id,spark.acc', 'acc', 'spark.acc', 'spark.loss'],
    });
    expect(columns.map(({ header }) => header)).toEqual(['exp_id', 'spark.acc', 'acc', 'spark.loss']);
    expect(rows[0]?.cells).toEqual(['run', '▁▂▄█ █', 0.9, undefined]);
  });

  test('refuses the course of what is no metric', async () => {
    const { project } = await recordedProject({ run: { attempts, metrics: { acc } } });
    expect(() => listExperiments(project, { columns: ['spark.lr'] })).toThrow('no experiment has');
  });
});
