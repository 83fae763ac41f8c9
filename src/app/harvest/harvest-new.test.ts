import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ended,
  recordedProject,
  started,
  type Life,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import { ownerText } from '../../system/index.ts';
import type { NewResults, Selector } from '../project/types.ts';
import { harvestBriefly } from './brief-harvest.ts';
import { harvestNew } from './harvest-new.ts';
import { harvestExperiments } from './harvest.ts';

const RULES = `harvest:\n  acc: {log: 'acc=(\\S+)'}\n`;
const completed: Life = { attempts: { 'train-1': [started(), ended()] } };

async function projectWith(
  lives: { readonly [expId: string]: Life },
  template = RULES,
  files: { readonly [path: string]: string } = {},
): Promise<RecordedProject> {
  const recorded = await recordedProject(lives, { 'templates/t.yaml': template, ...files });
  for (const expId of Object.keys(lives)) recorded.write(log(expId), 'acc=0.5\n');
  return recorded;
}

function log(expId: string): string {
  return `experiments/${expId}/attempts/train-1/out.log`;
}

function idsOf({ lines }: NewResults): string[] {
  return lines.map(({ expId }) => expId).toSorted();
}

async function newIn({ project }: RecordedProject, selector: Selector = {}): Promise<string[]> {
  return idsOf(await harvestNew(project, selector));
}

