import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { followPage } from '../support/follow-page.ts';
import { describeInterop } from '../support/interop.ts';
import { testFolder } from '../support/run-sheaf.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/migrate/from-wandb-sweeps.md'), 'utf8');

describeInterop('W&B sweeps', (python) => {
  test('every command of the page about W&B sweeps runs as pasted, and the program prints the same without sheaf', async () => {
    const folder = testFolder({ '.gitignore': '.venv\nwandb/\n' });
    symlinkSync(dirname(python.bin), join(folder.path, '.venv'));
    expect(await folder.run(['git', 'init', '-q'])).toMatchObject({ exitCode: 0 });
    await followPage(page, { cwd: folder.path, env: folder.env });

    // What `wandb agent` would call for this run, with the flags that it writes.
    const env = { PATH: `${python.bin}:${folder.env['PATH'] ?? ''}`, WANDB_MODE: 'offline' };
    const alone = await folder.run(['python', 'train.py', '--batch_size=8', '--epochs=9', '--lr=0.1'], { env });
    expect(alone).toMatchObject({ exitCode: 0 });
    expect((await folder.sheaf(['logs', 'line-001', '--out'])).stdout).toContain(alone.stdout);

    // A program that has no flags gets its configuration from the file of parameters.
    const [line = ''] = /wandb\.init\(config=json[^`]*(?=`)/.exec(page) ?? [];
    const reads = `import json, os, wandb\nwith ${line} as run:\n    print("lr is", wandb.config.lr)\n`;
    const template =
      'lr: 0.1\nenvironment: {venv: .venv}\nintegrations: {wandb: {mode: offline}}\ncommand: python reads.py\n';
    writeFileSync(join(folder.path, 'reads.py'), reads);
    writeFileSync(join(folder.path, 'templates/reads.yaml'), template);
    expect((await folder.sheaf(['run', 'reads', '--lr', '0.25'])).stdout).toContain('lr is 0.25');
  });
});
