import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Container, RunEnvironment } from '../../src/core/settings/run-settings.ts';
import type { Resources } from '../../src/core/settings/settings.ts';
import { place, problemsOf, type Place, type RunChange } from './support.ts';
import { checkCommand } from '../../src/template/render/command.ts';
import { buildContext, renderRun } from '../../src/template/job/run-script.ts';
import { runProblems } from '../../src/template/render/run-texts.ts';
import { runOf } from './support.ts';

function run(environment: RunEnvironment, command = 'true', resources: Resources = {}): RunChange {
  return { params: { name: "o'k $(x)" }, stage: { command, resources, run: { environment } } };
}

const SHOW = (...names: string[]): string => names.map((name) => `printf '%s|' "\${${name}-unset}"`).join('\n');

describe('variables', () => {
  it('have the values that exports give, with parameters in them', () => {
    const environment = { exports: { HF_HOME: '/scratch/{{ name }}/hf', N: 4, FAST: true, EMPTY: '' } };
    const ended = place().job(run(environment, SHOW('HF_HOME', 'N', 'FAST', 'EMPTY')));
    expect(ended).toMatchObject({ status: 0, stdout: "/scratch/o'k $(x)/hf|4|true||" });
  });

  it('without a value come from the caller: passed on, and in no text', () => {
    const change = run({ exports: { HF_TOKEN: null } }, SHOW('HF_TOKEN'));
    expect(place().job(change, { HF_TOKEN: 's3cret $x' })).toMatchObject({ status: 0, stdout: 's3cret $x|' });
    expect(place().job(change)).toMatchObject({
      status: 78,
      stdout: '',
      stderr: 'sheaf: HF_TOKEN must be set where the job is submitted: export HF_TOKEN=…, and submit again\n',
    });
  });

  it('for W&B are the same in every attempt of a job, and not there by hand', () => {
    const names = SHOW('WANDB_RUN_ID', 'WANDB_RESUME', 'WANDB_NAME');
    expect(place().job(run({}, names)).stdout).toBe('k7f3a-train|allow|exp_1|');
    expect(place().hand(run({}, names)).stdout).toBe('unset|unset|unset|');
    expect(place().job(run({ exports: { WANDB_RUN_ID: 'mine' } }, names)).stdout).toBe('mine|allow|exp_1|');
  });

  it("tell each process how many CPUs it has; the user's settings take precedence", () => {
    const threads = (environment: RunEnvironment, resources: Resources): string =>
      place().job(run(environment, SHOW('OMP_NUM_THREADS', 'MKL_NUM_THREADS'), resources), { OMP_NUM_THREADS: '99' })
        .stdout;
    expect(threads({}, { cpus_per_task: 8 })).toBe('8|8|');
    expect(threads({}, {})).toBe('99|unset|');
    expect(threads({ threads: 3 }, { cpus_per_task: 8 })).toBe('3|3|');
    expect(threads({ threads: false }, { cpus_per_task: 8 })).toBe('99|unset|');
    expect(threads({ exports: { OMP_NUM_THREADS: 1 } }, { cpus_per_task: 8 })).toBe('1|8|');
    expect(threads({}, { cpus_per_task: 8, pack: { size: 4 } })).toBe('2|2|');
  });

  it('of NCCL are set for several GPUs only, and leave alone what is set', () => {
    const names = SHOW('NCCL_DEBUG', 'NCCL_P2P_DISABLE');
    const nccl = (environment: RunEnvironment, resources: Resources, env = {}): string =>
      place().job(run(environment, names, resources), env).stdout;
    expect(nccl({}, { num_gpus: 1, gpu_type: 'a100' })).toBe('unset|unset|');
    expect(nccl({}, { num_gpus: 2, gpu_type: 'a100' })).toBe('WARN|unset|');
    expect(nccl({}, { num_gpus: 1, num_nodes: 2 })).toBe('WARN|unset|');
    expect(nccl({}, { num_gpus: 2, gpu_type: 'nvidia_rtx4090' })).toBe('WARN|1|');
    expect(nccl({}, { num_gpus: 2, gpu_type: 'rtx_4090' })).toBe('WARN|1|');
    expect(nccl({ nccl: 'RTX 4090' }, { num_gpus: 2 }, { NCCL_DEBUG: 'INFO' })).toBe('INFO|1|');
    expect(nccl({ nccl: false }, { num_gpus: 2 })).toBe('unset|unset|');
    expect(nccl({ exports: { NCCL_DEBUG: 'TRACE' } }, { num_gpus: 2 })).toBe('TRACE|unset|');
    expect(problemsOf(() => renderRun(runOf(run({ nccl: 'h1000' }, 'true', { num_gpus: 2 }))))).toMatchObject([
      { code: 'environment.nccl', fix: 'did you mean h100?' },
    ]);
  });

  it('have names that are names', () => {
    expect(problemsOf(() => renderRun(runOf(run({ exports: { 'a;touch x': 1 } }))))).toMatchObject([
      { code: 'environment.variable' },
    ]);
  });
});

