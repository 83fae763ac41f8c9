import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RECORDER } from '../../src/template/job/recorder.ts';
import { startProgram } from '../support/processes.ts';
import { submittedProject, temporaryFolder } from '../support/project-folder.ts';
import { HOSTILE_NAME } from '../support/hostile-name.ts';

interface Recorded {
  readonly project: string;
  readonly read: (file: string) => string;
  readonly again: (env?: Record<string, string>) => void;
}

/** Records with an environment of its own. */
function record(env: Record<string, string> = {}): Recorded {
  const project = join(temporaryFolder(), HOSTILE_NAME);
  const out = join(project, 'out');
  mkdirSync(out, { recursive: true });
  mkdirSync(join(project, '.sheaf'));
  const script = join(project, 'recorder.sh');
  writeFileSync(script, RECORDER);
  const again = (more: Record<string, string> = {}): void => {
    const { PATH = '', HOME = '' } = process.env;
    const ran = spawnSync('bash', [script], {
      env: { PATH, HOME, SHEAF_PROJECT: project, SHEAF_OUT: out, ...env, ...more },
      encoding: 'utf8',
    });
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([0, '', '']);
  };
  again();
  return { project, again, read: (file) => readFileSync(join(out, 'env', file), 'utf8') };
}

/** A PATH with the tools that any node has. */
function withoutPython(): string {
  const bin = join(temporaryFolder(), 'bin');
  mkdirSync(bin);
  const tools = ['bash', 'uname', 'date', 'mkdir', 'mv', 'rm', 'sort', 'nproc', 'stat', 'cksum', 'timeout'];
  for (const tool of tools) symlinkSync(`/usr/bin/${tool}`, join(bin, tool));
  return bin;
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('the record of what a run runs with', () => {
  test('has the machine, the packages and the useful variables', () => {
    const { read, project } = record({ LOADEDMODULES: 'cuda/12.4:gcc/13', CUDA_VISIBLE_DEVICES: '1', MY_OWN: 'x' });
    const machine = linesOf(read('machine.txt'));
    expect(machine).toContain(`host: ${execFileSync('uname', ['-n']).toString().trim()}`);
    expect(machine).toContain('modules: cuda/12.4:gcc/13');
    const version = execFileSync('python3', ['-c', 'import sys; print(sys.version.split()[0])']).toString().trim();
    expect(machine).toContain(`python version: ${version}`);
    expect(machine.filter((line) => !/^[a-z -]+: ./.test(line))).toEqual([]);
    expect(machine.map((line) => line.replace(/: .*/, ''))).toEqual(
      expect.arrayContaining(['kernel', 'os', 'cpus of the node', 'memory kib', 'ulimit -n', 'python']),
    );
    const variables = linesOf(read('variables.txt'));
    expect(variables).toContain('CUDA_VISIBLE_DEVICES=1');
    expect(variables.join('\n')).not.toContain('MY_OWN');
    const packages = linesOf(read('packages.txt'));
    expect(packages[0]).toBe(`# python ${version}`);
    expect(packages.slice(1).filter((line) => !/^\S+==\S+$/.test(line))).toEqual([]);
    const installed = execFileSync('python3', [
      '-c',
      'import importlib.metadata as m; print(len({d.metadata["Name"].lower() for d in m.distributions()}))',
    ]);
    expect(packages).toHaveLength(1 + Number(installed));
    expect(readdirSync(join(project, 'out/env')).toSorted()).toEqual(['machine.txt', 'packages.txt', 'variables.txt']);
  });

  test('makes no folder again in a project that was removed', () => {
    const { project, again } = record();
    rmSync(join(project, 'out'), { recursive: true });
    rmSync(join(project, '.sheaf'), { recursive: true });
    again();
    expect(readdirSync(project)).toEqual(['recorder.sh']);
    mkdirSync(join(project, 'out'));
    again();
    expect(readdirSync(project).toSorted()).toEqual(['out', 'recorder.sh']);
  });

  test('starts python only when packages have changed', () => {
    const folder = temporaryFolder();
    const count = join(folder, 'count');
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'lib/python3.11/site-packages'), { recursive: true });
    writeFileSync(
      join(folder, 'bin/python3'),
      `#!/bin/bash\necho x >>'${count}'\necho '# python 3.11.0'\necho 'a==1'\n`,
      {
        mode: 0o755,
      },
    );
    const { again, read, project } = record({ PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` });
    again();
    expect(readFileSync(count, 'utf8')).toBe('x\n');
    utimesSync(join(folder, 'lib/python3.11/site-packages'), 1000, 1000);
    again();
    again();
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
    expect(read('packages.txt')).toBe('# python 3.11.0\na==1\n');
    expect(readdirSync(join(project, '.sheaf/packages'))).toHaveLength(2);
  });

  test('has what can be known without python', () => {
    const { read } = record({ PATH: withoutPython() });
    expect(read('machine.txt')).toContain('kernel: Linux');
    expect(read('machine.txt')).not.toContain('python');
  });

  test('names the packages of conda, too', () => {
    const prefix = temporaryFolder();
    mkdirSync(join(prefix, 'conda-meta'));
    writeFileSync(join(prefix, 'conda-meta/pytorch-2.5.1-py3.11_cuda12.4_0.json'), '{}');
    expect(record({ CONDA_PREFIX: prefix }).read('packages.txt')).toContain(
      '\nconda pytorch-2.5.1-py3.11_cuda12.4_0\n',
    );
  });

  test('knows the image of a container by the id in its header', () => {
    const image = join(temporaryFolder(), 'a b.sif');
    const header = Buffer.alloc(128);
    header.write('SIF_MAGIC\0', 32);
    header.fill(0xab, 48, 64);
    writeFileSync(image, header);
    const { read } = record({ SHEAF_CONTAINER: image });
    expect(read('machine.txt')).toContain(`container: ${image}\ncontainer bytes: 128\n`);
    expect(read('machine.txt')).toContain(`container id: ${'ab '.repeat(16).trim()}\n`);
  });

  test('is made by run.sh in the background, and a job of no time waits a moment for it', async () => {
    const project = submittedProject({
      runs: [`(timeout 20 bash "$SHEAF_RECORDER" </dev/null >/dev/null 2>&1 &)\nsleep 0.2\n`],
      script: { recorder: '.sheaf/lib/recorder-1.sh' },
    });
    mkdirSync(join(project.root, '.sheaf/lib'));
    writeFileSync(join(project.root, '.sheaf/lib/recorder-1.sh'), RECORDER);
    const { code, output } = await startProgram(['bash', join(project.folder, 'job.sbatch')], {
      env: { SHEAF_JOB_ID: '7' },
    }).ended;
    expect(code).toBe(0);
    expect(output).not.toContain('left processes behind');
    expect(readdirSync(join(project.root, 'experiments/exp0/attempts/train-1/env')).toSorted()).toEqual([
      'machine.txt',
      'packages.txt',
      'variables.txt',
    ]);
  });

  test('that cannot be written fails nothing', () => {
    const { again, project } = record();
    writeFileSync(join(project, 'file'), '');
    for (const out of [join(project, 'file'), '']) expect(() => again({ SHEAF_OUT: out })).not.toThrow();
  });
});

describe('no secret is in the record', () => {
  test('though its variable has such a name', () => {
    const names =
      'WANDB_API_KEY HF_TOKEN AWS_SECRET_ACCESS_KEY SLURM_JWT_TOKEN CUDA_PASSWORD NCCL_AUTH PYTHON_KEYRING ' +
      'SHEAF_P_api_key SHEAF_P_Secret TORCH_CREDENTIALS UV_INDEX_PASSWORD';
    const variables = record(Object.fromEntries(names.split(' ').map((name) => [name, 'my-value']))).read(
      'variables.txt',
    );
    expect(variables).not.toContain('my-value');
  });

  const word = (charset: string, length: number) =>
    fc.array(fc.constantFrom(...charset), { minLength: length, maxLength: length }).map((chars) => chars.join(''));
  const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const secret = fc.oneof(
    word(LETTERS, 40).map((text) => `sk-${text}`),
    word(LETTERS, 34).map((text) => `hf_${text}`),
    word(LETTERS, 36).map((text) => `ghp_${text}`),
    word(LETTERS, 60).map((text) => `github_pat_${text}`),
    word('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16).map((text) => `AKIA${text}`),
    word(LETTERS, 12).map((text) => `postgres://user:${text}@db.example/x`),
    fc.tuple(word(LETTERS, 30), word(LETTERS, 30)).map(([a, b]) => `eyJ${a}.eyJ${b}.sig`),
    word(LETTERS, 30).map((text) => `-----BEGIN RSA PRIVATE KEY-----\n${text}\n-----END RSA PRIVATE KEY-----`),
    word('0123456789abcdef', 40),
    word(LETTERS, 10).map((text) => `host=db password=${text}`),
  );

  test('even in the value of another variable', () => {
    const PATH = withoutPython();
    fc.assert(
      fc.property(fc.array(fc.tuple(secret, fc.constantFrom('', ' ', '--x ', '/a/b:'))), (secrets) => {
        const given = secrets.map(([text, before], i): [string, string] => [`SLURM_S${i}`, `${before}${text}`]);
        const { read } = record({
          PATH,
          ...Object.fromEntries(given),
          LOADEDMODULES: secrets[0]?.[0] ?? 'none',
          SLURM_HARMLESS: 'node[1-4],gpu:a100:4(IDX:0-3) 7f3a-2 --export=ALL',
        });
        expect(linesOf(read('variables.txt')).filter((line) => line.startsWith('SLURM_'))).toEqual([
          'SLURM_HARMLESS=node[1-4],gpu:a100:4(IDX:0-3) 7f3a-2 --export=ALL',
        ]);
        for (const [text] of secrets) expect(read('machine.txt')).not.toContain(text);
      }),
      { numRuns: 15 },
    );
  });
});
