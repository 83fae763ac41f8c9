/** What a job tells the trackers that its program uses. */
import { describe, expect, test } from 'vitest';
import type { Integrations } from '../../src/core/settings/integrations.ts';
import type { RunSettings } from '../../src/core/settings/settings.ts';
import { place, shellcheck, runOf, type RunChange } from './support.ts';
import { renderRun } from '../../src/template/job/run-script.ts';

/** A line each: the name of the folder has a line break in it. */
const PRINT =
  'env -0 | LC_ALL=C sort -z | grep -zE "^(WANDB|MLFLOW|TENSORBOARD|SHEAF_TENSORBOARD)" | tr "\\n\\0" "|\\n"';

function runWith(integrations: Integrations, exports: Record<string, string | null> = {}, more: RunChange = {}) {
  const run: RunSettings = { integrations, environment: { exports } };
  return { stage: { command: PRINT, run }, ...more };
}

const WANDB = { project: 'vision', entity: 'team', mode: 'offline', tags: ['paper'] } as const;

describe('W&B', () => {
  test('learns where the run belongs, its group is the sweep and its tags are those of the experiment, too', () => {
    const { job, out } = place();
    const { stdout } = job(runWith({ wandb: WANDB }, {}, { sweep: 'lrs', tags: ['lr', 'no,comma', 'paper'] }));
    expect(stdout.replaceAll(out.replaceAll('\n', '|'), '<out>').trimEnd().split('\n')).toEqual([
      'WANDB_DIR=<out>',
      'WANDB_ENTITY=team',
      'WANDB_MODE=offline',
      'WANDB_NAME=exp_1',
      'WANDB_PROJECT=vision',
      'WANDB_RESUME=allow',
      'WANDB_RUN_GROUP=lrs',
      'WANDB_RUN_ID=k7f3a-train',
      'WANDB_TAGS=paper,lr',
    ]);
  });

  test('gets the values unchanged, whatever is in them', () => {
    const project = `it's "a" $(touch x) \`y\` $HOME \\`;
    expect(place().job(runWith({ wandb: { project, tags: [] } })).stdout).toContain(`WANDB_PROJECT=${project}\n`);
  });

  test("gets the caller's environment, if it is set", () => {
    const { job } = place();
    const { stdout } = job(runWith({ wandb: WANDB }), { WANDB_PROJECT: 'mine', WANDB_MODE: '', WANDB_DIR: '/scratch' });
    expect(stdout).toContain('WANDB_PROJECT=mine\n');
    expect(stdout).toContain('WANDB_MODE=\n');
    expect(stdout).toContain('WANDB_DIR=/scratch\n');
    expect(stdout).toContain('WANDB_ENTITY=team\n');
  });

  test('gets what the template exports, with the highest precedence', () => {
    const { job } = place();
    const exports = { WANDB_PROJECT: 'exported', WANDB_DIR: '/mine', WANDB_NAME: 'other' };
    const { stdout } = job(runWith({ wandb: WANDB }, exports), { WANDB_PROJECT: 'mine' });
    expect(stdout).toContain('WANDB_PROJECT=exported\n');
    expect(stdout).toContain('WANDB_DIR=/mine\n');
    expect(stdout).toContain('WANDB_NAME=other\n');
  });

  test('what must be set by the caller is not made up', () => {
    const { status, stderr } = place().job(runWith({ wandb: WANDB }, { WANDB_PROJECT: null }));
    expect(status).not.toBe(0);
    expect(stderr).toContain('WANDB_PROJECT must be set');
  });

  test('hears nothing of a run by hand', () => {
    expect(place().hand(runWith({ wandb: WANDB, mlflow: { artifacts: [], env: true } })).stdout).toBe('');
  });
});

describe('MLflow', () => {
  const mlflow = { trackingUri: 'http://host:5000', experiment: 'vision', artifacts: [], env: true };

  test('learns where to log when asked to', () => {
    const { stdout } = place().job(runWith({ mlflow }));
    expect(stdout).toContain(
      'MLFLOW_EXPERIMENT_NAME=vision\nMLFLOW_RUN_NAME=exp_1\nMLFLOW_TRACKING_URI=http://host:5000\n',
    );
  });

  test('hears nothing when it is only exported to', () => {
    expect(place().job(runWith({ mlflow: { ...mlflow, env: false } })).stdout).not.toContain('MLFLOW');
  });
});

describe('TensorBoard', () => {
  const tensorboard = { env: true, command: ['tensorboard'] };

  test('has a folder of its own in the attempt, which the Trainer of Hugging Face finds', () => {
    const { job, out } = place();
    const folder = `${out.replaceAll('\n', '|')}/tensorboard`;
    const { stdout } = job(runWith({ tensorboard }));
    expect(stdout).toContain(`SHEAF_TENSORBOARD=${folder}\nTENSORBOARD_LOGGING_DIR=${folder}\n`);
  });

  test('has one by hand, too', () => {
    expect(place().hand(runWith({ tensorboard })).stdout).toMatch(/^SHEAF_TENSORBOARD=.*\/sheaf-\w+\/tensorboard$/m);
  });
});

test('a script with all trackers is one that shellcheck finds right', (context) => {
  const integrations = {
    wandb: { ...WANDB, project: "it's" },
    mlflow: { trackingUri: 'http://h', artifacts: [], env: true },
    tensorboard: { env: true, command: ['tensorboard'] },
  };
  const said = shellcheck(renderRun(runOf(runWith(integrations))));
  if (said === undefined) context.skip('shellcheck is not installed');
  expect(said).toBe('');
});