describe('setup', () => {
  it('is shell text after everything else, in the project folder, with values quoted for their context', () => {
    const setup = 'mine() { printf "%s" "$1"; }\nexport A={{ name }} B="{{ name }}/$HF_HOME"\npwd > where';
    const project = place();
    const ended = project.job(run({ exports: { HF_HOME: 'hf' }, setup }, `${SHOW('A', 'B')}\nmine x\ncat where`));
    expect(ended).toMatchObject({ status: 0, stdout: `o'k $(x)|o'k $(x)/hf|x${project.root}\n` });
  });

  it('is refused with its place when a value cannot be quoted there', () => {
    const setup = 'cat <<EOF\n{{ name }}\nEOF';
    expect(problemsOf(() => renderRun(runOf(run({ setup }))))).toMatchObject([
      {
        code: 'command.place',
        at: { file: 'environment.setup' },
        fix: expect.stringContaining('$SHEAF_P_name') as string,
      },
    ]);
  });
});

describe('a virtual environment', () => {
  function withVenv(folder: string): Place {
    const project = place();
    execFileSync('python3', ['-m', 'venv', '--without-pip', join(project.root, folder)]);
    return project;
  }

  it('is active, also one of uv, which is told to leave it alone', () => {
    const show = 'python -c "import sys; print(sys.prefix)"';
    const project = withVenv('my env');
    expect(project.job(run({ venv: './my env' }, show))).toMatchObject({
      status: 0,
      stdout: `${project.root}/my env\n`,
    });
    const uv = withVenv('sub/.venv');
    const ended = uv.job(run({ uv: 'sub/' }, `${show}; ${SHOW('UV_PROJECT_ENVIRONMENT', 'UV_NO_SYNC', 'UV_OFFLINE')}`));
    expect(ended).toMatchObject({ status: 0, stdout: `${uv.root}/sub/.venv\n${uv.root}/sub/.venv|1|1|` });
  });

  it('that is missing, or whose Python is gone, is reported in one line before anything runs', () => {
    const project = withVenv('env');
    rmSync(join(project.root, 'env/bin/python'));
    expect(project.job(run({ venv: 'env' }, 'echo ran'))).toMatchObject({
      status: 78,
      stdout: '',
      stderr: 'sheaf: there is no usable virtual environment in env: make it with: python3 -m venv env\n',
    });
    expect(project.job(run({ uv: '.' }, 'echo ran')).stderr).toBe(
      'sheaf: there is no usable virtual environment in .venv: make it with: uv sync --project .\n',
    );
  });
});

describe('conda', () => {
  /** A stand-in for a conda installation: its conda.sh says what it was asked for, and knows two environments. */
  const STAND_IN = `conda() { [ "$1" = activate ] && case $2 in vision|*/envs/*) export ACTIVE=$2 ;; *) return 1 ;; esac; }`;

  it.each(['opt/miniforge3', 'a b/anaconda3'])(
    'is found by its program in %s, and the environment is active',
    (root) => {
      const project = place();
      project.write(`${root}/etc/profile.d/conda.sh`, STAND_IN);
      project.write(`${root}/condabin/conda`, '', 0o755);
      const env = { CONDA_EXE: join(project.root, root, 'bin/conda') };
      expect(project.job(run({ conda: { env: 'vision' } }, SHOW('ACTIVE')), env)).toMatchObject({
        status: 0,
        stdout: 'vision|',
      });
      const path = { PATH: `${join(project.root, root, 'condabin')}:${process.env['PATH'] ?? ''}` };
      expect(project.job(run({ conda: { env: 'vision' } }, SHOW('ACTIVE')), path)).toMatchObject({
        status: 0,
        stdout: 'vision|',
      });
      expect(project.job(run({ conda: { env: 'vision', root } }, SHOW('ACTIVE')))).toMatchObject({ stdout: 'vision|' });
    },
  );

  it('takes an environment by its path, and reports what is missing in one line', () => {
    const project = place();
    project.write('c/etc/profile.d/conda.sh', STAND_IN);
    mkdirSync(join(project.root, 'envs/a b/conda-meta'), { recursive: true });
    const active = (env: string): ReturnType<Place['job']> =>
      project.job(run({ conda: { env, root: 'c' } }, SHOW('ACTIVE')));
    expect(active('envs/a b').stdout).toBe(`${project.root}/envs/a b|`);
    expect(active('envs/gone')).toMatchObject({
      status: 78,
      stderr: 'sheaf: there is no conda environment in envs/gone: make it, or correct environment.conda\n',
    });
    expect(active('gone')).toMatchObject({
      status: 78,
      stderr:
        'sheaf: the conda environment gone cannot be activated: see conda env list, and correct environment.conda\n',
    });
    expect(project.job(run({ conda: { env: 'x', root: '/nowhere' } }))).toMatchObject({
      status: 78,
      stderr: 'sheaf: there is no conda in /nowhere: correct environment.conda.root\n',
    });
  });
});

