import { globSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { followPage } from '../support/follow-page.ts';
import { describeInterop } from '../support/interop.ts';
import { testFolder } from '../support/run-sheaf.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/migrate/from-seml.md'), 'utf8');

describeInterop('SEML', (python) => {
  test('every command of the page about SEML runs as pasted, and the program has the same result with Sacred and without', async () => {
    const folder = testFolder({ '.gitignore': '.venv\n' });
    symlinkSync(dirname(python.bin), join(folder.path, '.venv'));
    // Sacred records the commit, and fails without one.
    const commit = 'git init -q; git add -A; git -c user.name=a -c user.email=a@b.c commit -qm "A beginning"';
    expect(await folder.run(['bash', '-euc', commit])).toMatchObject({ exitCode: 0 });
    await followPage(page, { cwd: folder.path, env: folder.env });

    const read = (path: string): unknown => JSON.parse(readFileSync(join(folder.path, 'experiments', path), 'utf8'));
    const withSacred = read('curve-001_s2_mp3_ol0.3/attempts/train-1/sacred/1/run.json') as { result: unknown };
    expect(read('curve-002/attempts/train-1/results.json')).toEqual(withSacred.result);
    // Sacred gets numbers as numbers.
    expect(read('curve-001_s2_mp3_ol0.3/attempts/train-1/sacred/1/config.json')).toMatchObject({
      model: { powers: 3 },
      optimizer: { lr: 0.3 },
      seed: 2,
    });
    expect(globSync('experiments/curve-001*/attempts/train-1/sacred', { cwd: folder.path })).toHaveLength(6);
  });
});
