import { expect, test } from 'vitest';
import { ended, LIFE_MS, recordedProject, started } from '../../../test/support/recorded-project.ts';
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
});
