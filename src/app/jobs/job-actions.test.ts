import { expect, test, vi } from 'vitest';
import { recordedProject } from '../../../test/support/recorded-project.ts';
import { failure, Unreachable } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { asKey, asToken } from '../../core/ids.ts';
import type { Scheduler, TaskRef } from '../../scheduler/index.ts';
import type { Store } from '../../store/index.ts';
import { nowMs, userId } from '../../system/index.ts';
import { cancel, hold, release, requeue } from './job-actions.ts';
import type { Project } from '../project/project.ts';

interface Bench {
  readonly project: Project;
  readonly one: (name: string) => Experiment;
  /** The calls that the scheduler got: `hold 0,1`. */
  readonly told: string[];
  readonly polls: () => number;
}

/** Experiments in one array, each with the index of its task; those with one index are a pack. */
async function bench(
  tasks: { readonly [expId: string]: number },
  state: 'pending' | 'running',
  refuse?: () => Error,
): Promise<Bench> {
  const names = Object.keys(tasks);
  const { project } = await recordedProject(Object.fromEntries(names.map((name) => [name, {}])));
  const token = asToken('token-1');
  const members = names.map((name) => ({ key: asKey(`key-${name}`), stage: 'train', n: 1, index: tasks[name] ?? 0 }));
  const job = { scheduler: 'fake:x', id: '12', uid: userId(), submittedMs: nowMs() };
  await project.store.append([
    { type: 'submitting', token, scheduler: 'fake:x', members, owner: 'h:1:1:1' },
    { type: 'submitted', token, job },
  ]);
  const told: string[] = [];
  const tell = (verb: string) => async (refs: readonly TaskRef[]) => {
    told.push(`${verb} ${[...new Set(refs.map(({ index }) => index))].join()}`);
    if (refuse !== undefined) throw refuse();
  };
  const poll = vi.fn<Scheduler['poll']>(async (refs) => ({
    kind: 'answer',
    atMs: nowMs(),
    results: refs.map((ref) => ({ ...ref, fact: { kind: 'queue', state, atMs: nowMs() } })),
  }));
  const verbs = { cancel: tell('cancel'), hold: tell('hold'), release: tell('release'), requeue: tell('requeue') };
  const scheduler = { id: 'fake:x', can: { settleMs: 0 }, poll, ...verbs } as unknown as Scheduler;
  return {
    project: { ...project, scheduler: async () => scheduler },
    one: (name) => project.store.find(name) as Experiment,
    told,
    polls: () => poll.mock.calls.length,
  };
}

const PACKS = { a: 0, b: 0, c: 1 };

test.each([
  ['hold', hold, 'pending'],
  ['release', release, 'pending'],
  ['requeue', requeue, 'running'],
  ['cancel', cancel, 'running'],
] as const)('%s takes a pack as a whole, or leaves it alone', async (verb, act, state) => {
  const { project, one, told } = await bench(PACKS, state);
  const part = await act(project, [one('a'), one('c')]);
  expect(part).toMatchObject({ done: ['c'], failed: [{ expId: 'a', problem: { code: 'act.pack' } }] });
  expect(told).toEqual([`${verb} 1`]);
  expect(await act(project, [one('a'), one('b')])).toMatchObject({ done: ['a', 'b'], failed: [] });
  expect(told).toEqual([`${verb} 1`, `${verb} 0`]);
});

test('a large pack is read once, not once for each of its members', async () => {
  const names = Array.from({ length: 300 }, (_, i) => `e${i}`);
  const { project, one } = await bench(Object.fromEntries(names.map((name) => [name, 0])), 'pending');
  const find = vi.fn<Store['find']>((expId) => project.store.find(expId));
  const findByKey = vi.fn<Store['findByKey']>((key) => project.store.findByKey(key));
  const watched = { ...project, store: { ...project.store, find, findByKey } };
  const { failed } = await hold(watched, names.slice(0, 299).map(one));
  expect(failed).toHaveLength(299);
  expect(findByKey.mock.calls.length).toBeLessThan(10);
  expect(find.mock.calls.length).toBeLessThan(400);
});

test('a cancel that cannot reach the scheduler says that the request is recorded and the jobs continue', async () => {
  const { project, one } = await bench({ a: 0 }, 'running', () => new Unreachable({ said: 'a time-out' }));
  await expect(cancel(project, [one('a')])).rejects.toMatchObject({
    problems: [
      {
        code: 'scheduler.unreachable',
        now: expect.stringMatching(/is recorded.*the jobs continue/) as string,
        fix: expect.stringContaining('run sheaf cancel again') as string,
      },
    ],
  });
  expect(one('a').record.attempts['train-1']?.facts).toHaveProperty('cancel');
});

test.each([
  ['cancel', cancel, 'running'],
  ['hold', hold, 'pending'],
  ['requeue', requeue, 'running'],
] as const)('the current state is recorded when a part of a %s was refused', async (_, act, state) => {
  const { project, one, polls } = await bench({ a: 0, b: 1 }, state, () =>
    failure('slurm.refused', 'no', { said: 'no' }),
  );
  await expect(act(project, [one('a'), one('b')])).rejects.toThrow('no');
  // Once before, to know what there is, and once after.
  expect(polls()).toBe(2);
});
