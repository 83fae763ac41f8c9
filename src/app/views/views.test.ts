import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedProject } from '../../../test/support/recorded-project.ts';
import { listViews, openView, removeView, saveView, type NamedView } from './views.ts';

const FAILURES: NamedView = {
  name: 'failures',
  description: 'What failed: look here first',
  where: "status = failed and note = 'it''s'",
  columns: ['exp_id', 'params.*', '#'],
  sort: { field: 'created', descending: true },
  groupBy: ['lr'],
  archived: true,
};

test('a view that was saved is listed and opened as it was, until it is removed', async () => {
  const { project } = await recordedProject();
  expect(await listViews(project)).toEqual([]);
  expect(await saveView(project, FAILURES)).toEqual({ path: 'views/failures.yaml', replaced: false });
  const { name, ...view } = FAILURES;
  expect(await openView(project, name)).toEqual(view);
  expect(await listViews(project)).toEqual([{ name, path: 'views/failures.yaml', view }]);
  expect(await removeView(project, name)).toEqual({ path: 'views/failures.yaml' });
  expect(await listViews(project)).toEqual([]);
  await expect(removeView(project, name)).rejects.toMatchObject({ code: 'view.unknown' });
});

test('a file that cannot be read is listed with its place and reason, beside the others', async () => {
  const recorded = await recordedProject();
  const { project } = recorded;
  await saveView(project, { name: 'good', where: 'lr < 0.1' });
  recorded.write('views/query.yaml', '# mine\nwhere: lr < 0.1 and status = faild\n');
  recorded.write('views/keys.yaml', 'column: [a]\nsort: [a]\n');
  recorded.write('views/yaml.yaml', 'where: [\n');
  recorded.write('views/.hidden.yaml', 'where: [\n');
  recorded.write('views/a b.yaml', 'sort: lr\n');
  recorded.write('views/folder.yaml/x', '');
  execFileSync('mkfifo', [join(project.root, 'views/pipe.yaml')]);
  const lines = await listViews(project);
  const shown = lines.map((line) =>
    'view' in line ? line.name : line.problems.map(({ code, at }) => `${code} ${at?.file}:${at?.line}:${at?.column}`),
  );
  expect(shown).toEqual([
    ['view.name undefined:undefined:undefined'],
    [expect.stringMatching('view.file views/folder.yaml')],
    'good',
    ['config.key.unknown views/keys.yaml:1:1', 'config.type views/keys.yaml:2:1'],
    [expect.stringMatching('view.file views/pipe.yaml')],
    ['query.value views/query.yaml:2:21'],
    [expect.stringContaining('views/yaml.yaml')],
  ]);
  await expect(removeView(project, 'folder')).rejects.toMatchObject({ code: 'view.unknown' });
  await expect(openView(project, 'query')).rejects.toMatchObject({ code: 'query.value' });
  await expect(openView(project, 'goood')).rejects.toMatchObject({
    problems: [{ code: 'view.unknown', fix: expect.stringContaining('good') as string }],
  });
});

test('comments stay when a view is saved again, unless a key goes', async () => {
  const recorded = await recordedProject();
  const { project } = recorded;
  const text = () => readFileSync(join(project.root, 'views/v.yaml'), 'utf8');
  recorded.write('views/v.yaml', '# weekly\nwhere: lr < 0.1  # small\ncolumns: [a]\n');
  expect(await saveView(project, { name: 'v', where: 'lr < 0.2', columns: ['a'], archived: true })).toMatchObject({
    replaced: true,
  });
  expect(text()).toBe('# weekly\nwhere: "lr < 0.2"  # small\ncolumns: [a]\narchived: true\n');
  await saveView(project, { name: 'v', columns: ['b'] });
  expect(text()).toBe('# yaml-language-server: $schema=../.sheaf/schema/view.schema.json\ncolumns: [b]\n');
});

test.each(['../up', 'a/b', '', '.', '-x', 'a\n', 'x'.repeat(200)])('%j is no name of a view', async (name) => {
  const { project } = await recordedProject();
  await expect(saveView(project, { name })).rejects.toMatchObject({ code: 'view.name' });
  await expect(openView(project, name)).rejects.toMatchObject({ code: 'view.name' });
  await expect(removeView(project, name)).rejects.toMatchObject({ code: 'view.name' });
});

test('a view with a wrong query is not saved', async () => {
  const { project } = await recordedProject();
  await expect(saveView(project, { name: 'v', where: 'lr <' })).rejects.toMatchObject({ code: 'query.syntax' });
  expect(await listViews(project)).toEqual([]);
});
