import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/project-folder.ts';

const root: string = join(import.meta.dirname, '../..');

/** `npm run example`, after the build. */
function runExample(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  const ended = spawnSync(process.execPath, [join(root, 'scripts/example.ts'), ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: folder, SHEAF_LOCAL_DIR: join(folder, 'local'), ...env },
  });
  return { folder, ...ended };
}

describe('npm run example', () => {
  test('runs the commands of a README from nothing to a table and a figure', () => {
    const { folder, status, stdout, stderr } = runExample(['digits', '--dir', 'demo']);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('$ sheaf run softmax lr');
    expect(stdout).toContain('6 completed');
    expect(readFileSync(join(folder, 'demo/table.md'), 'utf8')).toMatch(/^\| learning_rate \|.*\n(\|.*\n){4}$/);
    expect(readFileSync(join(folder, 'demo/figure.svg'), 'utf8')).toContain('<svg');
    const again = runExample(['digits', '--dir', join(folder, 'demo')]);
    expect(again.stderr).toContain('is not empty: choose another --dir');
  });

  test('says what a Python lacks and how to install it, before it makes anything', (context) => {
    if (!existsSync(join(root, 'examples/rl'))) context.skip('there is no example that needs packages');
    const python = join(temporaryFolder(), 'env/bin/python3');
    execFileSync('python3', ['-m', 'venv', '--without-pip', join(python, '../..')]);
    const { status, stdout, stderr } = runExample(['rl'], { SHEAF_EXAMPLES_PYTHON: python, PYTHONPATH: '' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/env\/bin\/python3 lacks Python packages: .*stable-baselines3\S* is not installed/);
    expect(stderr).toMatch(/(uv pip install --python|-m ensurepip && ).* 'stable-baselines3/);
    expect(stderr).toContain('node scripts/examples-python.ts');
  });

  test('lists the examples for an unknown name', () => {
    const { status, stderr } = runExample(['nothing']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/the examples are: .*digits/);
  });
});
