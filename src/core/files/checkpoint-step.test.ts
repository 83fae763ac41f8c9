import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readStep } from './checkpoint-step.ts';

describe('the step of a checkpoint', () => {
  test.each([
    ['ck_{step}.pt', 'ck_500.pt', 500],
    ['*{step}.pt', 'ck500.pt', 500],
    ['{step}*.pt', '0500.pt', 500],
    ['checkpoints/{step}/model.pt', 'checkpoints/7/model.pt', 7],
    ['ck_{step}_of_*.pt', 'ck_5_of_10.pt', 5],
    ['ck_*.pt', 'ck_500.pt', 500],
    ['ck_[0-9]*.pt', 'ck_500.pt', 500],
    ['/scratch/me/*.pt', '/scratch/me/12.pt', 12],
    ['checkpoints/*', 'checkpoints/500', 500],
    ['epoch_*_step_*.pt', 'epoch_3_step_400.pt', 400],
    ['*_*.pt', '3_400.pt', undefined],
    ['**/*.ckpt', 'logs/version_0/epoch=3-step=400.ckpt', 400],
    ['**/*.ckpt', 'logs/epoch=3-step=400-v1.ckpt', 400],
    ['**/*.ckpt', 'logs/epoch=3-val_loss=0.32.ckpt', undefined],
    ['out/checkpoint-*', 'out/checkpoint-500', 500],
    ['**/model.safetensors', 'out/checkpoint-500/model.safetensors', 500],
    ['models/*.zip', 'models/rl_model_10000_steps.zip', 10_000],
    ['orbax/checkpoint_*', 'orbax/checkpoint_500', 500],
    ['**', 'orbax/500', 500],
    ['ds/*', 'ds/global_step100', 100],
    ['dcp/*', 'dcp/step_100', 100],
    ['dcp/*/', 'dcp/step-100', 100],
    ['*.pt', 'last.pt', undefined],
    ['*.pt', 'model.pt5', undefined],
    ['runs/*', 'runs/timestep5.pt', undefined],
    ['ck_*.pt', 'ck_20261201120000123.pt', undefined],
  ])('with the pattern %s, of %s is %s', (pattern, path, step) => {
    expect(readStep(pattern, path)).toBe(step);
  });

  const noDigits = fc.stringMatching(/^[a-z_.=-]{1,8}$/);

  test('is what the program wrote at {step} or at a lone *, whatever is around it', () => {
    fc.assert(
      fc.property(noDigits, noDigits, fc.nat({ max: 1e12 }), (before, after, step) => {
        const path = `${before}${step}${after}`;
        expect(readStep(`${before}{step}${after}`, path)).toBe(step);
        expect(readStep(`${before}*${after}`, path)).toBe(step);
        expect(readStep(`**/*{step}${after}`, `folder/${path}`)).toBe(step);
      }),
    );
  });

  test('is a whole number or unknown for every pattern and path', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '0', '7', '*', '?', '[', ']', '!', '/', '.', '-', 'step', '{step}'),
    });
    fc.assert(
      fc.property(text, text, (pattern, path) => {
        const step = readStep(pattern, path);
        expect(step === undefined || Number.isSafeInteger(step)).toBe(true);
      }),
    );
  });
});
