import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

const page = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../docs/reference', `${name}.md`), 'utf8');

/** The paths in the first column of the tables of a page. */
function pathsOn(name: string): readonly string[] {
  const cells = [...page(name).matchAll(/^\| (`[^|]*`) \|/gm)].map(([, cell = '']) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path.replace(/\/$/, '')));
}

const TEMPLATE = `data: null
inputs: {notes: {path: notes.txt, walk: job}}
command: python3 train.py
harvest:
  loss: { metrics: true }
`;
const TRAIN = `import json, os
with open(os.environ["SHEAF_METRICS"], "a") as log:
    print(json.dumps({"step": 1, "loss": 0.5}), file=log)
`;

test('the pages about files name every file that sheaf makes in a project, an experiment and an attempt', async () => {
  const folder = testFolder({ 'train.py': TRAIN, 'notes.txt': 'a', 'templates/t.yaml': TEMPLATE });
  const list = (path: string): string[] => readdirSync(join(folder.path, path));
  expect(await folder.run(['git', 'init', '-q'])).toMatchObject({ exitCode: 0 });
  for (const words of [['init'], ['run', 't', 'e', '--data', 'x'], ['list', '--sort', 'loss', '--save-view', 'best']]) {
    expect(await folder.sheaf(words)).toMatchObject({ exitCode: 0 });
  }
  const own = ['.git', 'train.py', 'notes.txt'];
  const inProject = list('.').filter((name) => !own.includes(name));
  const inSheaf = list('.sheaf').map((name) => `.sheaf/${name}`);
  const inExperiment = list('experiments/e').map((name) => (name === 'attempts' ? 'attempts/<stage>-<n>' : name));
  const described = pathsOn('files');
  expect([...inProject, ...inSheaf, ...inExperiment].filter((path) => !described.includes(path))).toEqual([]);
  const inAttempt = list('experiments/e/attempts/train-1').filter((name) => !name.startsWith('.'));
  expect(inAttempt).toContain('metrics.jsonl');
  expect(inAttempt.filter((name) => !pathsOn('job-records').includes(name))).toEqual([]);
});
