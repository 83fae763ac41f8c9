import { expect, test } from 'vitest';
import { ended, recordedProject, started, type RecordedProject } from '../../../test/support/recorded-project.ts';
import { getKnownNames } from '../experiments/select.ts';
import { discoverRules } from './discover.ts';
import { harvestExperiments } from './harvest.ts';

const attempts = { 'train-1': [started(), ended()] };

async function formsOf({ project }: RecordedProject, id: string): Promise<object> {
  const { rules } = await discoverRules(project, id);
  return Object.fromEntries(rules.map(({ name, form }) => [name, form]));
}

test('discover leaves out what repeats a parameter, and gives a metric with the name of a parameter another name', async () => {
  const recorded = await recordedProject({
    run: { attempts, params: { hidden: 4, loss: 'mse' } },
    other: { template: 'u', params: { nll: true } },
  });
  recorded.write('experiments/run/attempts/train-1/m.json', '{"hidden": 4, "loss": 0.5, "nll": 0.25, "acc": 0.9}');
  expect(await formsOf(recorded, 'run')).toEqual({
    loss_result: { json: 'm.json', path: 'loss' },
    nll_result: { json: 'm.json', path: 'nll' },
    acc: { json: 'm.json', path: 'acc' },
  });
});

test('discover leaves out parameters that a program writes down among its settings', async () => {
  const recorded = await recordedProject({
    run: { attempts, params: { lr: 0.1, l2: 0, epochs: 2, optim: { beta: 0.9 }, loss: 0.5 } },
  });
  const args = { lr: 0.1, l2: 0, epochs: 3, width: 64, optim: { beta: 0.9 } };
  const results = { test_acc: 0.9, train: { loss: 0.5 }, args, config: { model: { lr: 0.1 } } };
  recorded.write('experiments/run/attempts/train-1/m.json', JSON.stringify(results));
  expect(await formsOf(recorded, 'run')).toEqual({
    test_acc: { json: 'm.json', path: 'test_acc' },
    train_loss: { json: 'm.json', path: 'train.loss' },
    args_epochs: { json: 'm.json', path: 'args.epochs' },
    args_width: { json: 'm.json', path: 'args.width' },
  });
});

test('discover keeps the curve of a log beside the single value of the same name, unless both repeat a parameter', async () => {
  const recorded = await recordedProject({ run: { attempts, params: { lr: 0.1, l2: 0.5 } } });
  const line = (epoch: number, lr: number): string => `epoch ${epoch} train_loss=0.${epoch} lr=${lr} l2=0.5\n`;
  recorded.write('experiments/run/attempts/train-1/m.json', '{"train_loss": 0.2, "lr": 0.1, "l2": 0.5}');
  recorded.write('experiments/run/attempts/train-1/out.log', line(1, 0.1) + line(2, 0.05));
  const log = (name: string): string => String.raw`\bepoch\b\W+(?<step>\d+).*?\b${name}=\s*([-+\w.]+)`;
  expect(await formsOf(recorded, 'run')).toEqual({
    train_loss: { json: 'm.json', path: 'train_loss' },
    train_loss_log: { log: log('train_loss'), pick: 'min', mode: 'min' },
    lr_log: { log: log('lr') },
  });
});

test('discover keeps a path as it is if a * would fit several files of another run', async () => {
  const recorded = await recordedProject({
    a: { attempts, params: { seed: 1 } },
    b: { attempts, params: { seed: 2 } },
  });
  const write = (path: string): void => recorded.write(`experiments/${path}`, '{"x": 1}');
  write('a/attempts/train-1/s1.json');
  expect(await formsOf(recorded, 'a')).toEqual({ x: { json: 's*.json', path: 'x' } });
  write('b/attempts/train-1/s2.json');
  expect(await formsOf(recorded, 'a')).toEqual({ x: { json: 's*.json', path: 'x' } });
  write('b/attempts/train-1/stats.json');
  expect(await formsOf(recorded, 'a')).toEqual({ x: { json: 's1.json', path: 'x' } });
});

test('a metric whose rule is gone is no longer a name of the project once its experiments are read again', async () => {
  const withRule = (name: string): string => `command: x\nharvest: {${name}: {json: m.json, path: x}}\n`;
  const recorded = await recordedProject(
    { run: { attempts, params: { hidden: 4 } } },
    { 'templates/t.yaml': withRule('hidden') },
  );
  recorded.write('experiments/run/attempts/train-1/m.json', '{"x": 1}');
  await harvestExperiments(recorded.project, { all: true });
  expect(getKnownNames(recorded.project.store)).toEqual({ params: ['hidden'], results: ['hidden'] });
  recorded.write('templates/t.yaml', withRule('x'));
  await harvestExperiments(recorded.project, { all: true });
  expect(getKnownNames(recorded.project.store)).toEqual({ params: ['hidden'], results: ['x'] });
});

test('harvest warns about a rule that is called like a parameter', async () => {
  const recorded = await recordedProject(
    { run: { attempts } },
    { 'templates/t.yaml': 'command: x\nhidden: 4\nharvest: {hidden: {json: m.json, path: x, required: false}}\n' },
  );
  expect((await harvestExperiments(recorded.project, { all: true })).warnings).toContain(
    'templates/t.yaml: hidden is a parameter and a harvest rule, so that tables cannot use the name; rename the rule, for example to hidden_result',
  );
});
