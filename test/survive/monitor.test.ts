import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownProcesses, processEnvironment } from '../../src/system/index.ts';
import { startProgram, type Program } from '../support/processes.ts';
import {
  submittedProject,
  temporaryFolder,
  type ProjectOptions,
  type SubmittedProject,
} from '../support/project-folder.ts';
import { until } from '../support/until.ts';

const EVERY_SECOND = { script: { monitor: { interval: 1 } } };

function projectOf(run: string, rest: ProjectOptions = EVERY_SECOND): SubmittedProject {
  return submittedProject({ runs: [`${run}\n`], ...rest });
}

function startJob(project: SubmittedProject, env: Record<string, string | undefined> = {}): Program {
  return startProgram(['bash', join(project.folder, 'job.sbatch')], {
    env: { SHEAF_JOB_ID: '7', MARK: project.root, ...env },
  });
}

const pathOf = (project: SubmittedProject, file: string, expId = 'exp0'): string =>
  join(project.root, 'experiments', expId, 'attempts/train-1', file);

/** The lines of a table without its header; numbers as such. */
function rows(project: SubmittedProject, expId?: string): Record<string, number>[] {
  const [header = '', ...lines] = readFileSync(pathOf(project, 'usage.csv', expId), 'utf8')
    .trim()
    .split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i] ?? '', Number(value)])));
}

/** Processes of the job that live. */
const leftOf = (project: SubmittedProject): number[] =>
  ownProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => processEnvironment(pid).includes(`MARK=${project.root}`));

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('usage.csv', () => {
  test('has samples of what the processes of the job use, and nothing is left running', async () => {
    const project = projectOf(
      `python3 -c 'x = bytearray(80 * 2**20); f = open("data", "wb"); f.write(x); f.flush(); import os; os.fsync(f.fileno())
import time
end = time.process_time() + 1
while time.process_time() < end: pass
time.sleep(2)'`,
    );
    expect((await startJob(project).ended).code).toBe(0);
    expect(readFileSync(pathOf(project, 'usage.csv'), 'utf8')).toMatch(
      /^time,processes,cpu_s,rss_kib,read_bytes,written_bytes\n(\d{4}-\d\d-\d\dT[\d:.]+Z,\d+,\d+\.\d\d,\d+,\d+,\d+\n)+$/,
    );
    const last = rows(project).at(-1);
    expect(last?.['cpu_s']).toBeGreaterThan(0.9);
    expect(last?.['cpu_s']).toBeLessThan(60);
    expect(last?.['rss_kib']).toBeGreaterThan(80 * 1024);
    expect(last?.['rss_kib']).toBeLessThan(2000 * 1024);
    expect(last?.['processes']).toBeGreaterThanOrEqual(3);
    expect(last?.['processes']).toBeLessThan(8);
    expect(leftOf(project)).toEqual([]);
  });

  test('has one or two samples of a job of two seconds, though the interval is long', async () => {
    const project = projectOf('sleep 2', { script: { monitor: { interval: 600 } } });
    await startJob(project).ended;
    expect([1, 2]).toContain(rows(project).length);
    expect(leftOf(project)).toEqual([]);
  });

  test('is left by a job that is cancelled', async () => {
    const project = projectOf('echo ready; sleep 1000; true');
    const job = startJob(project);
    await until(() => existsSync(pathOf(project, 'usage.csv')) && rows(project).length > 0);
    for (const pid of leftOf(project)) endIfThere(pid);
    expect((await job.ended).code).toBe(143);
    expect(rows(project).length).toBeGreaterThan(0);
    expect(leftOf(project)).toEqual([]);
  });

  test('and its monitor end when the shell of the job was killed', async () => {
    const { log: _, ...env } = withSmi();
    const project = projectOf('sleep 900; true');
    const job = startJob(project, env);
    const smi = (): number[] => leftOf(project).filter((pid) => commandLine(pid).startsWith('nvidia-smi-stand-in'));
    await until(() => smi().length === 1);
    job.child.kill('SIGKILL');
    await until(() => smi().length === 0);
    expect(job.child.signalCode ?? (await job.ended).signal).toBe('SIGKILL');
    for (const pid of leftOf(project)) process.kill(pid, 'SIGKILL');
  });

  test('is not written if nothing is to be recorded', async () => {
    const project = projectOf('sleep 1.2', { script: { monitor: { interval: 0 } } });
    await startJob(project).ended;
    expect(existsSync(pathOf(project, 'usage.csv'))).toBe(false);
  });

  test('is one for each member of a pack, and keeps apart what they use', async () => {
    const busy = `python3 -c 'import time
x = bytearray(100 * 2**20)
time.sleep(2.5)'\n`;
    const project = submittedProject({ runs: [busy, 'sleep 2.5\n'], pack: { size: 2 }, ...EVERY_SECOND });
    expect((await startJob(project).ended).code).toBe(0);
    const peak = (expId: string): number => Math.max(...rows(project, expId).map((row) => row['rss_kib'] ?? 0));
    expect(peak('exp0')).toBeGreaterThan(100 * 1024);
    expect(peak('exp1')).toBeLessThan(100 * 1024);
    expect(leftOf(project)).toEqual([]);
  });

  test('that cannot be written does not fail the job', async () => {
    const project = projectOf('sleep 1.2; exit 4');
    mkdirSync(pathOf(project, 'usage.csv'), { recursive: true });
    mkdirSync(pathOf(project, 'gpu.csv'));
    expect((await startJob(project, withSmi()).ended).code).toBe(4);
    expect(leftOf(project)).toEqual([]);
  });
});

