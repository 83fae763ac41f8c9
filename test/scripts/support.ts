/** Scripts of runs, made as sheaf makes them and run by real bash. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { SheafError, type Problem } from '../../src/core/errors.ts';
import type { Stage } from '../../src/core/experiment/frozen.ts';
import { renderRun } from '../../src/template/job/run-script.ts';
import { type RunInput } from '../../src/template/job/run-input.ts';

/** What a test says of a run; the rest is made up. */
export interface RunChange extends Partial<Omit<RunInput, 'stage'>> {
  readonly stage?: Partial<Stage>;
}

export function runOf({ stage, ...change }: RunChange = {}): RunInput {
  return {
    expId: 'exp_1',
    key: 'k7f3a',
    description: 'Try it',
    template: 'vision',
    params: {},
    written: {},
    attempt: 1,
    first: 1,
    projectRoot: '/nonexistent',
    tags: [],
    code: { mode: 'live', about: 'live' },
    stage: { name: 'train', command: 'true', resources: {}, run: {}, ...stage },
    ...change,
  };
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project folder whose name is hard on careless scripts, with a folder for the outputs of a run. */
export interface Place {
  readonly root: string;
  readonly out: string;
  readonly write: (file: string, text: string, mode?: number) => void;
  /** Runs the script as a job does: the folders of an attempt are set. */
  readonly job: (change?: RunChange, env?: Readonly<Record<string, string>>) => Ended;
  /** Runs the script by hand. */
  readonly hand: (change?: RunChange, env?: Readonly<Record<string, string>>) => Ended;
  /** Bash runs a text in the project. */
  readonly bash: (script: string, env?: Readonly<Record<string, string>>) => Ended;
}

export function place(finished: typeof onTestFinished = onTestFinished): Place {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-scripts-'));
  finished(() => {
    spawnSync('chmod', ['-R', 'u+w', outer]);
    rmSync(outer, { recursive: true });
  });
  const root = join(outer, `it's a "project" $(x)\n#SBATCH --qos=high`);
  const out = join(root, 'experiments/exp_1/attempts/train-1');
  mkdirSync(out, { recursive: true });
  mkdirSync(join(outer, 'tmp'));
  const base = { PATH: process.env['PATH'] ?? '', HOME: outer, TMPDIR: join(outer, 'tmp'), LC_ALL: 'C.UTF-8' };
  const bash: Place['bash'] = (script, env = {}) =>
    spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8', env: { ...base, ...env }, cwd: outer });
  const asJob = {
    SHEAF_PROJECT: root,
    SHEAF_EXP_ID: 'exp_1',
    SHEAF_STAGE: 'train',
    SHEAF_ATTEMPT: '1',
    SHEAF_OUT: out,
    SHEAF_DIR: dirname(dirname(out)),
  };
  const render = (change: RunChange = {}): string => renderRun(runOf({ projectRoot: root, ...change }));
  return {
    root,
    out,
    write: (file, text, mode) => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
      if (mode !== undefined) chmodSync(join(root, file), mode);
    },
    bash,
    job: (change, env) => bash(render(change), { ...asJob, ...env }),
    hand: (change, env) => bash(render(change), env),
  };
}

/** All errors, as the user sees them. */
export function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (error) {
    if (error instanceof SheafError) return error.problems;
    throw error;
  }
  return [];
}

/** The last part of a script, from its heading `# Launch`. */
export function launchPart(change: RunChange): string {
  const script = renderRun(runOf(change));
  return script.slice(script.lastIndexOf('# Launch\n') + '# Launch\n'.length);
}

/** What Debian's shellcheck says of a script; empty when it has nothing to say. Undefined if it is not installed. */
export function shellcheck(script: string): string | undefined {
  const { error, stdout } = spawnSync('shellcheck', ['--shell=bash', '--format=gcc', '-'], {
    input: script,
    encoding: 'utf8',
  });
  return error ? undefined : stdout;
}
