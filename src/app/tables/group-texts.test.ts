import { expect, test } from 'vitest';
import { ended, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { groupExperiments } from './group.ts';
import { harvestExperiments } from '../harvest/harvest.ts';

const TEMPLATE = `command: python train.py
lr: 0.1
seed: 0
harvest:
  acc: {log: 'acc (\\S+) of'}
  f1: {json: result.json, path: f1}
  err: {csv: history.csv, column: err, pick: min}
  auc: {metrics: true}
  note: {log: 'note (.*)'}
`;

test('groups say which metrics are text, and the rule that they name reads the number', async () => {
  const done = { 'train-1': [started(), ended()] };
  const lives = Object.fromEntries([1, 2].map((seed) => [`s${seed}`, { params: { lr: 0.1, seed }, attempts: done }]));
  const recorded = await recordedProject(lives, { 'templates/t.yaml': TEMPLATE });
  for (const seed of [1, 2]) {
    const folder = `experiments/s${seed}/attempts/train-1`;
    recorded.write(`${folder}/out.log`, `acc 9${seed}.2% of all\nnote fine\n`);
    recorded.write(`${folder}/result.json`, `{"f1": "0.9${seed}±0.01"}`);
    recorded.write(`${folder}/history.csv`, `step,err\n1,${seed} %\n2,${seed}.5 %\n`);
    recorded.write(`${folder}/metrics.jsonl`, `{"auc": "0.${seed}%"}\n`);
  }
  await harvestExperiments(recorded.project);
  const group = () => groupExperiments(recorded.project, { groupBy: ['lr'] });
  const fix = (name: string): string =>
    `add "number: true" to the rule of ${name} in templates/t.yaml, then: sheaf harvest`;
  expect((await group()).warnings).toEqual([
    `acc is text in 2 experiments, such as "92.2%", and means need numbers: ${fix('acc')}`,
    `f1 is text in 2 experiments, such as "0.92±0.01", and means need numbers: ${fix('f1')}`,
    'auc is text in 2 experiments, such as "0.2%", and means need numbers: let the program write the number alone',
  ]);
  recorded.write('templates/t.yaml', TEMPLATE.replace(/(?=\}\n {2}(?:f1|err|auc))/g, ', number: true'));
  await harvestExperiments(recorded.project);
  const { groups, warnings } = await group();
  expect(groups[0]?.metrics.map(({ name, mean }) => [name, mean])).toEqual([
    ['acc', 91.7],
    ['f1', 0.915],
    ['err', 1.5],
  ]);
  expect(warnings).toEqual([expect.stringContaining('auc is text') as unknown]);
});
