import { globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { followPage } from '../support/follow-page.ts';
import { describeInterop } from '../support/interop.ts';
import { testFolder } from '../support/run-sheaf.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/migrate/from-hydra.md'), 'utf8');

describeInterop('Hydra and submitit', (python) => {
  test('every command of the page about Hydra runs as pasted, and a multirun of submitit and the sweep have the same results', async () => {
    const folder = testFolder({ '.gitignore': '.venv\nmultirun/\n' });
    const read = (path: string): string => readFileSync(join(folder.path, path), 'utf8');
    symlinkSync(dirname(python.bin), join(folder.path, '.venv'));
    expect(await folder.run(['git', 'init', '-q'])).toMatchObject({ exitCode: 0 });
    await followPage(page, { cwd: folder.path, env: folder.env });

    // The launcher for this machine has no partitions.
    const config = read('conf/config.yaml');
    writeFileSync(
      join(folder.path, 'conf/config.yaml'),
      config.replace('submitit_slurm', 'submitit_local').replace(/ +partition:.*\n/, ''),
    );
    const path = `${python.bin}:${folder.env['PATH'] ?? ''}`;
    expect(await folder.run(['bash', 'multirun.sh'], { env: { PATH: path } })).toMatchObject({ exitCode: 0 });
    const results = (model: string, seed: number): string =>
      read(`experiments/curve-001_m${model}_s${seed}/attempts/train-1/metrics.json`);
    const ofSheaf = ['line', 'cubic'].flatMap((model) => [1, 2, 3].map((seed) => results(model, seed)));
    const ofSubmitit = globSync('multirun/*/*/*/metrics.json', { cwd: folder.path })
      .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .map(read);
    expect(ofSheaf).toEqual(ofSubmitit);
  });
});
