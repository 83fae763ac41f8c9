import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeLocalBench } from '../support/local-scheduler.ts';
import { REQUEUE, submittedProject } from '../support/project-folder.ts';
import { STEPS, storyOf } from './trains.ts';

/** Two ranks that agree on when to save, and count on from there. */
const TRAIN = `
import os, signal, time
import torch, torch.distributed as dist
checkpoint = os.environ["SHEAF_CHECKPOINT"]
step = int(open(checkpoint).read()) if checkpoint else 0
asked = []
signal.signal(signal.SIGUSR1, lambda *_: asked.append(1))
dist.init_process_group("gloo")
os.makedirs(os.environ["SHEAF_OUT"] + "/ckpt", exist_ok=True)
while step < 120:
    step += 1
    time.sleep(0.05)
    if dist.get_rank() == 0: print(step, flush=True)
    told = torch.tensor([len(asked)])
    dist.all_reduce(told)
    if told.item():
        if dist.get_rank() == 0: open(os.environ["SHEAF_OUT"] + f"/ckpt/step{step}", "w").write(str(step))
        if int(told) != 2: print("only", int(told), "ranks got the signal", flush=True)
        break
dist.destroy_process_group()
`;

/** A Python that has PyTorch, as `SHEAF_TEST_TORCH` names it. */
const PYTHON: string | undefined = process.env['SHEAF_TEST_TORCH'];

test('what torchrun started saves and goes on, and torchrun does not die of the signal', async (context) => {
  const torchrun = join(PYTHON ?? '/none', '../torchrun');
  if (!existsSync(torchrun)) return context.skip('no PyTorch here: SHEAF_TEST_TORCH names a python that has it');
  const scheduler = makeLocalBench();
  onTestFinished(scheduler.end);
  const resources = { time_limit: '0:24', requeue: REQUEUE };
  const run = `exec '${torchrun}' --standalone --nproc-per-node=2 "$SHEAF_PROJECT/train.py"\n`;
  const project = submittedProject({
    root: scheduler.root,
    runs: [run],
    members: [{ checkpoint: STEPS }],
    resources,
  });
  writeFileSync(join(project.root, 'train.py'), TRAIN);
  const { task } = await scheduler.submit('', { token: project.token, script: project.script, resources });
  expect(await scheduler.untilEnded(task())).toMatchObject({ state: 'completed' });
  const { attempts, ends, logs } = storyOf(project);
  const said = readFileSync(join(scheduler.outputs, `local-${task().job.id}.out`), 'utf8');
  expect(attempts.length, said).toBeGreaterThan(1);
  expect(said).toContain('USR1 was sent to 2 of its processes');
  expect(logs.flat()).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  for (const end of ends.slice(0, -1)) expect(end).toMatchObject({ exitCode: 0, cause: 'timeout', requeued: true });
}, 240_000);
