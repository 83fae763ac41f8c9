import { rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, recordedProject, started, type RecordedProject } from '../../../test/support/recorded-project.ts';
import { asKey, parseExpId } from '../../core/ids.ts';
import { SheafError, type Problem } from '../../core/errors.ts';
import type { StartPoint } from '../../core/experiment/checkpoint-file.ts';
import { createExperiments, type Draft } from '../experiments/create.ts';
import { rereadTemplates } from '../experiments/reread-template.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { listAncestry } from './ancestry.ts';
import { checkStarts } from './check-starts.ts';
import { setAside } from './set-aside.ts';
import { findStartsOnce, withStart } from './start-point.ts';

const settings = { resources: {}, command: 'true', checkpoint: { path: 'ck_{step}', pick: 'newest' } } as const;
const FOLDER = 'experiments/base/attempts/train-1/ck_5';

/** A checkpoint of two files. */
async function withCheckpoint(): Promise<RecordedProject> {
  const recorded = await recordedProject({ base: { settings, attempts: { 'train-1': [started(), ended()] } } });
  recorded.write(`${FOLDER}/a.pt`, 'one');
  recorded.write(`${FOLDER}/b.pt`, 'two');
  return recorded;
}

function draftOf(expId: string, start_from: string): Draft {
  const config = { template: 't', params: {}, written: {}, seeds: [], settings: { ...settings, start_from } };
  const origins = { sources: [], at: {} };
  return { expId: parseExpId(expId), description: '', tags: [], notes: [], config: { ...config, origins } };
}

async function make(project: Project, expId: string, startFrom: string): Promise<void> {
  await createExperiments(project, [await withStart(draftOf(expId, startFrom), findStartsOnce(project))]);
}

async function startOf(project: Project, expId: string): Promise<StartPoint> {
  const start = findExperiment(project, expId).record.created?.value.start;
  if (start === undefined) throw new Error(`${expId} starts from nothing`);
  return start;
}

/** The first problem. */
async function problemOf(act: () => Promise<void>): Promise<Pick<Problem, 'code' | 'why' | 'fix'> | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error instanceof SheafError ? error.problems[0] : { code: String(error) };
  }
}

test('a checkpoint that is a folder was changed when any file in it was', async () => {
  const recorded = await withCheckpoint();
  const { project } = recorded;
  await make(project, 'fine', 'base');
  const start = await startOf(project, 'fine');
  expect(start).toMatchObject({ exp: 'base', step: 5, path: 'attempts/train-1/ck_5', bytes: 6, attempt: 'train-1' });
  const check = (): Promise<void> => checkStarts(project, [{ expId: 'fine', start }], '');
  expect(await problemOf(check)).toBeUndefined();
  recorded.write(`${FOLDER}/b.pt`, 'three');
  expect(await problemOf(check)).toMatchObject({ code: 'start.changed' });
});

test('a copy that kept whole seconds of the time is the same checkpoint', async () => {
  const { project } = await withCheckpoint();
  const files = ['a.pt', 'b.pt'].map((name) => join(project.root, FOLDER, name));
  for (const file of files) utimesSync(file, 1_700_000_000.25, 1_700_000_000.25);
  await make(project, 'fine', 'base@5');
  const start = await startOf(project, 'fine');
  const check = (): Promise<void> => checkStarts(project, [{ expId: 'fine', start }], '');
  for (const file of files) utimesSync(file, 1_700_000_000, 1_700_000_000);
  expect(statSync(files[0] ?? '').mtimeMs).not.toBe(start.changedMs);
  expect(await problemOf(check)).toBeUndefined();
  for (const file of files) utimesSync(file, 1_700_000_001, 1_700_000_001);
  expect(await problemOf(check)).toMatchObject({ code: 'start.changed' });
});

test('the error for a checkpoint that was pruned says when, and names another only if there is one', async () => {
  const recorded = await withCheckpoint();
  const { project } = recorded;
  await make(project, 'fine', 'base');
  const start = await startOf(project, 'fine');
  const { path, bytes, changedMs } = start;
  rmSync(join(project.root, FOLDER), { recursive: true });
  const [key, exp] = [asKey('key-base'), parseExpId('base')];
  await project.store.append([{ type: 'pruned', key, exp, batch: 'b', files: [{ path, bytes, changedMs }], bytes }]);
  const problem = await problemOf(() => checkStarts(project, [{ expId: 'fine', start }], ''));
  expect(problem).toMatchObject({ code: 'start.gone' });
  expect(problem?.why).toMatch(/^sheaf checkpoints prune deleted it at 20.*; fine starts from it$/);
  expect(problem?.fix).toBe('base has no checkpoints any more; to make them again: sheaf rerun base');
  expect(listAncestry(project, findExperiment(project, 'fine'))).toMatchObject([{ exp: 'base', isGone: true }]);
  const other = FOLDER.replace('ck_5', 'ck_7');
  recorded.write(`${other}/a.pt`, 'one');
  const next = await problemOf(() => checkStarts(project, [{ expId: 'fine', start }], ''));
  expect(next?.fix).toBe('to start from another one: sheaf clone fine --start-from base@newest');
});

test('the error for a checkpoint that an interrupted prune has set aside says how it comes back', async () => {
  const { project } = await withCheckpoint();
  await make(project, 'fine', 'base');
  const start = await startOf(project, 'fine');
  setAside(join(project.root, 'experiments/base'), 'batch', [start.path]);
  expect(await problemOf(() => checkStarts(project, [{ expId: 'fine', start }], ''))).toMatchObject({
    why: 'a prune set it aside and has not finished; fine starts from it',
    fix: 'finish that, which puts back what is needed: sheaf checkpoints prune base',
  });
});

test('a checkpoint that another command deletes while an experiment is made is missed before anyone submits', async () => {
  const { project } = await withCheckpoint();
  const append: Project['store']['append'] = async (...events) => {
    rmSync(join(project.root, FOLDER), { recursive: true });
    await project.store.append(...events);
  };
  const made = make({ ...project, store: { ...project.store, append } }, 'fine', 'base');
  await expect(made).rejects.toMatchObject({
    code: 'start.gone',
    problems: [{ now: expect.stringContaining('sheaf rm fine') }],
  });
});

test('what an experiment starts from stays when its template is read again', async () => {
  const recorded = await withCheckpoint();
  const { project } = recorded;
  await make(project, 'fine', 'base');
  recorded.write('templates/t.yaml', 'start_from: other@best\ncommand: echo new\n');
  const { experiments } = await rereadTemplates(project, [findExperiment(project, 'fine')]);
  expect(experiments[0]?.settings).toMatchObject({ start_from: 'base', command: 'echo new' });
  recorded.write('templates/t.yaml', 'command: echo new\n');
  const again = await rereadTemplates(project, [findExperiment(project, 'fine')]);
  expect(again.experiments[0]?.settings.start_from).toBe('base');
});

test('the ancestry of a record in which experiments start from each other ends', async () => {
  const { project } = await withCheckpoint();
  const point = { path: 'x', bytes: 1, changedMs: 1, asked: 'x' };
  for (const [expId, other] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const { expId: exp = parseExpId(expId), ...draft } = draftOf(expId, other);
    const start = { ...point, key: `key-${other}`, exp: other };
    await project.store.append([{ type: 'created', key: asKey(`key-${expId}`), exp, ...draft, start }]);
  }
  expect(listAncestry(project, findExperiment(project, 'a')).map(({ exp }) => exp)).toEqual(['b', 'a']);
});
