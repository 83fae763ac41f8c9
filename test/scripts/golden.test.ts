import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stagesOf, type Stage } from '../../src/core/experiment/frozen.ts';
import type { CodePlace } from '../../src/template/job/code-place.ts';
import { compose, loadTemplate, openProjectConfig } from '../../src/template/index.ts';
import type { RunInput } from '../../src/template/job/run-input.ts';
import { renderRun } from '../../src/template/job/run-script.ts';
import { place, shellcheck } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'sheaf-golden-'));

afterAll(() => rmSync(folder, { recursive: true }));

const SNAPSHOT: CodePlace = {
  mode: 'snapshot',
  folder: '.sheaf/code/8c6f0a7d',
  prefix: '',
  link: [],
  copy: [],
  about: 'commit 5f3c2a1 of main, with 3 changed files',
};

/** What a project's sheaf.yaml says for each kind of project; the templates are those of people who never saw sheaf. */
const KINDS: readonly { readonly name: string; readonly settings: string; readonly code: CodePlace }[] = [
  { name: 'navsim_transfuser', settings: '', code: { ...SNAPSHOT, link: ['maps.sqf'] } },
  {
    name: 'imagenet_resnet',
    settings: `launcher: torchrun
environment: {venv: .venv, exports: {TORCH_HOME: /scratch/ann/torch}}
cpus_per_task: 64
mem: 500G
time_limit: "12:00:00"
command: python train.py --data data/{{ dataset }} {{ flags }}
`,
    code: { ...SNAPSHOT, prefix: 'vision', link: ['data'], copy: ['configs'] },
  },
  {
    name: 'llm_finetune',
    settings: `launcher: {use: torchrun, args: [--max-restarts=0]}
environment:
  modules: {purge: true, load: [cuda/12.4]}
  conda: llm
  exports: {HF_HOME: /scratch/ann/hf, HF_TOKEN: null, TOKENIZERS_PARALLELISM: false}
  setup: ulimit -n 65536
num_nodes: 2
gpu_type: h200
cpus_per_task: 32
mem: 400G
time_limit: "2-00:00:00"
requeue: {on: [timeout], max: 5, signal: USR1, before: 180}
command: python -m finetune.sft {{ flags }}
`,
    code: SNAPSHOT,
  },
  {
    name: 'ppo_atari',
    settings:
      'environment: {uv: true}\ncpus_per_task: 16\ncommand: |\n  mkdir -p videos\n  {{ launch }} ppo.py {{ flags }} --out "$SHEAF_OUT"\n',
    code: { mode: 'live', about: 'live, at commit 5f3c2a1 of main' },
  },
];

function runsOf({ name, settings, code }: (typeof KINDS)[number], projectRoot: string): RunInput[] {
  const root = join(folder, name);
  mkdirSync(join(root, 'templates'), { recursive: true });
  writeFileSync(join(root, 'sheaf.yaml'), `scheduler: slurm\n${settings}`);
  const template = readFileSync(join(import.meta.dirname, `../fixtures/templates/${name}.yaml`), 'utf8');
  writeFileSync(join(root, 'templates', `${name}.yaml`), template);
  const config = openProjectConfig({ root, env: {}, userConfig: join(root, 'none.yaml') });
  const { frozen, description, expId = '' } = compose(loadTemplate(config, name), { flags: [], sets: [] });
  return stagesOf(frozen.settings).map((stage) => ({
    ...frozen,
    expId,
    key: 'k7f3a9',
    description,
    stage,
    attempt: 1,
    first: 1,
    projectRoot,
    tags: [],
    code,
  }));
}

describe('the script of a run that does', () => {
  for (const kind of KINDS)
    for (const run of runsOf(kind, '/home/ann/research'))
      it(`${kind.name}, stage ${run.stage.name}, is one that a reader of Slurm scripts finds right`, async (context) => {
        const script = renderRun(run);
        await expect(script).toMatchFileSnapshot(`golden/${kind.name}-${run.stage.name}.sh`);
        expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
        const said = shellcheck(script);
        if (said === undefined) context.skip('shellcheck NOT RUN: this needs apt-get install shellcheck');
        expect(said).toBe('');
      });
});

