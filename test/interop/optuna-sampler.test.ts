import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeRound } from '../../src/app/search/take-round.ts';
import type { Search } from '../../src/core/experiment/search.ts';
import { describeInterop } from '../support/interop.ts';
import { ended, recordedProject, started, type Life } from '../support/recorded-project.ts';

const TEMPLATE =
  'command: x\nlr: 0.1\nlayers: 2\nopt: sgd\nharvest: {acc: {csv: metrics.csv, column: acc, mode: max}}\n';
const DRAWS = [
  { name: 'lr', distribution: { kind: 'loguniform', low: 1e-4, high: 1 } },
  { name: 'layers', distribution: { kind: 'int', low: 1, high: 8 } },
  { name: 'opt', distribution: { kind: 'choice', values: [{ value: 'sgd' }, { value: 'adam' }] } },
];

describeInterop('Optuna', (python) => {
  test('the example of a sampler goes on from what a sweep has, and proposes members of its space', async () => {
    const lives = Array.from({ length: 12 }, (_, i): Life => ({
      sweep: 's',
      params: { lr: 10 ** -(i / 4), layers: 1 + (i % 8), opt: i % 2 === 0 ? 'sgd' : 'adam' },
      attempts: { 'train-1': [started(), ended(i === 11 ? 1 : 0, Date.now())] },
      ...(i === 11 ? {} : { metrics: { acc: i === 3 ? { value: null, nonfinite: 'nan' } : -Math.abs(i - 7) } }),
    }));
    const recorded = await recordedProject({}, { 'templates/t.yaml': TEMPLATE });
    const exec = `'${python.path}' '${join(import.meta.dirname, '../../examples/optuna_sampler.py')}'`;
    const search: Search = { metric: 'acc', mode: 'max', propose: { by: { exec }, trials: 14 } };
    const space = { grid: [], zip: [], random: { count: 14, seed: 3, draws: DRAWS } };
    const proposed = lives.map(({ params = {} }, trial) => ({ trial, params, from: 'exec' as const }));
    const { project } = recorded;
    await project.store.append([
      { type: 'swept', sweep: 's', template: 't', space, fixed: {}, count: 0 },
      { type: 'throttled', sweep: 's', maxParallel: 4 },
      { type: 'searched', sweep: 's', search },
      { type: 'decided', sweep: 's', round: 1, proposed },
    ]);
    await recorded.record(Object.fromEntries(lives.map((life, i) => [`s-${i}`, life])));
    const { effects, warnings } = await takeRound(project, 's');
    expect(warnings).toEqual(['sweep s cannot go on: no scheduler is here']);
    expect(effects).toEqual([{ sweep: 's', did: 'proposed', expIds: ['s-12', 's-13'] }]);
    expect(project.store.sweep('s')?.rounds?.[2]?.value.proposed.map(({ from }) => from)).toEqual(['exec', 'exec']);
  });
});
