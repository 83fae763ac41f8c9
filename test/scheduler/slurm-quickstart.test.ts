import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectShown, quickstartShown, screenText } from '../support/readme.ts';
import { testFolder } from '../support/run-sheaf.ts';
import { describeSlurm, reachableProgram, userFolder } from '../support/slurm.ts';

const root: string = join(import.meta.dirname, '../..');
const quickstart: string = join(root, 'scripts/quickstart.ts');

describeSlurm('the quickstart', (cluster) => {
  test('an ordinary user goes from a template to a table of results on the cluster', async () => {
    const program = reachableProgram(cluster);
    const user = userFolder(cluster, 'sheaf1', {
      'clone/package.json': readFileSync(join(root, 'package.json'), 'utf8'),
      'clone/scripts/quickstart.ts': readFileSync(quickstart, 'utf8'),
      'clone/scripts/demonstration.ts': readFileSync(join(root, 'scripts/demonstration.ts'), 'utf8'),
    });
    const clone = join(user.path, 'clone');
    cpSync(join(root, 'examples'), join(clone, 'examples'), { recursive: true });
    mkdirSync(join(clone, 'bin'));
    symlinkSync(join(program, 'bin/sheaf'), join(clone, 'bin/sheaf'));
    const node = join(program, 'node_modules/node/bin/node');
    onTestFinished(async () => {
      await user.sheaf(['cancel', '--where', 'status in (queued, running)', '--yes'], { cwd: 'digits' });
    });

    const line = `stty cols 80 rows 500; '${node}' clone/scripts/quickstart.ts --scheduler slurm --dir digits`;
    const ran = await user.run(['script', '-qec', line, '/dev/null']);
    expect(ran, ran.stdout).toMatchObject({ exitCode: 0 });
    const screen = screenText(ran.stdout);
    expect(screen).toContain('✓ lr · 12 completed');
    expectShown(screen, quickstartShown());
    const [header = '', ...rows] = readFileSync(join(user.path, 'digits/results.csv'), 'utf8').trim().split('\n');
    expect(rows).toHaveLength(12);
    const [status, accuracy] = ['status', 'accuracy'].map((name) => header.split(',').indexOf(name));
    for (const row of rows.map((line) => line.split(','))) {
      expect(row[status ?? -1]).toBe('completed');
      expect(Number(row[accuracy ?? -1])).toBeGreaterThan(0.5);
    }
    // The jobs were the cluster's.
    const started = readFileSync(
      join(user.path, 'digits/experiments/lr_lr0.1_s1/attempts/train-1/started.json'),
      'utf8',
    );
    const { nodes } = JSON.parse(started) as { nodes: string };
    expect(nodes).toMatch(/^[a-z0-9-]+$/);
    expect(readFileSync(join(user.path, 'digits/sheaf.yaml'), 'utf8')).toContain('scheduler: slurm\n');
  }, 180_000);
});

describe('without a cluster', () => {
  function refused(env: Readonly<Record<string, string>>): { status: number | null; stderr: string; stdout: string } {
    const { path } = testFolder();
    return spawnSync(process.execPath, [quickstart, '--scheduler', 'slurm', '--dir', 'digits'], {
      cwd: path,
      env: { PATH: process.env['PATH'], INIT_CWD: path, ...env },
      encoding: 'utf8',
    });
  }

  test('the quickstart says that it is missing and how to bring one up', () => {
    const { status, stderr, stdout } = refused({ SLURM_CONF: '/nowhere/slurm.conf' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^quickstart: (?:there is no sbatch on the PATH|SLURM_CONF=\/nowhere\/slurm.conf: )/);
    expect(stderr).toContain('npm run slurm:up');
  });
});
