import { expect, test } from 'vitest';
import { readAdviceSettings } from './advice-settings.ts';

const read = (search: string) => readAdviceSettings(new URLSearchParams(search));

test('advice for a template is asked for with its values, and the command says the same', () => {
  const { request, command } = read('t=resnet&set.lr=0.5&gpus=4&batch=256&partition=a100,v100');
  expect(request).toEqual({
    template: 'resnet',
    sets: { lr: '0.5' },
    globalBatch: 256,
    gpus: 4,
    partitions: ['a100', 'v100'],
  });
  expect(command).toBe('sheaf advise resnet --global-batch 256 --gpus 4 --set lr=0.5 --set partition=a100,v100');
});

test('advice for an experiment takes none of the values of a template', () => {
  const { request, command } = read('for=experiment&id=r50&set.lr=0.5&like=other');
  expect({ request, command }).toEqual({
    request: { expId: 'r50', like: 'other' },
    command: 'sheaf advise r50 --like other',
  });
});

test('a description has parameters with their types, and no command', () => {
  const { request, command } = read('for=description&set.model=resnet50&set.batch_size=64&set.amp=true');
  expect(request).toEqual({ params: { model: 'resnet50', batch_size: 64, amp: true } });
  expect(command).toBeUndefined();
});

test('nothing is asked before it is chosen what the advice is for, and what is no number is named', () => {
  expect(read('partition=a100').request).toBeUndefined();
  expect(read('t=resnet&gpus=many').strange).toEqual(['gpus']);
  expect(read('t=resnet&gpus=many').request).toEqual({ template: 'resnet', sets: {} });
});
