import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findMount } from '../../src/core/disk/mounts.ts';
import type { DiskJson } from '../../src/json/index.ts';
import { ordinaryUser } from '../support/ordinary-user.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const TEMPLATE = `
seed: 1
checkpoint: {files: 'ck/step_{step}.pt'}
command: |
  mkdir -p "$SHEAF_OUT/ck" && head -c 300000 /dev/zero | tr '\\0' x > "$SHEAF_OUT/ck/step_1.pt"
  echo "loss=0.{{ seed }}"
harvest:
  loss: {log: 'loss=(\\S+)'}
`;

/** Two runs that completed. */
async function ran(): Promise<TestFolder> {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': TEMPLATE });
  const swept = await folder.sheaf(['sweep', '--template', 't', '--name', 's', '--grid', 'seed=1,2', '--submit']);
  expect(swept, swept.stderr).toMatchObject({ exitCode: 0 });
  await folder.sheaf(['wait', '--sweep', 's']);
  return folder;
}

/** Later: what was changed within the last minute is never remembered. */
const LATER = { SHEAF_TEST_CLOCK_OFFSET_MS: '120000' };

async function diskOf(folder: TestFolder, ...words: string[]): Promise<DiskJson> {
  const { stdout, stderr } = await folder.sheaf(['info', '--disk', '--json', ...words], { env: LATER });
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { data: DiskJson }).data;
}

describe('sheaf info --disk', () => {
  test('shows checkpoints, logs and results apart, and sums them up by sweep', async () => {
    const folder = await ran();
    const { experiments, kinds, groups, total } = await diskOf(folder, '--by', 'sweep');
    expect(experiments.count).toBe(2);
    expect(kinds['checkpoints']?.inodes).toBe(2);
    expect(kinds['checkpoints']?.bytes).toBeGreaterThanOrEqual(600_000);
    expect(kinds['logs']?.inodes).toBeGreaterThanOrEqual(2);
    expect(kinds['results']?.inodes).toBeGreaterThanOrEqual(2);
    expect(groups?.rows.map(({ name, experiments: count }) => [name, count])).toEqual([['s', 2]]);
    expect(total.inodes).toBeGreaterThan(experiments.inodes);
    const { stdout } = await folder.sheaf(['info', '--disk', '--by', 'template']);
    expect(stdout).toMatch(/^part\tbytes\tinodes\nexperiments \(2\)\t\d+\t\d+\n {2}checkpoints\t\d+\t2\n/);
    expect(stdout).toMatch(/\ntemplate\texperiments\tbytes\tinodes\nt\t2\t\d+\t\d+\n/);
    expect(stdout).toMatch(/\n {2}files of sheaf {2}.* inodes\n {2}quota/);
  });

  test('remembers what has ended until the record or a folder changes; --fresh measures again', async () => {
    const folder = await ran();
    const before = await diskOf(folder);
    const inside = join(folder.path, 'experiments/s_s1/attempts/train-1/ck/step_2.pt');
    writeFileSync(inside, 'x'.repeat(100_000));
    // A change that deep inside is not seen.
    const remembered = await diskOf(folder);
    expect(remembered.kinds['checkpoints']).toEqual(before.kinds['checkpoints']);
    expect(remembered.measured_at).toBe(before.measured_at);
    expect((await diskOf(folder, '--fresh')).kinds['checkpoints']?.inodes).toBe(3);
    expect((await diskOf(folder)).kinds['checkpoints']?.inodes).toBe(3);
    rmSync(inside);
    await folder.sheaf(['tag', 's_s1', '--add', 'good']);
    expect((await diskOf(folder)).kinds['checkpoints']?.inodes).toBe(2);
    mkdirSync(join(folder.path, 'experiments/s_s2/attempts/train-1/more'));
    expect((await diskOf(folder)).experiments.inodes).toBeGreaterThan(remembered.experiments.inodes);
  });

  test('names a folder that it may not read, and counts the rest', async () => {
    const folder = await ran();
    const secret = join(folder.path, 'experiments/s_s1/attempts/train-1/secret');
    mkdirSync(secret);
    const run = ordinaryUser(folder);
    chmodSync(secret, 0);
    const { stderr, exitCode } = await run(['sheaf', 'info', '--disk']);
    expect({ stderr, exitCode }).toEqual({
      stderr: `warning: 1 folder or file could not be read and is not counted: ${secret}\n`,
      exitCode: 0,
    });
  });
});

describe('a submit', () => {
  test('warns if its runs will not fit in a quota, and submits them', async () => {
    const folder = await ran();
    const type = findMount(readFileSync('/proc/self/mountinfo', 'utf8'), folder.path)?.type ?? '';
    if (!['ext4', 'xfs', 'nfs4', 'nfs', 'zfs'].includes(type)) {
      console.warn(`SKIPPED: no quota is asked for on ${type}`);
      return;
    }
    const quota = join(folder.path, '../bin/quota');
    const lines = [
      'Disk quotas for user ada (uid 1001): ',
      '     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace',
      '      /dev/sda1   29000       0   30000       0   29990       0   30000       0',
    ];
    writeFileSync(quota, `#!/bin/sh\nprintf '%s\\n' '${lines.join("' '")}'\n`, { mode: 0o755 });
    const words = ['sweep', '--template', 't', '--name', 'big', '--grid', 'seed=3,4,5,6', '--submit', '--json'];
    const { stdout, exitCode } = await folder.sheaf(words);
    expect(exitCode).toBe(0);
    const { warnings } = JSON.parse(stdout) as { warnings: string[] };
    expect(warnings).toEqual([
      expect.stringMatching(
        /^4 runs write about 1\.\d MiB \(\d+ KiB each, as 2 past runs of t did\); 1000 KiB are left of your quota on \//,
      ),
      expect.stringMatching(
        /^4 runs write about \d+ files \(.*; 10 files are left of your quota on .*sheaf checkpoints prune/,
      ),
    ]);
    await folder.sheaf(['cancel', '--sweep', 'big', '--yes']);
  });
});
