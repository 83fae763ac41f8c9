import { describe, expect, it } from 'vitest';
import { flagOf, findNearReservedKey, RESERVED, findReservedKey } from './reserved.ts';

describe('a key is nearly reserved', () => {
  it.each([
    ['num_gpu', 'num_gpus'],
    ['num_gpsu', 'num_gpus'],
    ['num_cpus', 'num_gpus'],
    ['partitions', 'partition'],
    ['partion', 'partition'],
    ['parition', 'partition'],
    ['partiton', 'partition'],
    ['num_node', 'num_nodes'],
    ['n_nodes', 'num_nodes'],
    ['stage', 'stages'],
    ['comand', 'command'],
    ['commnad', 'command'],
    ['timelimit', 'time_limit'],
    ['time_limits', 'time_limit'],
    ['constraints', 'constraint'],
    ['expid', 'exp_id'],
    ['shema', 'schema'],
    ['extend', 'extends'],
    ['cpu_per_tasks', 'cpus_per_task'],
  ])('%s for %s', (name, meant) => {
    expect(findNearReservedKey(name)?.name).toBe(meant);
  });

  it.each([
    'memory',
    'tag',
    'qo',
    'note',
    'modes',
    'max_steps',
    'num_envs',
    'num_steps',
    'num_epochs',
    'precision',
    'num_layers',
    'optimizer',
    'scheduler',
    'gpu_types_',
    'coded',
  ])('%s is not: the reserved keys near it are too short, or too far', (name) => {
    expect(findNearReservedKey(name)).toBeUndefined();
  });

  it('no reserved key is nearly another one', () => {
    expect(RESERVED.filter(({ name }) => findNearReservedKey(name)).map(({ name }) => name)).toEqual([]);
  });
});

it('every reserved key is listed once, with a group and a word of help', () => {
  expect(new Set(RESERVED.map(({ name }) => name)).size).toBe(RESERVED.length);
  expect(RESERVED.filter(({ help }) => help === '')).toEqual([]);
  expect(findReservedKey('num_gpus')).toMatchObject({
    group: 'resources',
    type: 'count0',
    flag: true,
    templateOnly: false,
  });
  for (const name of ['pack', 'requeue'])
    expect(findReservedKey(name)).toMatchObject({ group: 'resources', flag: true, templateOnly: false });
  expect(findReservedKey('learning_rate')).toBeUndefined();
  expect(findReservedKey('constructor')).toBeUndefined();
});

it('flags have dashes', () => {
  expect(flagOf('cpus_per_task')).toBe('--cpus-per-task');
});