describe('new results', () => {
  test('are read of what completed, and of nothing else', async () => {
    const recorded = await projectWith({
      one: completed,
      two: completed,
      failed: { attempts: { 'train-1': [started(), ended(1)] } },
      running: { attempts: { 'train-1': [started()] } },
      archived: { ...completed, archived: true },
      known: { ...completed, metrics: { acc: 0.1 } },
    });
    expect(recorded.project.store.unread().count).toBe(2);
    const found = await harvestNew(recorded.project);
    expect(found).toMatchObject({ pending: 0, warnings: [] });
    expect(idsOf(found)).toEqual(['one', 'two']);
    expect(found.lines[0]).toMatchObject({ kind: 'harvested', metrics: { acc: 0.5 } });
    expect(recorded.project.store.unread().count).toBe(0);
  });

  test('are read of the chosen experiments', async () => {
    const recorded = await projectWith({ one: completed, two: completed });
    expect(await newIn(recorded, { ids: ['two'] })).toEqual(['two']);
    expect(await newIn(recorded)).toEqual(['one']);
  });

  test('are read once: a metric that was not found is recorded as missing, and only harvest looks for it again', async () => {
    const recorded = await projectWith({ one: completed });
    recorded.write(log('one'), 'nothing\n');
    const found = await harvestNew(recorded.project);
    expect(found.lines).toMatchObject([{ kind: 'incomplete', missing: { acc: { reason: 'no_match' } } }]);
    expect(recorded.project.store.find('one')?.record.harvest?.value.harvest.missing).toHaveProperty('acc');
    expect(await newIn(recorded)).toEqual([]);
    recorded.write(log('one'), 'acc=0.75\n');
    expect((await harvestExperiments(recorded.project)).lines).toMatchObject([{ metrics: { acc: 0.75 } }]);
  });

  test('are read again after another attempt', async () => {
    const recorded = await projectWith({ one: completed });
    expect(await newIn(recorded)).toEqual(['one']);
    await recorded.learn('one', 'train-2', started(), ended());
    recorded.write('experiments/one/attempts/train-2/out.log', 'acc=0.9\n');
    expect((await harvestNew(recorded.project)).lines).toMatchObject([{ expId: 'one', metrics: { acc: 0.9 } }]);
  });

  test('are recorded as unreadable if harvest itself fails, with the reason', async () => {
    const recorded = await projectWith({ one: completed });
    // The kept record of earlier reading is a folder, which cannot be read.
    mkdirSync(join(recorded.project.store.localFolder ?? '', 'harvest/key-one'), { recursive: true });
    const { lines } = await harvestNew(recorded.project);
    expect(lines).toMatchObject([{ expId: 'one', kind: 'incomplete', missing: { acc: { reason: 'unreadable' } } }]);
    expect(await newIn(recorded)).toEqual([]);
  });

  test('are recorded as missing if the run left no trace', async () => {
    const recorded = await recordedProject(
      { one: { attempts: { 'train-1': [{ kind: 'accounted', state: 'completed', atMs: 1 }] } } },
      { 'templates/t.yaml': RULES },
    );
    expect((await harvestNew(recorded.project)).lines).toMatchObject([{ missing: { acc: { reason: 'not_run' } } }]);
    expect(await newIn(recorded)).toEqual([]);
  });

  test.each([
    ['the template', `auto_harvest: false\n${RULES}`, 'scheduler: local\n'],
    ['the project', RULES, 'scheduler: local\nauto_harvest: false\n'],
  ])('are left to harvest if %s says so', async (_, template, project) => {
    const recorded = await projectWith({ one: completed }, template, { 'sheaf.yaml': project });
    expect(await harvestNew(recorded.project)).toEqual({ lines: [], pending: 0, warnings: [] });
    expect((await harvestExperiments(recorded.project)).lines).toMatchObject([{ kind: 'harvested' }]);
  });

  test('are read if the template says so and the project does not', async () => {
    const recorded = await projectWith({ one: completed }, `auto_harvest: true\n${RULES}`, {
      'sheaf.yaml': 'scheduler: local\nauto_harvest: false\n',
    });
    expect(await newIn(recorded)).toEqual(['one']);
  });

  test('are read by one of two calls at once', async () => {
    const recorded = await projectWith({ one: completed, two: completed });
    const found = await Promise.all([harvestNew(recorded.project), harvestNew(recorded.project)]);
    expect(found.map((each) => each.lines.length).toSorted((a, b) => a - b)).toEqual([0, 2]);
    expect(found.filter(({ busy }) => busy)).toHaveLength(1);
  });

  test('are pending while a command on another host reads them', async () => {
    const recorded = await projectWith({ one: completed });
    const { claims } = recorded.project.store.paths;
    mkdirSync(claims, { recursive: true });
    symlinkSync('login9:12:34:boot.1', join(claims, 'harvest'));
    expect(await harvestNew(recorded.project)).toEqual({ lines: [], pending: 1, busy: true, warnings: [] });
  });

  test('are read after the command that read them was killed', async () => {
    const recorded = await projectWith({ one: completed });
    const { claims } = recorded.project.store.paths;
    const [host, , , boot] = ownerText().split(':');
    mkdirSync(claims, { recursive: true });
    symlinkSync(`${host}:999999999:1:${boot}`, join(claims, 'harvest'));
    expect(await newIn(recorded)).toEqual(['one']);
    expect(existsSync(join(claims, 'harvest'))).toBe(false);
  });

  test('stay pending when there is no time', async () => {
    const recorded = await projectWith({ one: completed, two: completed });
    const stopped = AbortSignal.abort(new Error('stop'));
    await expect(harvestNew(recorded.project, {}, { signal: stopped })).rejects.toThrow('stop');
    expect(recorded.project.store.unread().count).toBe(2);
  });

  test('are not tried again for a moment while nothing has changed that could read them', async () => {
    const recorded = await projectWith({ one: completed }, 'x: 1\n');
    const { project } = recorded;
    expect(await harvestBriefly(project, {}, 1_000)).toEqual({ lines: [], pending: 0, warnings: [] });
    recorded.write('templates/t.yaml', `x: 1\n${RULES}`);
    expect(idsOf(await harvestBriefly(project, {}, 60_000))).toEqual(['one']);
  });

  test('that take too long for a moment are left to other commands, and do not keep others from being read', async () => {
    const program = `harvest:\n  acc: {exec: 'sleep 60; echo 1'}\n`;
    const recorded = await projectWith({ slow: { ...completed, template: 'slow' } }, RULES, {
      'templates/slow.yaml': program,
    });
    const { project } = recorded;
    expect(await harvestBriefly(project, {}, 1_000)).toMatchObject({ lines: [], pending: 1, cutOff: 'key-slow' });
    await recorded.record({ quick: completed });
    recorded.write(log('quick'), 'acc=0.5\n');
    const found = await harvestBriefly(project, {}, 60_000);
    expect(idsOf(found)).toEqual(['quick']);
    expect(found.pending).toBe(1);
    recorded.write('templates/slow.yaml', `harvest:\n  acc: {exec: 'echo 1'}\n`);
    expect(await newIn(recorded)).toEqual(['slow']);
  });

  test('are reported while their template is invalid', async () => {
    const recorded = await projectWith({ one: completed }, `harvest:\n  acc: {log: '('}\n`);
    const { pending, warnings } = await harvestBriefly(recorded.project, {}, 60_000);
    expect(pending).toBe(0);
    expect(warnings).toHaveLength(1);
    expect((await harvestBriefly(recorded.project, {}, 60_000)).warnings).toEqual(warnings);
  });
});