describe('modules', () => {
  const initialised = [
    '/usr/share/modules/init/bash',
    '/etc/profile.d/modules.sh',
    '/usr/share/lmod/lmod/init/bash',
  ].find((file) => existsSync(file));

  it('where the machine has none, say so in one line', (context) => {
    context.skip(initialised !== undefined, 'this machine has them');
    expect(place().job(run({ modules: { purge: true, use: [], load: ['cuda/12.4'] } }, 'echo ran'))).toMatchObject({
      status: 78,
      stdout: '',
      stderr:
        'sheaf: this run wants modules, and there is no command "module" on this machine: take environment.modules out\n',
    });
  });

  it('are loaded by the real command in a shell that did not know it, and each failure is reported', (context) => {
    context.skip(initialised === undefined, 'NOT RUN: this needs apt-get install environment-modules, or lmod');
    const project = place();
    // In the home: environment-modules itself cannot live in a folder with a line break in its name.
    project.write('../my mods/tool/1.0', '#%Module\nsetenv TOOL loaded\n');
    // Lmod takes the Lua file: what it has for the other kind fails in a folder with a space in its name.
    project.write('../my mods/tool/1.0.lua', 'setenv("TOOL", "loaded")\n');
    const change = (load: string[]): RunChange =>
      run({ modules: { purge: true, use: ['~/my mods'], load } }, SHOW('TOOL'));
    expect(project.job(change(['tool/1.0']))).toMatchObject({ status: 0, stdout: 'loaded|' });
    const missing = project.job(change(['tool/1.0', 'gone']));
    expect(missing).toMatchObject({ status: 78, stdout: '' });
    expect(missing.stderr).toContain(
      'sheaf: the module gone cannot be loaded: see module avail, and correct environment.modules\n',
    );
  });
});

