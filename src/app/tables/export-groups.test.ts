import { describe, expect, test } from 'vitest';
import { ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import type { Metric } from '../../core/experiment/metric.ts';
import { exportTable, type TableExportRequest } from './export.ts';

const done = { 'train-1': [started(), ended()] };

function seeds(lr: number, accuracies: readonly number[]): { readonly [expId: string]: Life } {
  return Object.fromEntries(
    accuracies.map((accuracy, i) => [
      `lr${lr}_s${i}`,
      { params: { lr, seed: i }, attempts: done, metrics: { accuracy, loss: 1 - accuracy } },
    ]),
  );
}

const LIVES = { ...seeds(0.01, [0.25, 0.75]), ...seeds(0.1, [0.5, 0.75]) };

async function lines(request: TableExportRequest, yaml = ''): Promise<string[]> {
  const { project } = await recordedProject(LIVES, { 'sheaf.yaml': `scheduler: local\n${yaml}` });
  return ((await exportTable(project, '-', { groupBy: ['lr'], ...request })).text ?? '').split('\n').slice(0, -1);
}

describe('groups as a file', () => {
  test('have mean ± std in tables for papers, and a column for each statistic elsewhere or when they are named', async () => {
    expect(await lines({ format: 'markdown', best: { accuracy: 'max', loss: 'min' } })).toEqual([
      '| lr | n | accuracy | loss |',
      '| ---: | ---: | ---: | ---: |',
      '| 0.01 | 2 | 0.50 ± 0.35 | 0.50 ± 0.35 |',
      '| 0.1 | 2 | **0.63 ± 0.18** | **0.38 ± 0.18** |',
    ]);
    expect(await lines({ format: 'markdown', stats: ['n,median'], columns: ['accuracy'] })).toEqual([
      '| lr | n | accuracy_n | accuracy_median | missing |',
      '| ---: | ---: | ---: | ---: | --- |',
      '| 0.01 | 2 | 2 | 0.5 |  |',
      '| 0.1 | 2 | 2 | 0.625 |  |',
    ]);
    const [header] = await lines({ columns: ['accuracy'] });
    const stats = ['n', 'mean', 'std', 'sem', 'ci95_low', 'ci95_high', 'median', 'min', 'max'];
    expect(header).toBe(['lr', 'n', ...stats.map((stat) => `accuracy_${stat}`), 'missing'].join());
  });

  test('look as columns on the line or in sheaf.yaml say', async () => {
    const yaml =
      'export:\n  columns: [{name: LR, value: lr}, {name: Accuracy, value: accuracy, format: .1f, unit: pt}]\n';
    expect(await lines({ format: 'markdown' }, yaml)).toEqual([
      '| LR | n | Accuracy (pt) | loss |',
      '| ---: | ---: | ---: | ---: |',
      '| 0.01 | 2 | 0.5 ± 0.4 | 0.50 ± 0.35 |',
      '| 0.1 | 2 | 0.6 ± 0.2 | 0.38 ± 0.18 |',
    ]);
    expect((await lines({ columns: ['acc=accuracy:.2f'], stats: ['n', 'mean'] }))[1]).toBe('0.01,2,2,0.50,');
    expect((await lines({ columns: ['acc=accuracy'], stats: ['n', 'mean'] }))[0]).toBe('lr,n,acc_n,acc_mean,missing');
  });

  test('have the best of a metric in bold where its harvest rule says which is', async () => {
    const better = (accuracy: number): Metric => ({ value: accuracy, mode: 'max', source: { file: 'f', rule: 'r' } });
    const { project } = await recordedProject({
      a: { params: { lr: 1, seed: 1 }, attempts: done, metrics: { accuracy: better(0.5) } },
      b: { params: { lr: 2, seed: 1 }, attempts: done, metrics: { accuracy: better(0.25) } },
    });
    const { text } = await exportTable(project, '-', { format: 'markdown', groupBy: ['lr'] });
    expect(text).toContain('| 1 | 1 | **0.5** |');
    expect((await exportTable(project, '-', { format: 'latex', columns: ['accuracy'] })).text).toContain('textbf{0.5}');
  });
});
