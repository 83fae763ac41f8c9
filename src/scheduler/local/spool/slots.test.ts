import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import { findMachine, readMachineMemory, Slots, slotVariables } from './slots.ts';

test('GPUs and CPUs come from the variables, then the settings, then detection', async () => {
  expect(await findMachine({ cpus: 3, gpus: 2 }, {})).toEqual({ cpus: 3, gpus: ['0', '1'] });
  expect(await findMachine({ cpus: 3, gpus: 2 }, { SHEAF_LOCAL_CPUS: '8', SHEAF_LOCAL_GPUS: ' 4,7 ' })).toEqual({
    cpus: 8,
    gpus: ['4', '7'],
  });
  expect((await findMachine({ gpus: 2 }, { SHEAF_LOCAL_GPUS: '' })).gpus).toEqual([]);
  expect((await findMachine({}, { SHEAF_LOCAL_CPUS: 'many' })).cpus).toBeGreaterThan(0);
});

test('the settings reach a supervisor as variables, unless the user has set these', () => {
  expect(slotVariables({ cpus: 3, gpus: 2 }, {})).toEqual({ SHEAF_LOCAL_CPUS: '3', SHEAF_LOCAL_GPUS: '0,1' });
  expect(slotVariables({ cpus: 3, gpus: 0 }, { SHEAF_LOCAL_CPUS: '1' })).toEqual({ SHEAF_LOCAL_GPUS: '' });
  expect(slotVariables({}, {})).toEqual({});
});

test('GPUs are counted as nvidia-smi lists them', async () => {
  const folder = temporaryFolder();
  const program = join(folder, 'nvidia-smi');
  writeFileSync(
    program,
    '#!/bin/sh\nprintf "GPU 0: NVIDIA A100 (UUID: GPU-1)\\n  MIG 1g.5gb Device 0: (UUID: MIG-1)\\nGPU 1: NVIDIA A100 (UUID: GPU-2)\\n"\n',
  );
  chmodSync(program, 0o755);
  const path = process.env['PATH'];
  process.env['PATH'] = `${folder}:${path}`;
  try {
    expect((await findMachine({}, {})).gpus).toEqual(['0', '1']);
  } finally {
    process.env['PATH'] = path;
  }
});

test('a GPU that two tasks have, since the settings changed, is free when both gave it back', () => {
  const slots = new Slots({ cpus: 4, gpus: ['0'] });
  const had = { cpus: 1, gpus: ['0'] };
  slots.occupy(had);
  slots.occupy(had);
  slots.give(had);
  expect(slots.take({ cpus: 1, gpus: 1 })).toBeUndefined();
  slots.give(had);
  expect(slots.take({ cpus: 1, gpus: 1 })).toEqual(had);
});

test('the machine reports its memory', () => {
  expect(readMachineMemory()).toBeGreaterThan(100);
});
