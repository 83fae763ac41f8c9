import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientFolder, describeClient } from '../support/client-pythons.ts';

/** Counts steps up to 60, twenty a second, from its checkpoint on. Saves and ends when it is asked to. */
const TRAIN = `
import os, sheaf, time
step = int(open(sheaf.checkpoint).read()) if sheaf.checkpoint else 0
while step < sheaf.params["steps"]:
    step += 1
    sheaf.log(loss=1 / step, step=step)
    time.sleep(0.05)
    if step < sheaf.params["steps"] and sheaf.stop_asked():
        os.makedirs(os.environ["SHEAF_OUT"] + "/ckpt", exist_ok=True)
        with open(f"{os.environ['SHEAF_OUT']}/ckpt/step{step}", "w") as file:
            file.write(str(step))
        break
`;

describeClient('a job whose time is over', ({ program }) => {
  test('saves when the client says so, and continues from the checkpoint that the client names', async () => {
    const folder = clientFolder({
      'sheaf.yaml': 'scheduler: local\n',
      'train.py': TRAIN,
      'templates/t.yaml': `steps: 60
time_limit: "0:04"
cpus_per_task: 1
mem: 200M
checkpoint: {path: 'ckpt/step*', pick: step}
requeue: {on: [timeout], max: 9}
command: ${program} train.py
harvest:
  loss: {metrics: true}
`,
    });
    await folder.sheaf(['new', 't', 'a']);
    const submitted = await folder.sheaf(['submit', 'a', '--wait']);
    expect(submitted, submitted.stderr).toMatchObject({ exitCode: 0 });
    const attempts = join(folder.path, 'experiments/a/attempts');
    expect(readdirSync(attempts).length).toBeGreaterThan(1);
    expect(existsSync(join(attempts, 'train-1/ckpt'))).toBe(true);
    // Each step once: what a later attempt computes again would be superseded.
    const plotted = await folder.sheaf(['plot', 'loss', '--json']);
    expect(plotted, plotted.stderr).toMatchObject({ exitCode: 0 });
    const { data } = JSON.parse(plotted.stdout) as { data: { groups: readonly { x: readonly number[] }[] } };
    expect(data.groups[0]?.x).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });
});
