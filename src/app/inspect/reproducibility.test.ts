import { expect, test } from 'vitest';
import { ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { findExperiment } from '../project/find.ts';
import { compareReproducibility } from './reproducibility.ts';

function life(gpuType: string, more: Partial<Life> = {}): Life {
  return {
    params: { model: 'vit_b_16', micro_batch_size: 32, global_batch_size: 256, precision: 'bf16' },
    settings: { resources: { num_gpus: 1, gpu_type: gpuType }, command: 'x' },
    attempts: { 'train-1': [started(), ended()] },
    ...more,
  };
}

test('two that ran are compared by GPU, batch, precision and software', async () => {
  const recorded = await recordedProject({
    a: life('a100'),
    b: life('a100'),
    c: life('h100'),
    d: life('a100', { params: { model: 'vit_b_16', micro_batch_size: 32, global_batch_size: 512, precision: 'bf16' } }),
    waits: life('a100', { attempts: {} }),
  });
  for (const [expId, torch] of Object.entries({ a: '2.9.0', b: '2.10.0', c: '2.9.0', d: '2.9.0' })) {
    const folder = `experiments/${expId}/attempts/train-1/env`;
    recorded.write(
      `${folder}/machine.txt`,
      'host: n1\ngpu: 0, NVIDIA A100, GPU-1, 550.1, 81920 MiB\npython version: 3.12.1\n',
    );
    recorded.write(`${folder}/packages.txt`, `# python 3.12.1\ntorch==${torch}\nrich==1.${torch.length}\n`);
  }
  const levelOf = async (expId: string): ReturnType<typeof compareReproducibility> =>
    compareReproducibility(
      recorded.project,
      findExperiment(recorded.project, 'a'),
      findExperiment(recorded.project, expId),
    );

  const other = await levelOf('b');
  expect(other?.level).toBe('B');
  expect(other?.reasons).toContain('other versions of software: torch 2.9.0 and 2.10.0');
  const moved = await levelOf('c');
  expect(moved?.level).toBe('B');
  expect(moved?.reasons.join()).toMatch(/\(ampere\) and .*\(hopper\)/);
  expect(moved?.reasons.join()).not.toContain('versions of software');
  expect(await levelOf('d')).toMatchObject({ level: 'C' });
  expect((await levelOf('d'))?.reasons[0]).toContain('global batch is 256 for a and 512 for d');
  expect(await levelOf('waits')).toBeUndefined();
});
