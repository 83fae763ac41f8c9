import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';

/** Stochastic gradient descent on a line, saved every seventh step. The best loss comes early: the learning rate grows. */
const TRAIN = `
import json, os, random, sys, time

def batch(step):
    draw = random.Random(step)
    return [(x, 3 * x + 1 + draw.gauss(0, 0.3)) for x in (draw.uniform(-1, 1) for _ in range(16))]

out, pause = os.environ["SHEAF_OUT"], float(sys.argv[1])
state = {"step": 0, "w": 0.0, "b": 0.0}
checkpoint = os.environ.get("SHEAF_CHECKPOINT")
if checkpoint:
    with open(checkpoint) as file:
        state = json.load(file)
os.makedirs(out + "/ckpt", exist_ok=True)
table = open(out + "/history.csv", "w", buffering=1)
print("step,loss", file=table)
while state["step"] < 80:
    state["step"] += 1
    step, rate = state["step"], 0.3 if state["step"] < 20 else 0.9
    data = batch(step)
    errors = [(state["w"] * x + state["b"] - y, x) for x, y in data]
    state["w"] -= rate * 2 * sum(error * x for error, x in errors) / len(data)
    state["b"] -= rate * 2 * sum(error for error, _ in errors) / len(data)
    loss = sum(error * error for error, _ in errors) / len(data)
    print(f"step {step} loss {loss!r}", flush=True)
    print(f"{step},{loss!r}", file=table)
    if step % 7 == 0:
        with open(f"{out}/ckpt/.step{step}", "w") as file:
            json.dump(state, file)
        os.rename(f"{out}/ckpt/.step{step}", f"{out}/ckpt/step{step}.json")
    time.sleep(pause)
`;

const TEMPLATE = `command: python3 train.py 0.1
checkpoint: {path: 'ckpt/step*.json', pick: step}
time_limit: '0:00:06'
requeue: {before: 3, max: 9}
harvest:
  best: {metric: loss, mode: min}
  loss: {log: 'step (?<step>\\d+) loss (\\S+)'}
  mean: {csv: history.csv, column: loss, pick: mean}
  steps: {csv: history.csv, column: loss, pick: count}
`;

test('a run that was put back into the queue several times has the results of one that was not', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': TEMPLATE, 'train.py': TRAIN });
  const whole = join(folder.path, 'whole');
  const printed = execFileSync('python3', ['train.py', '0'], {
    cwd: folder.path,
    env: { ...process.env, SHEAF_OUT: whole },
  });
  const losses = [...String(printed).matchAll(/loss (\S+)/g)].map(([, loss]) => Number(loss));
  await folder.sheaf(['new', '--template', 't', '--exp-id', 'run']);
  expect(await folder.sheaf(['submit', 'run'])).toMatchObject({ exitCode: 0 });
  await folder.sheaf(['wait', 'run']);
  const { stdout } = await folder.sheaf(['harvest', 'run', '--json']);
  const attempts = readdirSync(join(folder.path, 'experiments/run/attempts'));
  expect(attempts.length).toBeGreaterThan(2);
  const [line] = (JSON.parse(stdout) as { data: { metrics: Record<string, number>; notes: string[] }[] }).data;
  expect(line?.notes).toEqual([]);
  expect(line?.metrics).toMatchObject({ loss: Math.min(...losses), steps: 80 });
  expect(line?.metrics['mean']).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 12);
  const plotted = await folder.sheaf(['plot', 'loss', 'run', '--json']);
  expect(plotted.exitCode).toBe(0);
}, 120_000);