/** A stand-in for the training programs, which are not here: it reads its arguments as they do, and prints them. */
const PROGRAM = `
import argparse, json, os, sys
parser = argparse.ArgumentParser()
known, rest = parser.parse_known_args()
print(json.dumps({"prefix": os.path.basename(sys.prefix), "cwd": os.getcwd(), "args": rest}))
`;

interface Told {
  readonly prefix: string;
  readonly cwd: string;
  readonly args: readonly string[];
}

describe('what can run on a CPU here ran', () => {
  const kind = (name: string): (typeof KINDS)[number] =>
    KINDS.find((each) => each.name === name) ?? expect.unreachable();

  /** On the CPU of this computer, with what a test cannot have left out. */
  function told(
    name: string,
    change: (stage: Stage) => Stage,
    files: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Told {
    const project = place();
    for (const file of files) project.write(file, file.endsWith('.py') ? PROGRAM : '');
    execFileSync('python3', ['-m', 'venv', '--without-pip', join(project.root, '.venv')]);
    const [run] = runsOf(kind(name), project.root).slice(-1);
    if (run === undefined) throw new Error('no run');
    project.write('bin/apptainer', APPTAINER, 0o755);
    // A container has one of that name; this computer may call it python3 alone.
    project.write('bin/python', '#!/bin/sh\nexec python3 "$@"\n', 0o755);
    const ended = project.job(
      { ...run, expId: 'exp_1', stage: { ...change(run.stage), name: 'train' } },
      { PATH: `${join(project.root, 'bin')}:${process.env['PATH'] ?? ''}`, ...env },
    );
    expect(ended.status, ended.stderr).toBe(0);
    const { cwd, ...rest } = JSON.parse(ended.stdout) as Told;
    return { ...rest, cwd: cwd.replace(project.root, '.') };
  }

  /** A stand-in for apptainer: it runs what follows the image unchanged. */
  const APPTAINER = '#!/bin/bash\nwhile [[ $1 != *.sif ]]; do shift; done; shift\nexec "$@"\n';

  it('PPO, in the project folder, with the Python of its uv project', () => {
    expect(told('ppo_atari', (stage) => stage, ['ppo.py'])).toEqual({
      prefix: '.venv',
      cwd: '.',
      args: expect.arrayContaining(['--env-name', 'BreakoutNoFrameskip-v4', '--hidden-sizes', '512']) as string[],
    });
  });

  it('image classification, in a folder of its own that shows its snapshot (one process, since torchrun is tried elsewhere)', () => {
    const alone = (stage: Stage): Stage => ({ ...stage, run: { ...stage.run, launcher: { use: 'none' } } });
    const files = [
      '.sheaf/code/8c6f0a7d/vision/train.py',
      '.sheaf/code/8c6f0a7d/vision/configs/a.yaml',
      'data/imagenet/x',
    ];
    const { prefix, cwd, args } = told('imagenet_resnet', alone, files);
    expect({ prefix, cwd }).toEqual({ prefix: '.venv', cwd: './experiments/exp_1/attempts/train-1/work/vision' });
    expect(args.slice(0, 4)).toEqual(['--data', 'data/imagenet', '--model', 'resnet50']);
  });

  it('the scoring of NAVSIM, through a stand-in for its container', () => {
    const here = (stage: Stage): Stage => {
      const { container, exports = {} } = stage.run.environment ?? {};
      if (container === undefined) throw new Error('no container');
      const environment = {
        exports,
        container: { ...container, image: 'train.sif', overlays: [], binds: ['maps.sqf:/data/maps'] },
      };
      return { ...stage, run: { ...stage.run, environment } };
    };
    const files = ['.sheaf/code/8c6f0a7d/navsim/planning/script/run_pdm_score.py', 'train.sif', 'maps.sqf'];
    const { args } = told('navsim_transfuser', here, files, { WANDB_API_KEY: 'x' });
    expect(args.slice(0, 2)).toEqual(['agent=transfuser_agent', 'train_test_split=navtest']);
  });
});
