import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordedFailure } from '../support/failed-log.ts';

/** Name, code, diagnosis, number of the line behind it. */
const RECORDED: readonly (readonly [name: string, code: string, says: string, line: number | undefined])[] = [
  ['cuda_oom', 'gpu_oom', 'GPU out of memory: 8 GiB asked for, 5.75 GiB of 79.18 GiB free', 3],
  ['assert_dev', 'gpu_assert', 'an assertion failed on the GPU: index out of bounds', 1],
  ['module_missing', 'module_missing', 'Python has no module not_a_module', 3],
  ['key_error', 'key_missing', "no such key: 'lr'", 3],
  [
    'host_oom_kill',
    'killed',
    'it was killed (exit code 137), as the system does when memory runs out; the log does not say by whom',
    undefined,
  ],
  ['segv', 'segfault', 'it crashed: segmentation fault (exit code 139)', undefined],
  ['torchrun_fail', 'exception', 'rank 1 failed first: RuntimeError: rank 1 failed (train.py:3)', 9],
  ['torch/shape', 'shape_mismatch', 'shapes do not fit: 4x8 and 10x2 (one.py:17)', 14],
  ['torch/batch', 'shape_mismatch', 'shapes do not fit: 4 and 5 (one.py:18)', 17],
  ['torch/label', 'label_range', 'a label is not among the classes: Target 3 is out of bounds (one.py:19)', 17],
  [
    'torch/state_dict',
    'checkpoint_mismatch',
    'the checkpoint is of another model than this Sequential: size mismatch for 0.weight (one.py:22)',
    7,
  ],
  ['torch/truncated', 'checkpoint_broken', 'a saved file is broken or not whole (one.py:24)', 11],
  [
    'torch/weights_only',
    'checkpoint_refused',
    'torch.load refused the checkpoint, which holds more than weights (one.py:26)',
    7,
  ],
  ['torch/cuda', 'gpu_not_built', 'the installed PyTorch is one for CPUs only (one.py:27)', 7],
  ['torch/cuda_load', 'gpu_none', 'the program found no GPU (one.py:28)', 31],
  ['torch/alloc', 'memory_refused', 'no memory was left on the host: 4194000 GiB asked for (one.py:29)', 5],
  ['torch/nan', 'loss_nan', 'its numbers became NaN or infinite (one.py:32)', 19],
  ['torch/nan_loss', 'loss_nan', 'its numbers became NaN or infinite (one.py:39)', 5],
  ['torch/worker_key', 'key_missing', "no such key: 'label' (one.py:9)", 28],
  [
    'torch/worker_SIGKILL',
    'worker_killed',
    'a data loading worker was killed, as the system does when memory runs out',
    22,
  ],
  ['torch/worker_SIGBUS', 'shared_memory', 'shared memory (/dev/shm) ran out', 23],
  ['torch/worker_SIGSEGV', 'worker_died', 'a data loading worker died (Segmentation fault)', 23],
  ['torch/spawn', 'exception', 'ValueError: bad shard 1 (one.py:13)', 23],
  ['torch/ddp_raise', 'exception', 'rank 1 failed first: RuntimeError: bad sample 17 (ddp.py:10)', 12],
  ['torch/ddp_oserror', 'file_missing', 'rank 1 failed first: no such file: /nowhere/shard-1.bin (ddp.py:11)', 12],
  [
    'torch/ddp_kill',
    'killed',
    'rank 1 failed first: it was ended by SIGKILL, as the system does when memory runs out',
    53,
  ],
  ['torch/ddp_segv', 'segfault', 'rank 1 failed first: it was ended by SIGSEGV (a crash)', 53],
  ['torch/ddp_exit', 'aborted', 'rank 1 failed first: it was ended by SIGABRT', 54],
  [
    'torch/ddp_hang',
    'collective_timeout',
    'rank 0 failed first: a process waited 5 s for another one that did not come (ddp.py:12)',
    16,
  ],
  ['torch/rendezvous', 'rendezvous_timeout', 'the processes did not find each other (free.py:2)', 19],
  ['torch/port', 'port_in_use', 'the port 29511 is in use on the node (ddp.py:2)', 19],
  ['slurm/batch_oom', 'host_oom', 'it used more memory than it had asked for', 3],
  ['slurm/step_oom', 'host_oom', 'it used more memory than it had asked for', 3],
  ['slurm/srun_exit', 'rank_failed', 'task 1 on l40s1 failed first: it ended with exit code 3', 2],
  [
    'slurm/srun_kill',
    'killed',
    'task 1 on l40s1 failed first: it was ended by SIGKILL, as the system does when memory runs out',
    1,
  ],
  ['slurm/srun_segv', 'segfault', 'task 1 on l40s1 failed first: it was ended by SIGSEGV (a crash)', 1],
  ['slurm/srun_label', 'exception', 'task 1 on l40s1 failed first: ValueError: bad sample 4', 4],
  ['slurm/srun_missing', 'command_missing', 'command not found: /home/user/project/./no-such-program', 1],
];

describe('the diagnosis of a recorded failure', () => {
  test.each(RECORDED)('%s: %s', (name, code, says, line) => {
    const told = recordedFailure(name);
    expect({ code: told?.code, says: told?.says, line: told?.line?.number }).toEqual({ code, says, line });
  });

  test('every recorded failure is in this list', () => {
    const folder = join(import.meta.dirname, '../fixtures/failures');
    const logs = globSync('**/*.log', { cwd: folder }).map((path) => path.slice(0, -'.log'.length));
    expect(logs.toSorted()).toEqual(RECORDED.map(([name]) => name).toSorted());
  });

  test('the log gives a better cause than the exit code if memory ran out', () => {
    expect(recordedFailure('cuda_oom')).toMatchObject({
      cause: 'gpu_oom',
      fix: 'a smaller batch with gradient accumulation, or a GPU with more memory',
    });
    expect(recordedFailure('slurm/step_oom')?.cause).toBe('host_oom');
    expect(recordedFailure('torch/alloc')?.cause).toBe('host_oom');
    // Who killed it is not in its log.
    expect(recordedFailure('host_oom_kill')?.cause).toBeUndefined();
  });

  test('the scheduler knows why it ended a job: its log only says how far it had come', () => {
    for (const cause of ['node_fail', 'preempted', 'dependency', 'lost'] as const) {
      expect(recordedFailure('cuda_oom', { cause })).toBeUndefined();
    }
    expect(recordedFailure('slurm/batch_oom', { cause: 'host_oom' })?.line?.number).toBe(3);
  });

  test('a program that did not fail, or was asked to end, gets no diagnosis', () => {
    expect(recordedFailure('cuda_oom', { exitCode: 0 })).toBeUndefined();
    expect(recordedFailure('torch/worker_SIGKILL', { signal: 'TERM' })).toBeUndefined();
  });
});