/**
 * A stand-in for nvidia-smi, for machines without a GPU: it is called as the real one is, writes down with which words, and
 * prints the table that a real one printed.
 */
function withSmi(text?: string): Record<string, string> & { readonly log: string } {
  const folder = temporaryFolder();
  const log = join(folder, 'called');
  const table =
    text ??
    'timestamp, index, name, utilization.gpu [%], utilization.memory [%], memory.used [MiB], memory.total [MiB], power.draw [W], temperature.gpu\n' +
      '2026/11/23 21:04:56.362, 0, NVIDIA H100 80GB HBM3, 0 %, 0 %, 0 MiB, 81559 MiB, 72.51 W, 40\n';
  writeFileSync(join(folder, 'table'), table);
  writeFileSync(
    join(folder, 'nvidia-smi'),
    `#!/bin/bash\n# A stand-in for nvidia-smi of the tests.\nprintf '%s\\n' "$*" >'${log}'\ncat '${join(folder, 'table')}'\nexec -a nvidia-smi-stand-in sleep 1000\n`,
  );
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  return { PATH: `${folder}:${process.env['PATH'] ?? ''}`, log };
}

describe('gpu.csv', () => {
  const QUERY =
    '--format=csv --query-gpu=timestamp,index,name,utilization.gpu,utilization.memory,memory.used,memory.total,power.draw,temperature.gpu';

  test.each([
    ['2,3', `-i 2,3 -l 1 ${QUERY}`],
    ['GPU-8f2a-11', `-i GPU-8f2a-11 -l 1 ${QUERY}`],
    ['MIG-5', `-l 1 ${QUERY}`],
    [undefined, `-l 1 ${QUERY}`],
  ])('is what nvidia-smi says of the GPUs of the job: %s', async (gpus, words) => {
    const { log, ...env } = withSmi();
    const project = projectOf('sleep 1');
    expect((await startJob(project, { ...env, CUDA_VISIBLE_DEVICES: gpus }).ended).code).toBe(0);
    expect(readFileSync(log, 'utf8')).toBe(`${words}\n`);
    expect(readFileSync(pathOf(project, 'gpu.csv'), 'utf8').split('\n')).toHaveLength(3);
    expect(leftOf(project)).toEqual([]);
  });

  test.each([
    ['no GPU was given to it', { CUDA_VISIBLE_DEVICES: '' }],
    ['Slurm gave it none', { CUDA_VISIBLE_DEVICES: undefined, SLURM_JOB_ID: '12' }],
  ])('is missing if %s', async (_, given) => {
    const { log, ...env } = withSmi();
    const project = projectOf('sleep 0.5');
    await startJob(project, { ...env, ...given }).ended;
    expect([existsSync(log), existsSync(pathOf(project, 'gpu.csv'))]).toEqual([false, false]);
  });

  test('is not written if nvidia-smi finds no driver', async () => {
    const { log: _, ...env } = withSmi('NVIDIA-SMI has failed because it could not communicate with the driver.\n');
    const project = projectOf('sleep 1');
    expect((await startJob(project, env).ended).code).toBe(0);
    expect(existsSync(pathOf(project, 'gpu.csv'))).toBe(false);
  });

  test('is not written without nvidia-smi', async () => {
    const project = projectOf('sleep 0.5');
    await startJob(project).ended;
    expect(existsSync(pathOf(project, 'gpu.csv'))).toBe(false);
  });
});

/** One that was there a moment ago may have ended by itself, as a sampler does. */
function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' });
  }
}
