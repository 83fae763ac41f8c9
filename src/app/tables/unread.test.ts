import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started } from '../../../test/support/recorded-project.ts';
import { readGroups } from '../groups/groups.ts';
import { plotFigure } from '../plot/plot.ts';
import { compare } from './compare.ts';
import { exportTable } from './export.ts';
import { groupExperiments } from './group.ts';
import { readPage } from './page.ts';
import { findUnread, readWithRules } from '../harvest/unread.ts';

test('of what completed, only experiments whose templates say what to read are not read yet', async () => {
  const attempts = { 'train-1': [started(LIFE_MS), ended(0, LIFE_MS + 1)] };
  const { project } = await recordedProject(
    {
      first: { attempts, template: 'measured' },
      second: { attempts, template: 'measured' },
      read: { attempts, template: 'measured', metrics: { acc: 1 } },
      quiet: { attempts, template: 'quiet' },
      orphan: { attempts, template: 'gone' },
      wrong: { attempts, template: 'wrong' },
    },
    {
      'templates/measured.yaml': 'command: "true"\nharvest: { acc: { jsonl: metrics.jsonl } }\n',
      'templates/quiet.yaml': 'command: "true"\n',
      'templates/wrong.yaml': 'command: "true"\nharvest: { acc: { jsnl: metrics.jsonl } }\n',
    },
  );
  const { count, newest } = await findUnread(project, 2);
  expect(count).toBe(3);
  expect(newest).toHaveLength(2);
  const { expIds, columns } = await readWithRules(project, (hasRules) =>
    readPage(project, { columns: ['results.acc'] }, hasRules),
  );
  const gaps = Object.entries(columns[0]?.gaps ?? {}).map(([place, gap]) => [expIds[Number(place)], gap]);
  expect(Object.fromEntries(gaps)).toEqual({
    first: 'not_harvested',
    second: 'not_harvested',
    wrong: 'not_harvested',
    quiet: 'no_rule',
    orphan: 'no_rule',
  });

  const { metrics, warnings } = await compare(project, ['read', 'first', 'quiet']);
  expect(metrics[0]?.missing).toEqual([undefined, 'not_harvested', 'no_rule']);
  expect(warnings).toEqual(['1 completed experiment has unread results: first; run sheaf harvest']);
  const causes = { not_harvested: 3, no_rule: 2 };
  expect((await exportTable(project, '-', { groupBy: ['status'] })).missing).toEqual(causes);
  expect((await groupExperiments(project, { groupBy: ['status'], columns: ['acc'] })).missing).toEqual(causes);
  expect((await readGroups(project, { by: ['status'], columns: ['acc'] })).columns[0]?.gaps).toEqual([causes]);
  const plotted = await plotFigure(project, { metric: 'acc', kind: 'bar' });
  expect(plotted.warnings.join('\n')).toContain('5 of 6 have no number of acc: 3 not_harvested, 2 no_rule');
});