describe('a container', () => {
  const CONTAINER: Container = { image: 'img.sif', runtime: 'apptainer', binds: [], overlays: [], env: {}, args: [] };

  /** A stand-in for apptainer: it prints its arguments, and runs what follows the image unchanged. */
  const STAND_IN = `#!/bin/bash
printf '<%s>' "$0" "$@" >&2
while [[ $1 != *.sif && $1 != docker://* ]]; do shift; done
shift
exec "$@"
`;

  function withContainers(name = 'apptainer'): { project: Place; env: Record<string, string> } {
    const project = place();
    project.write(`fake/${name}`, STAND_IN, 0o755);
    project.write('img.sif', '');
    return { project, env: { PATH: `${join(project.root, 'fake')}:${process.env['PATH'] ?? ''}` } };
  }

  const words = (stderr: string, root: string): string[] =>
    stderr
      .slice(1, -1)
      .split('><')
      .map((each) => each.replaceAll(root, '.'));

  it('is entered with the project, the outputs, binds and overlays, and the program gets its words', () => {
    const { project, env } = withContainers();
    for (const file of ['data/a', 'nav.sqsh', 'o.sqf', 'ext.img']) project.write(file, '');
    const container = {
      ...CONTAINER,
      binds: ['data:/data:ro', 'nav.sqsh:/nav', '/tmp'],
      overlays: ['o.sqf', 'ext.img:ro'],
      env: { A: 'b,c "$x"', B: "it's" },
      args: ['--cleanenv', "--opt=a 'b"],
    };
    const change = run({ container }, 'printf "%s|" "$A" "$B" {{ name }}', { num_gpus: 1 });
    const launched = {
      ...change,
      stage: { ...change.stage, command: `bash -c 'printf "%s|" "$A" "$B" "$@"' bash {{ name }}` },
    };
    const ended = project.job(launched, env);
    expect(ended).toMatchObject({ status: 0, stdout: `b,c "$x"|it's|o'k $(x)|` });
    expect(words(ended.stderr, project.root)).toMatchInlineSnapshot(`
      [
        "./fake/apptainer",
        "exec",
        "--nv",
        "--bind",
        ".",
        "--bind",
        "./experiments/exp_1",
        "--bind",
        "./data:/data:ro",
        "--bind",
        "./nav.sqsh:/nav:image-src=/",
        "--bind",
        "/tmp",
        "--overlay",
        "./o.sqf:ro",
        "--overlay",
        "./ext.img:ro",
        "--pwd",
        ".",
        "--cleanenv",
        "--opt=a 'b",
        "./img.sif",
        "env",
        "A=b,c "$x"",
        "B=it's",
        "bash",
        "-c",
        "printf "%s|" "$A" "$B" "$@"",
        "bash",
        "o'k $(x)",
      ]
    `);
  });

  it('may be singularity where a site has that', () => {
    const { project, env } = withContainers('singularity');
    const container = { ...CONTAINER, image: 'docker://python:3.12' };
    expect(project.job(run({ container }, 'echo in'), env)).toMatchObject({ status: 0, stdout: 'in\n' });
    const ended = project.job(
      run({ container: { ...container, runtime: 'singularity', gpu: 'rocm' } }, 'echo in'),
      env,
    );
    expect(ended.stderr).toContain('/fake/singularity><exec><--rocm><--bind>');
  });

  it.each<[string, Partial<Container>, string]>([
    [
      'its program',
      {},
      'there is neither apptainer nor singularity on this machine: load its module under environment.modules',
    ],
    [
      'its image',
      { image: 'gone.sif' },
      'the container needs ROOT/gone.sif, which is not there: correct environment.container',
    ],
    [
      'an overlay',
      { overlays: ['gone.sqf:ro'] },
      'the container needs ROOT/gone.sqf, which is not there: correct environment.container',
    ],
    [
      'a bind',
      { binds: ['~/gone:/x'] },
      'the container needs HOME/gone, which is not there: correct environment.container',
    ],
  ])('says in one line that %s is missing', (what, change, says) => {
    const { project, env } = withContainers();
    const ended = project.job(
      run({ container: { ...CONTAINER, ...change } }, 'echo ran'),
      what === 'its program' ? {} : env,
    );
    const shown = project.root.replace('\n', ' ');
    const sentence = says.replace('ROOT', shown).replace('HOME', shown.slice(0, shown.indexOf("/it's")));
    expect(ended).toMatchObject({ status: 78, stdout: '', stderr: `sheaf: ${sentence}\n` });
  });

  it('of pyxis has no overlays, and is refused where srun does not know it', () => {
    const container: Container = { ...CONTAINER, runtime: 'pyxis', image: 'nvcr.io#nvidia/pytorch:24.01' };
    expect(problemsOf(() => renderRun(runOf(run({ container: { ...container, overlays: ['x'] } }))))).toMatchObject([
      { code: 'container.overlays' },
    ]);
    const hasSrun = place().bash('type -P srun').status === 0;
    const ended = place().job(run({ container }, 'echo ran'), { SLURM_JOB_ID: '1' });
    expect(ended).toMatchObject({ status: 78, stdout: '' });
    expect(ended.stderr).toContain(
      hasSrun ? 'srun has no --container-image here' : 'launched with srun, which this machine does not have',
    );
  });
});

describe('errors in the texts of a run are reported before it is created', () => {
  const LAUNCHER = { use: 'torchrun', args: ['--x={{ flags }}'] } as const;

  it('each with its path, all at once', () => {
    const environment = { venv: '{{ nothing }}', exports: { A: '{{' }, setup: 'cat <<X\n{{ name }}\nX' };
    const context = buildContext(runOf({ ...run(environment), stage: { run: { launcher: LAUNCHER, environment } } }));
    const found = runProblems({ ...context, params: { name: 'x' } }, new Set(), (path) => () => ({
      at: { file: path.join('/') },
    }));
    expect(found.map(({ code, at }) => `${code} ${at?.file ?? ''}`)).toEqual([
      'text.words launcher/args/0',
      'jinja.undefined environment/venv',
      'jinja.syntax environment/exports/A',
      'command.place environment/setup',
    ]);
  });

  it('also what only shows when all is put together, but not what an open name may become', () => {
    const container: Container = { image: 'x', runtime: 'pyxis', binds: [], overlays: ['y'], env: {}, args: [] };
    expect(runProblems(buildContext(runOf(run({ container }))))).toMatchObject([{ code: 'container.overlays' }]);
    expect(runProblems(buildContext(runOf(run({ venv: '{{ seed }}' }))), new Set(['seed']))).toEqual([]);
    expect(checkCommand('python {{ name }}', buildContext(runOf(run({ container }))))).toEqual([]);
  });
});
