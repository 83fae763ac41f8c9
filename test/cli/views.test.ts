import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExperimentManager } from '../../src/app/index.ts';
import { commandOf } from '../../src/core/command/command-of.ts';
import { recordedFolder } from '../support/recorded-folder.ts';
import { ended, started, type Life } from '../support/recorded-project.ts';

const LIVES: { readonly [expId: string]: Life } = Object.fromEntries(
  Array.from({ length: 12 }, (_, i): [string, Life] => [
    `e-${i}`,
    {
      template: i % 2 === 0 ? 'mlp' : 'cnn',
      params: { lr: [1e-4, 0.1, 0.5][i % 3] ?? 0, note: ['it\'s "x"', '-n', 'a\nb'][i % 3] ?? '', '-odd': i },
      written: { '/lr': i % 3 === 0 ? '1e-4' : '0.1' },
      tags: i % 4 === 0 ? ['best', 'lr'] : [],
      attempts: { 'train-1': [started(), ended(i % 5 === 0 ? 1 : 0)] },
      metrics: i % 3 === 1 ? {} : { acc: (i * 7) % 5, loss: { value: null, nonfinite: 'nan' } },
      archived: i === 6,
    },
  ]),
);

/** The rows of `sheaf.list/1`. */
function rowsOf(json: string): readonly { readonly [header: string]: unknown }[] {
  return (JSON.parse(json) as { data: readonly { readonly [header: string]: unknown }[] }).data;
}

test('sheaf list and export show a saved view, and flags replace its parts', async () => {
  const folder = await recordedFolder(LIVES);
  using manager = await ExperimentManager.open({ dir: folder.path, env: folder.env });
  const top = ['--where', 'lr < 0.2', '--columns', 'exp_id,acc', '--sort', 'acc', '--desc', '--archived'];
  const saved = await folder.sheaf(['list', ...top, '--save-view', 'top']);
  expect(saved.stderr).toContain('Saved views/top.yaml');
  expect(await manager.view('top')).toMatchObject({ columns: ['exp_id', 'acc'], archived: true });
  const refused = await folder.sheaf(['list', '--tags', 'best', '--save-view', 'best']);
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('a view cannot keep --tags')]);
  const list = async (...words: string[]): Promise<unknown> =>
    rowsOf((await folder.sheaf(['list', '--view', 'top', '--json', ...words])).stdout);
  const { rows } = manager.list({
    where: 'lr < 0.2',
    columns: ['exp_id', 'acc'],
    sort: { field: 'acc', descending: true },
    archived: true,
  });
  expect(await list()).toEqual(rows.map(({ cells: [exp_id, acc = null] }) => ({ exp_id, acc })));
  expect(await list('--where', 'exp_id = e-2', '--columns', 'lr')).toEqual([{ lr: 0.5 }]);
  const { stdout } = await folder.sheaf(['export', '-', '--view', 'top', '--format', 'csv', '--columns', 'exp_id']);
  expect(stdout.trim().split('\n').slice(1)).toEqual(rows.map(({ experiment: { expId } }) => expId));

  writeFileSync(join(folder.path, 'views/broken.yaml'), 'where: lr <\n');
  const broken = await folder.sheaf(['list', '--view', 'broken']);
  expect([broken.exitCode, broken.stderr]).toEqual([2, expect.stringContaining('views/broken.yaml')]);
  const unknown = await folder.sheaf(['list', '--view', 'topp']);
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean top?')]);
  expect(readFileSync(join(folder.path, '.sheaf/schema/view.schema.json'), 'utf8')).toContain('A saved view');
});

test('the command of a page, run in a shell, gives the rows, cells and order of the page', async () => {
  const folder = await recordedFolder(LIVES);
  using manager = await ExperimentManager.open({ dir: folder.path, env: folder.env });
  const columns = ['exp_id', 'status', 'params.lr', 'note', '-odd', 'acc', 'loss', 'tags', 'created'];
  const requests = [
    { columns },
    { columns, where: "note = 'it''s \"x\"' or note = '-n'", sort: { field: '-odd', descending: false } },
    { columns, templates: ['mlp'], tags: ['best'], archived: true, sort: { field: 'acc', descending: true } },
    { columns: ['-odd'], status: ['failed', 'completed'], limit: 3 },
  ];
  for (const request of requests) {
    const page = await manager.page(request);
    const line = commandOf({ command: 'list', limit: 0, ...request, json: true });
    const { stdout, stderr } = await folder.run(['bash', '-c', line]);
    expect(stderr, line).toBe('');
    const listed = rowsOf(stdout);
    for (const { header, cells } of page.columns)
      expect(
        listed.map((row) => row[header]),
        line,
      ).toEqual(cells);
  }
});
