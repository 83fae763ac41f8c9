import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mlflow } from '../../src/harvest/trackers/mlflow.ts';
import { wandb } from '../../src/harvest/trackers/wandb/wandb.ts';
import { describeInterop } from '../support/interop.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { pointsOf, readTrackedFolder, valuesOf } from '../support/read-tracked.ts';

/** JSON has no NaN and no infinities. */
const TEXT = `
import json, math
def text(rows):
    return [[str(x) if isinstance(x, float) and not math.isfinite(x) else x for x in row] for row in rows]
`;

/** Points as a script of the above prints them. */
type Printed = Readonly<Record<string, readonly (readonly (number | string)[])[]>>;

const ODD: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, '-inf': -Infinity };

function numbers(printed: Printed): Record<string, number[][]> {
  return Object.fromEntries(
    Object.entries(printed).map(([key, rows]) => [key, rows.map((row) => row.map((x) => ODD[x] ?? Number(x)))]),
  );
}

describeInterop('W&B', (python) => {
  const WRITE = `${TEXT}
import wandb, numpy
settings = wandb.Settings(console='off', silent=True, x_disable_stats=True, x_disable_meta=True, disable_git=True)
run = wandb.init(project='p', id='abc', group='g', config={'lr': 0.1, 'net': {'layers': [8, 16]}, 'text': 'x' * 50000}, settings=settings)
loss, deep = [], []
for i in range(300):
    value = [1 / (i + 1), float('nan'), float('inf'), float('-inf'), 5e-324, -0.0, 2.0**70][i % 7]
    run.log({'loss': value, 'a': {'b/c': numpy.float32(i) / 3}, 'word': 'y' * i, 'even': i % 2 == 0, 'hist': wandb.Histogram(np_histogram=([1], [0, 1]))}, step=2 * i)
    loss.append([2 * i, value])
    deep.append([2 * i, float(numpy.float32(i) / 3)])
run.summary['best'] = 0.75
run.finish()
print(json.dumps({'loss': text(loss), 'a.b/c': text(deep)}))`;

  test('an offline run that it writes is read as it was logged', async () => {
    const cwd = temporaryFolder();
    const logged = (await python.json(WRITE, [], { cwd, env: { WANDB_MODE: 'offline', HOME: cwd } })) as Printed;
    const run = await readTrackedFolder(wandb, cwd);
    const points = Object.entries(pointsOf(run)).map(([key, rows]) => [key, rows.map((row) => row.slice(0, 2))]);
    expect(Object.fromEntries(points)).toEqual(numbers(logged));
    expect(valuesOf(run)).toMatchObject({
      best: 0.75,
      'config.lr': 0.1,
      'config.net.layers.1': 16,
      'run.id': 'abc',
      'run.group': 'g',
    });
  });
});

describeInterop('MLflow', (python) => {
  const WRITE = `${TEXT}
import sys
from mlflow import MlflowClient
from mlflow.entities import Metric, Param
client = MlflowClient(tracking_uri='file://' + sys.argv[1])
run = client.create_run(client.create_experiment('e'), run_name='r').info.run_id
values = [0.1 + 0.2, float('nan'), float('inf'), float('-inf'), 5e-324, 1e300, -0.0]
client.log_batch(run, [Metric(key, v, 1795600000000 + 250 * i, 3 * i) for key in ('loss', 'val/acc') for i, v in enumerate(values)], [Param('lr', '0.1')])
client.set_terminated(run)
read = {key: [[m.step, m.value, m.timestamp / 1000] for m in client.get_metric_history(run, key)] for key in ('loss', 'val/acc')}
print(json.dumps({key: text(rows) for key, rows in read.items()}))`;

  test('a file store that its client writes is read as its client reads it', async () => {
    const cwd = temporaryFolder();
    const env = { MLFLOW_ALLOW_FILE_STORE: 'true', HOME: cwd };
    const read = (await python.json(WRITE, [join(cwd, 'mlruns')], { cwd, env })) as Printed;
    const run = await readTrackedFolder(mlflow, cwd);
    expect(pointsOf(run)).toEqual(numbers(read));
    expect(valuesOf(run)).toMatchObject({ 'params.lr': 0.1, 'run.name': 'r', 'run.status': 'FINISHED' });
    expect(run.notes).toEqual([]);
  });
});
