import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ValueMap } from '../../core/value.ts';
import { renderRun } from './run-script.ts';
import { type RunInput } from './run-input.ts';

const root = mkdtempSync(join(tmpdir(), "sheaf run $x 'q' "));
mkdirSync(join(root, 'tmp'));

afterAll(() => rmSync(root, { recursive: true }));

function runOf(command: string, params: ValueMap, more: Partial<RunInput> = {}): RunInput {
  return {
    expId: 'exp_1',
    description: 'Try\nit; rm -rf $HOME `x`\u0000\r',
    template: 'resnet',
    params,
    written: {},
    key: 'k7f3a',
    stage: { name: 'train', command, resources: { num_gpus: 2, cpus_per_task: 8 }, run: {} },
    code: { mode: 'live', about: 'live, at commit 5f3c2a1 of main' },
    attempt: 3,
    first: 1,
    projectRoot: root,
    tags: [],
    ...more,
  };
}

const BASE_ENV = { PATH: process.env['PATH'] ?? '', TMPDIR: join(root, 'tmp'), LC_ALL: 'C.UTF-8' };

function bash(
  script: string,
  env: Record<string, string> = {},
): { stdout: string; stderr: string; status: number | null } {
  return spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8', env: { ...BASE_ENV, ...env }, cwd: '/' });
}

describe('run.sh', () => {
  it('says what it is, carries every parameter, and runs the command in the project folder', () => {
    const params = { lr: 0.0001, model: "it's", sizes: [1, 2], opt: { wd: 0.1 }, amp: true, none: null };
    const written = { '/lr': '1e-4', '/sizes/0': '1e0' };
    const script = renderRun(runOf('python train.py {{ flags }} --gpus {{ num_gpus }} # end', params, { written }));
    expect(script.replaceAll(root, '/project').replaceAll(root.replaceAll("'", `'\\''`), '/project'))
      .toMatchInlineSnapshot(`
        "#!/bin/bash
        #SBATCH --gres=gpu:2
        #SBATCH --cpus-per-task=8
        #SBATCH --no-requeue
        #SBATCH --job-name=exp_1-train
        #
        # Experiment exp_1, stage train, attempt 3, from template resnet. Made by sheaf.
        # Try
        # it; rm -rf $HOME \`x\`
        #
        # Run by hand, with bash or sbatch, it works in a folder of its own and claims nothing.
        # shellcheck disable=SC2016,SC1003,SC2088 # values stay as they are, also if they look like shell

        if [ -z "\${SHEAF_PROJECT:-}" ]; then export SHEAF_PROJECT='/project'; fi
        # No job of this experiment: it is run by hand.
        if [ -z "\${SHEAF_OUT:-}" ] || [ "\${SHEAF_EXP_ID:-}" != 'exp_1' ] || [ "\${SHEAF_STAGE:-}" != 'train' ]; then
          SHEAF_OUT=$(mktemp -d "\${TMPDIR:-/tmp}/sheaf-XXXXXXXX") || exit 1
          export SHEAF_OUT SHEAF_EXP_ID='exp_1' SHEAF_STAGE='train' SHEAF_ATTEMPT=3
          export SHEAF_DIR="$SHEAF_OUT" SHEAF_CHECKPOINT=''
          export SHEAF_METRICS="$SHEAF_OUT/metrics.jsonl" SHEAF_PARAMS="$SHEAF_OUT/params.json"
          unset SHEAF_RECORDER
          printf '%s\\n' '{"lr": 1e-4, "model": "it'\\''s", "sizes": [1e0, 2], "opt": {"wd": 0.1}, "amp": true, "none": null}' > "$SHEAF_PARAMS" || exit 1
          printf 'sheaf: run by hand; outputs are in %s\\n' "$SHEAF_OUT" >&2
        else
          # For W&B, requeues and retries of the same code are one run.
          export WANDB_RUN_ID='k7f3a-train' WANDB_RESUME='allow' WANDB_NAME='exp_1'
        fi

        # Parameters, and none that an outer job left.
        for sheaf_name in "\${!SHEAF_P_@}"; do unset "$sheaf_name"; done
        unset sheaf_name
        export SHEAF_P_lr='1e-4'
        export SHEAF_P_model='it'\\''s'
        export SHEAF_P_sizes='[1e0, 2]'
        export SHEAF_P_opt='{"wd": 0.1}'
        export SHEAF_P_amp='true'

        cd -- "$SHEAF_PROJECT" || exit 1

        export SHEAF_START_FROM=''

        # Environment
        export PYTHONUNBUFFERED=1 # lines of the log appear at once
        export OMP_NUM_THREADS=8 MKL_NUM_THREADS=8 OPENBLAS_NUM_THREADS=8 NUMEXPR_NUM_THREADS=8
        export NCCL_DEBUG="\${NCCL_DEBUG:-WARN}" # errors come with their reason

        # What this runs with is recorded in env/, in the background; by hand nothing is.
        if [ -n "\${SHEAF_RECORDER:-}" ]; then (timeout 20 bash "$SHEAF_RECORDER" </dev/null >/dev/null 2>&1 &); fi
        unset SHEAF_RECORDER

        # Code: live, at commit 5f3c2a1 of main. It runs in the project folder, as that is now.

        # Launch
        python train.py --lr 1e-4 --model 'it'\\''s' --sizes 1e0 2 --opt.wd 0.1 --amp true --gpus 2 # end
        "
      `);
  });

  it('in a job: uses the folders of the attempt and leaves them alone', () => {
    const out = mkdtempSync(join(root, 'out'));
    const env = {
      SHEAF_EXP_ID: 'exp_1',
      SHEAF_STAGE: 'train',
      SHEAF_ATTEMPT: '7',
      SHEAF_OUT: out,
      SHEAF_METRICS: '/m',
      SHEAF_PARAMS: '/p',
      SHEAF_P_stale: 'x',
    };
    const run = bash(
      renderRun(
        runOf(
          'printf "%s|" "$PWD" "$SHEAF_ATTEMPT" "$SHEAF_OUT" "$SHEAF_METRICS" "$SHEAF_PARAMS" "${SHEAF_P_stale-gone}" "$SHEAF_P_a"',
          { a: 1 },
        ),
      ),
      env,
    );
    expect(run).toMatchObject({ stderr: '', status: 0, stdout: `${root}|7|${out}|/m|/p|gone|1|` });
    expect(existsSync(join(out, 'params.json'))).toBe(false);
  });

  it.each<Record<string, string>>([
    {},
    { SHEAF_EXP_ID: 'other', SHEAF_STAGE: 'train', SHEAF_OUT: '/nonexistent' },
    { SHEAF_EXP_ID: 'exp_1', SHEAF_STAGE: 'eval', SHEAF_OUT: '/nonexistent' },
  ])('by hand (%j): makes a folder of its own and says where', (env) => {
    const run = bash(
      renderRun(
        runOf(
          'echo "$SHEAF_OUT"; echo "$SHEAF_EXP_ID $SHEAF_STAGE $SHEAF_ATTEMPT"; echo "$SHEAF_METRICS"; cat "$SHEAF_PARAMS"',
          { a: [1, 'x'] },
        ),
      ),
      env,
    );
    const [out = '', who, metrics, params] = run.stdout.split('\n');
    expect(out.startsWith(join(root, 'tmp', 'sheaf-'))).toBe(true);
    expect(run.stderr).toBe(`sheaf: run by hand; outputs are in ${out}\n`);
    expect([who, metrics, params]).toEqual(['exp_1 train 3', `${out}/metrics.jsonl`, '{"a": [1, "x"]}']);
    expect(readFileSync(join(out, 'params.json'), 'utf8')).toBe('{"a": [1, "x"]}\n');
  });

  it('ends with the status of the command, and runs nothing without its project folder', () => {
    expect(bash(renderRun(runOf('exit 42', {}))).status).toBe(42);
    const gone = bash(renderRun(runOf('echo ran', {}, { projectRoot: '/nonexistent' })));
    expect(gone).toMatchObject({ status: 1, stdout: '' });
    expect(bash(renderRun(runOf('pwd', {}, { projectRoot: '/nonexistent' })), { SHEAF_PROJECT: root }).stdout).toBe(
      `${root}\n`,
    );
  });
});

