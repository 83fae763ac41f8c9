import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const TEMPLATE = `x: 1
command: echo "acc=0.{{ x }}"
harvest: { acc: { log: 'acc=(\\S+)' } }
`;

async function madeFolder(...names: readonly string[]): Promise<TestFolder> {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': TEMPLATE });
  for (const name of names) await folder.sheaf(['new', '--exp-id', name, '--template', 't', '--description', 'd']);
  return folder;
}

const pathOf = (folder: TestFolder, ...names: readonly string[]): string => join(folder.path, 'experiments', ...names);

const hasFolder = (folder: TestFolder, expId: string): boolean => existsSync(pathOf(folder, expId));

/** As versions made it that wrote the copies at once. */
function makeOldFolder(folder: TestFolder, expId: string): void {
  mkdirSync(pathOf(folder, expId), { recursive: true });
  writeFileSync(pathOf(folder, expId, 'experiment.yaml'), 'old\n');
}

describe('the folder of an experiment', () => {
  test('is made by its first submission, with experiment.yaml; show says so before', async () => {
    const folder = await madeFolder('a');
    await folder.sheaf(['sweep', '--template', 't', '--name', 's', '--grid', 'x=1,2', '--yes']);
    await folder.sheaf(['clone', 'a', 'b', '--x', '3']);
    expect(existsSync(pathOf(folder))).toBe(false);
    const path = pathOf(folder, 'a');
    expect((await folder.sheaf(['show', 'a'])).stdout).toContain(`${path} (the first submit makes it)\n`);
    const { data } = JSON.parse((await folder.sheaf(['show', 'a', '--json'])).stdout) as { data: object };
    expect(data).toMatchObject({ folder: path, files: [] });
    await folder.sheaf(['note', 'a', 'seen before the submit']);

    await folder.sheaf(['submit', 'a', '--wait']);
    const after = (await folder.sheaf(['show', 'a'])).stdout;
    expect(after).toContain(`${path}\n`);
    expect(after).not.toContain('first submit');
    expect(readFileSync(join(path, 'experiment.yaml'), 'utf8')).toContain('seen before the submit');
    expect(['b', 's_x1', 's_x2'].filter((expId) => hasFolder(folder, expId))).toEqual([]);
    await folder.sheaf(['submit', '--sweep', 's', '--yes']);
    for (const expId of ['s_x1', 's_x2']) expect(hasFolder(folder, expId), expId).toBe(true);
    await folder.sheaf(['wait', '--sweep', 's']);
  });

  test('is made by none of the commands that look at an experiment or its results', async () => {
    const folder = await madeFolder('a');
    for (const words of ['show a --script', 'submit a --dry-run', 'status', 'list', 'harvest --all', 'export -']) {
      const { exitCode, stderr } = await folder.sheaf(words.split(' '));
      expect(exitCode, `${words}: ${stderr}`).toBe(0);
    }
    for (const [words, said] of [
      ['logs a', 'a has no log: it has no job yet'],
      ['tail a', 'a has no log: it has no job yet'],
      ['shell a', 'a does not run now'],
      ['checkout a elsewhere', 'a has no code on record yet'],
      ['plot acc -o acc.svg', 'no experiment has a metric "acc"'],
    ] as const) {
      expect((await folder.sheaf(words.split(' '))).stderr).toContain(said);
    }
    expect(existsSync(pathOf(folder))).toBe(false);
    expect((await folder.sheaf(['doctor'])).stdout).toContain('folders: one for each of 0 submitted experiments');
    expect(existsSync(pathOf(folder))).toBe(false);
  });

  test('is not needed to rename or remove an experiment', async () => {
    const folder = await madeFolder('a', 'b');
    expect((await folder.sheaf(['rename', 'a', 'c'])).exitCode).toBe(0);
    expect((await folder.sheaf(['rm', 'b', '--yes'])).exitCode).toBe(0);
    expect(existsSync(pathOf(folder))).toBe(false);
    expect((await folder.sheaf(['submit', 'c', '--wait'])).exitCode).toBe(0);
    expect(readFileSync(pathOf(folder, 'c/experiment.yaml'), 'utf8')).toContain('c');
  });

  test('that an older version made at once is left as it is, and follows a rename and a removal', async () => {
    const folder = await madeFolder('a', 'b');
    for (const expId of ['a', 'b']) makeOldFolder(folder, expId);
    writeFileSync(pathOf(folder, 'a/weights.pt'), '');
    expect((await folder.sheaf(['doctor'])).exitCode).toBe(0);
    expect(readFileSync(pathOf(folder, 'b/experiment.yaml'), 'utf8')).toBe('old\n');
    await folder.sheaf(['rename', 'a', 'c']);
    expect(existsSync(pathOf(folder, 'c/weights.pt'))).toBe(true);
    expect(readFileSync(pathOf(folder, 'c/experiment.yaml'), 'utf8')).not.toBe('old\n');
    await folder.sheaf(['rm', 'b', '--yes']);
    expect(['a', 'b'].filter((expId) => hasFolder(folder, expId))).toEqual([]);
    await folder.sheaf(['submit', 'c', '--wait']);
    expect(existsSync(pathOf(folder, 'c/attempts/train-1/run.sh'))).toBe(true);
  });

  test('gets its experiment.yaml at the first submission even if one of an older experiment is there', async () => {
    const folder = await madeFolder('a');
    makeOldFolder(folder, 'a');
    await folder.sheaf(['submit', 'a', '--wait']);
    expect(readFileSync(pathOf(folder, 'a/experiment.yaml'), 'utf8')).toContain('x: 1');
  });
});
