import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const SWEEP = ['sweep', '--template', 't', '--name', 's', '--grid', 'x=1,2,3'] as const;

function project(template: string, more: Readonly<Record<string, string>> = {}): TestFolder {
  return testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': `x: 1\n${template}`, ...more });
}

async function experiments(folder: TestFolder): Promise<string[]> {
  const { data } = JSON.parse((await folder.sheaf(['list', '--json'])).stdout) as { data: { exp_id: string }[] };
  return data.map(({ exp_id }) => exp_id).toSorted();
}

describe('sheaf sweep --submit', () => {
  test('makes nothing when the scheduler cannot give what the members ask for', async () => {
    const folder = project('mem: 900T\ncommand: "true"\n');
    const refused = await folder.sheaf([...SWEEP, '--submit', '--yes']);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('of memory');
    expect(await experiments(folder)).toEqual([]);
    writeFileSync(join(folder.path, 'templates/t.yaml'), 'x: 1\ncommand: "true"\n');
    expect(await folder.sheaf([...SWEEP, '--submit', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(await experiments(folder)).toEqual(['s_x1', 's_x2', 's_x3']);
  });

  test('says what was created when the submit itself fails, and both commands that it names work', async () => {
    const folder = project('code: {mode: snapshot, untracked_limit: 1M}\ncommand: "true"\n', {
      'big.bin': 'x'.repeat(2_000_000),
    });
    const refused = await folder.sheaf([...SWEEP, '--submit', '--yes']);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('3 experiments were created but not submitted');
    expect(await experiments(folder)).toEqual(['s_x1', 's_x2', 's_x3']);
    const [submit, remove] = [...refused.stderr.matchAll(/sheaf ((?:submit|rm) --sweep \S+)/g)].map(([, words = '']) =>
      words.split(' '),
    );
    expect((await folder.sheaf(submit ?? [])).stderr).toContain('big.bin');
    expect(await folder.sheaf(remove ?? [])).toMatchObject({ exitCode: 0 });
    expect(await experiments(folder)).toEqual([]);
  });

  test('says when members that exist keep settings that the template no longer has', async () => {
    const folder = project('mem: 1G\ncommand: "true"\n');
    await folder.sheaf([...SWEEP]);
    writeFileSync(join(folder.path, 'templates/t.yaml'), 'x: 1\nmem: 2G\ncommand: "true"\n');
    const again = await folder.sheaf([...SWEEP]);
    expect(again.stderr).toContain(
      'members that existed already keep the settings they were made with; mem changed since',
    );
    const words = /sheaf (rm --sweep s) --where "(.*?)"/.exec(again.stderr);
    await folder.sheaf([...(words?.[1] ?? '').split(' '), '--where', words?.[2] ?? '']);
    expect((await folder.sheaf([...SWEEP])).stderr).not.toContain('changed since');
    expect((await folder.sheaf(['show', 's_x1'])).stdout).toContain('2G');
  });

  test('tells the GPU time of short jobs in minutes', async () => {
    const folder = project('num_gpus: 1\ntime_limit: "00:00:40"\ncommand: "true"\n');
    expect((await folder.sheaf([...SWEEP, '--dry-run'])).stdout).toContain('at most   2 GPU minutes');
  });

  test('tells the CPU time of jobs without GPUs', async () => {
    const folder = project('cpus_per_task: 4\ntime_limit: "01:00:00"\ncommand: "true"\n');
    expect((await folder.sheaf([...SWEEP, '--dry-run'])).stdout).toContain('at most   12 CPU hours');
  });
});

describe('sheaf sweep extend', () => {
  test('says how many members are new, and how many the sweep has with them', async () => {
    const folder = project('y: 1\ncommand: "true"\n');
    await folder.sheaf([...SWEEP, '--grid', 'y=1,2']);
    const { stdout } = await folder.sheaf(['sweep', 'extend', 's', '--grid', 'y=3']);
    expect(stdout).toContain('Sweep s: 3 new of 9 experiments = 3 x × 3 y\n');
    const planned = await folder.sheaf(['sweep', 'extend', 's', '--grid', 'y=4', '--dry-run', '--json']);
    expect(JSON.parse(planned.stdout)).toMatchObject({ data: { count: 3, total: 12, shape: '3 x × 4 y' } });
  });

  test('--submit submits what never ran, and repeats nothing that failed', async () => {
    const folder = project('command: test {{ x }} = 2\n');
    await folder.sheaf([...SWEEP]);
    await folder.sheaf(['submit', 's_x1']);
    await folder.sheaf(['wait', 's_x1']);
    const extended = await folder.sheaf(['sweep', 'extend', 's', '--grid', 'x=4', '--submit']);
    expect(extended).toMatchObject({ exitCode: 0 });
    await folder.sheaf(['wait', '--sweep', 's']);
    const { stdout } = await folder.sheaf(['list', '--json']);
    const { data } = JSON.parse(stdout) as { data: { exp_id: string; status: string }[] };
    expect(Object.fromEntries(data.map(({ exp_id, status }) => [exp_id, status]))).toEqual({
      s_x1: 'failed',
      s_x2: 'completed',
      s_x3: 'failed',
      s_x4: 'failed',
    });
    expect((await folder.sheaf(['show', 's_x1', '--events'])).stdout).not.toContain('run-2');
  });
});

describe('sheaf sweep --max-parallel', () => {
  test('without --submit limits what is submitted later', async () => {
    const folder = project('command: "true"\n');
    expect((await folder.sheaf([...SWEEP, '--max-parallel', '2'])).stdout).toContain(
      '  at once   at most 2\nCreated 3.',
    );
    expect((await folder.sheaf(['submit', '--sweep', 's', '--dry-run'])).stdout).toContain('0-2%2');
    await folder.sheaf(['sweep', 'extend', 's', '--grid', 'x=4', '--max-parallel', '3']);
    expect((await folder.sheaf(['sweep', 'show', 's'])).stdout).toContain('  at once   at most 3\n');
  });
});

describe('sheaf wait', () => {
  test('refuses experiments that were never submitted, with the command that submits them', async () => {
    const folder = project('command: "true"\n');
    await folder.sheaf([...SWEEP]);
    const refused = await folder.sheaf(['wait', '--sweep', 's']);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('3 experiments have not been submitted');
    const fix = /sheaf (submit .*)/.exec(refused.stderr)?.[1] ?? '';
    await folder.sheaf(fix.split(' '));
    expect(await folder.sheaf(['wait', '--sweep', 's'])).toMatchObject({ exitCode: 0 });
  });

  test('waits for those that were submitted, and names the others', async () => {
    const folder = project('command: "true"\n');
    await folder.sheaf([...SWEEP]);
    await folder.sheaf(['submit', 's_x1', 's_x3']);
    const waited = await folder.sheaf(['wait', '--sweep', 's']);
    expect(waited.exitCode).toBe(3);
    expect(waited.stderr).toContain('1 experiment has not been submitted: sheaf submit s_x2');
    expect(waited.stdout).toContain('All ended: 2 completed');
    expect(waited.stdout).not.toContain('created');
  });
});