describe('the checkpoint that a run starts from', () => {
  const PRINT = 'printf "%s" "$SHEAF_START_FROM"';

  it('is a path in the project wherever that is, and empty for a run that starts from nothing', () => {
    const path = "experiments/a b/it's $x.pt";
    mkdirSync(join(root, path), { recursive: true });
    const script = renderRun(runOf(PRINT, {}, { startFrom: path, projectRoot: '/nonexistent' }));
    expect(bash(script, { SHEAF_PROJECT: root })).toMatchObject({ status: 0, stdout: join(root, path) });
    expect(bash(renderRun(runOf(PRINT, {})), { SHEAF_START_FROM: '/outer' }).stdout).toBe('');
  });

  it('is bound into a container if it is not in the project', () => {
    const container = { runtime: 'apptainer', image: 'a.sif', binds: [], overlays: [], env: {}, args: [] } as const;
    const stage = { name: 'train', command: PRINT, resources: {}, run: { environment: { container } } };
    expect(renderRun(runOf(PRINT, {}, { stage, startFrom: '/scratch/base/ck.pt' }))).toContain(
      '--bind /scratch/base \\\n',
    );
    expect(renderRun(runOf(PRINT, {}, { stage, startFrom: 'experiments/base/ck.pt' }))).not.toContain('/base \\\n');
  });

  it('must be there, unless the run resumes', () => {
    const script = renderRun(runOf(PRINT, {}, { startFrom: '/nonexistent/ck.pt' }));
    const stopped = bash(script);
    expect(stopped).toMatchObject({ status: 78, stdout: '' });
    expect(stopped.stderr).toContain('the checkpoint to start from is gone: /nonexistent/ck.pt');
    const job = { SHEAF_OUT: root, SHEAF_EXP_ID: 'exp_1', SHEAF_STAGE: 'train', SHEAF_CHECKPOINT: '/own.pt' };
    expect(bash(script, job)).toMatchObject({ status: 0, stdout: '/nonexistent/ck.pt' });
  });
});

describe('a value arrives at the program unchanged', () => {
  const anyText = fc
    .oneof(
      fc.constantFrom('a\'b; rm -rf ~ $(x) "é\n', '', '-n', '\\', '\n\n', '\u0001\u007f', '$SHEAF_OUT', '`id`', '*'),
      fc.string({ unit: 'grapheme' }),
    )
    .filter((text) => !text.includes('\0') && text.isWellFormed());

  it('as environment variable, as inserted word and among the flags', () => {
    const command = 'show() { printf "%s\\0" "$@"; }\nshow "$SHEAF_P_a" {{ a }} "{{ a }}" \'{{ a }}\' {{ flags }}\n';
    fc.assert(
      fc.property(anyText, fc.array(anyText), (a, list) => {
        const run = bash(renderRun(runOf(command, { a, list, n: 0.5 })));
        const flag = a.startsWith('-') ? [`--a=${a}`] : ['--a', a];
        expect(run.stdout.split('\0').slice(0, -1)).toEqual([a, a, a, a, ...flag, '--list', ...list, '--n', '0.5']);
      }),
      { numRuns: 60 },
    );
  });
});
