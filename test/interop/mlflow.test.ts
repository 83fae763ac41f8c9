/** Runs are sent to a real tracking server, and read back by MLflow's own client. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeParquet } from '../../src/system/index.ts';
import { describeInterop } from '../support/interop.ts';
import { lossyProxy } from '../support/lossy-proxy.ts';
import { mlflowServer, type TestServer } from '../support/mlflow-server.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

/** All that MLflow's client reads of an experiment of its own, but for what it makes up itself. */
const READ = `
import json, math, sys
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
def word(value):
    return repr(value) if not math.isfinite(value) else value
found = client.get_experiment_by_name(sys.argv[2])
runs = client.search_runs([found.experiment_id]) if found else []
def files(run, folder=''):
    for entry in client.list_artifacts(run.info.run_id, folder):
        if entry.is_dir:
            yield from files(run, entry.path)
        else:
            yield entry.path
def read(run):
    def points(key):
        found = client.get_metric_history(run.info.run_id, key)
        return [[p.step, p.timestamp, word(p.value)] for p in sorted(found, key=lambda p: (p.step, p.timestamp))]
    history = {key: points(key) for key in run.data.metrics}
    texts = {p: open(client.download_artifacts(run.info.run_id, p)).read() for p in files(run)}
    return {'name': run.info.run_name, 'status': run.info.status, 'start': run.info.start_time, 'end': run.info.end_time,
            'user': run.info.user_id, 'params': run.data.params, 'tags': run.data.tags, 'history': history, 'files': texts}
print(json.dumps([read(run) for run in runs]))
`;

interface ReadRun {
  readonly name: string;
  readonly status: string;
  readonly start: number;
  readonly end: number | null;
  readonly params: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly history: Record<string, [step: number, timestamp: number, value: number | string][]>;
  readonly files: Record<string, string>;
}

const SHEAF = `project: vision
scheduler: local
integrations: {mlflow: {artifacts: [results.json, 'model*.json']}}
`;
const TEMPLATE = `learning_rate: 1e-4
model: {name: "it's \\"ünï\\" 日本", sizes: [1, 2]}
command: |
  echo "accuracy=0.75 diverged=nan"; echo '{"w": 1}' > "$SHEAF_OUT/model.json"
  exit {{ ends_with }}
ends_with: 0
harvest:
  accuracy: {log: 'accuracy=(\\S+)'}
  val/acc: {log: 'accuracy=(\\S+)'}
  top@5: {log: 'diverged=(\\S+)'}
  word: {json: model.json, path: text, required: false}
`;

describeInterop('MLflow', (python) => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-mlflow-'));
  let server: TestServer;
  beforeAll(async () => {
    server = await mlflowServer(python, folder);
  }, 180_000);
  afterAll(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const read = async (experiment: string): Promise<ReadRun[]> =>
    (await python.json(READ, [server.uri, experiment])) as ReadRun[];

  test('reads back what the record has: parameters, metrics, series, tags, files, times and outcome', async () => {
    const project = await ranProject(['one', 'two', 'failed']);
    const sent = await project.export('first');
    expect(sent.data).toMatchObject({ runs: [{ kind: 'new' }, { kind: 'new' }, { kind: 'new' }], failed: [] });
    expect(sent.warnings).toContainEqual(
      'the metric "top@5" is sent as "top_5": MLflow does not take its name (failed, one, two)',
    );
    const runs = await read('first');
    const one = runs.find(({ name }) => name === 'one');
    const failed = runs.find(({ name }) => name === 'failed');
    expect(runs).toHaveLength(3);
    expect(one).toMatchObject({
      status: 'FINISHED',
      params: {
        learning_rate: '1e-4',
        'model.name': `it's "ünï" 日本`,
        'model.sizes': '[1, 2]',
        ends_with: '0',
      },
      tags: {
        'sheaf.exp_id': 'one',
        'sheaf.project': 'vision',
        'sheaf.template': 'mnist',
        'sheaf.status': 'completed',
        'sheaf.tags': 'lr,paper',
        'mlflow.source.name': 'templates/mnist.yaml',
        'mlflow.note.content': 'Try it: ünï\n\nlooks good',
        'mlflow.runName': 'one',
      },
      files: { 'attempts/train-1/model.json': '{"w": 1}\n', 'results.json': project.text('one', 'results.json') },
    });
    const times = project.times('one');
    expect([one?.start, one?.end]).toEqual(times);
    expect(one?.history).toEqual({
      accuracy: [[0, times[1], 0.75]],
      top_5: [[0, times[1], 'nan']],
      loss: LOSS.map(([step, seconds, value]) => [
        step,
        Number.isNaN(seconds) ? times[0] : seconds * 1000,
        readWord(value),
      ]),
      // Its series does not end in it.
      'results/val/acc': [[0, times[1], 0.75]],
      'val/acc': [[2 ** 40, 1_700_000_000_250, 0.1 + 0.2]],
    });
    expect(failed).toMatchObject({ status: 'FAILED', tags: { 'sheaf.cause': 'exit_code' } });
  }, 240_000);

  test('a second export sends nothing, a third what has changed', async () => {
    const project = await ranProject(['one', 'two']);
    await project.export('again');
    const before = await read('again');
    expect((await project.export('again')).data).toMatchObject({
      runs: [
        { kind: 'unchanged', points: 0, files: 0 },
        { kind: 'unchanged', points: 0, files: 0 },
      ],
    });
    expect(await read('again')).toEqual(before);
    await project.sheaf(['note', 'one', 'second look']);
    await project.series('one', [...LOSS, [100, 1_700_000_009, 0.01]]);
    const sent = await project.export('again');
    expect(sent.data.runs.find(({ exp_id: id }) => id === 'one')).toMatchObject({
      kind: 'updated',
      points: 1,
      files: 0,
    });
    const one = (await read('again')).find(({ name }) => name === 'one');
    expect(one?.history['loss']).toHaveLength(LOSS.length + 1);
    expect(one?.tags['mlflow.note.content']).toContain('second look');
    await project.series('one', LOSS);
    expect((await project.export('again')).warnings).toContain(
      'MLflow keeps 1 value of the metric "loss" that the run does not have, and cannot remove it (one)',
    );
  }, 240_000);

  test('an export that is killed, wherever that is, goes on: each value is there once', async () => {
    const project = await ranProject(['one', 'two']);
    await project.series(
      'one',
      Array.from({ length: 2_500 }, (_, i) => [i, 1_700_000_000 + i, Math.sin(i)]),
    );
    let kills = 0;
    for (let at = 1; ; at += kills < 12 ? 1 : 3) {
      const { exitCode } = await project.sheaf(project.words('killed'), { env: { SHEAF_TEST_FAULT: `kill@${at}` } });
      if (exitCode === 0) break;
      expect(exitCode).toBeNull();
      kills += 1;
    }
    expect(kills).toBeGreaterThan(5);
    await expectWhole(await read('killed'));
    expect((await project.export('killed')).data).toMatchObject({
      runs: [{ kind: 'unchanged' }, { kind: 'unchanged' }],
    });
  }, 600_000);

  test('answers that get lost on the way make no second run and no second value', async () => {
    const project = await ranProject(['one', 'two']);
    await project.series('one', SINE);
    const lost: string[] = [];
    const proxy = await lossyProxy(server.uri, ({ url = '' }) => {
      const isFirst = /create$|log-batch$|update$/.test(url) && lost.filter((path) => path === url).length < 2;
      if (isFirst) lost.push(url);
      return isFirst;
    });
    const sent = await project.sheaf([...project.words('lossy'), '--tracking-uri', proxy, '--quiet']);
    expect(sent).toMatchObject({ exitCode: 0 });
    expect(new Set(lost).size).toBe(4);
    await expectWhole(await read('lossy'));
  }, 240_000);

  test('a server that dies midway is reported; when it is up again the same command continues', async () => {
    const project = await ranProject(['one', 'two']);
    await project.series(
      'one',
      Array.from({ length: 2_500 }, (_, i) => [i, 1_700_000_000 + i, Math.sin(i)]),
    );
    const running = project.sheaf(project.words('dying'));
    await until(() => hasRuns(server, 'dying'));
    await server.kill();
    const { exitCode, stderr } = await running;
    await server.start();
    if (exitCode !== 0) expect(stderr).toContain(`the tracking server ${server.uri} does not answer`);
    await project.export('dying');
    await expectWhole(await read('dying'));
  }, 600_000);

  async function expectWhole(runs: readonly ReadRun[]): Promise<void> {
    expect(runs.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual(['one FINISHED', 'two FINISHED']);
    const history = runs.find(({ name }) => name === 'one')?.history['loss'] ?? [];
    expect(history).toEqual(SINE.map(([step, seconds, value]) => [step, seconds * 1000, value]));
  }

  /** A project with experiments that have run, been harvested and have series. */
  async function ranProject(names: readonly string[]): Promise<RanProject> {
    const project = testFolder({ 'sheaf.yaml': SHEAF, 'templates/mnist.yaml': TEMPLATE });
    const sheaf: TestFolder['sheaf'] = (words, settings = {}) =>
      project.sheaf(words, { ...settings, env: { MLFLOW_TRACKING_URI: server.uri, ...settings.env } });
    for (const name of names) {
      const status = name === 'failed' ? ['--ends-with', '3'] : [];
      const about = ['--description', 'Try it: ünï', '--tags', 'lr', 'paper'];
      expect(await sheaf(['new', '--template', 'mnist', '--exp-id', name, ...about, ...status])).toMatchObject({
        exitCode: 0,
      });
    }
    await sheaf(['submit', ...names]);
    await sheaf(['wait', ...names]);
    await sheaf(['note', names[0] ?? '', 'looks good']);
    expect((await sheaf(['harvest', ...names])).stdout).toContain('Harvested');
    const made = ranProjectOf(project, sheaf);
    for (const name of names) await made.series(name, LOSS);
    return made;
  }
});

/** Whether something has arrived, told faster than by MLflow's client. */
async function hasRuns({ uri }: TestServer, experiment: string): Promise<boolean> {
  const found = await fetch(`${uri}/api/2.0/mlflow/experiments/get-by-name?experiment_name=${experiment}`);
  if (!found.ok) return false;
  const { experiment: about } = (await found.json()) as { experiment: { experiment_id: string } };
  const runs = await fetch(`${uri}/api/2.0/mlflow/runs/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ experiment_ids: [about.experiment_id] }),
  });
  return (await runs.text()).includes('"loss"');
}

type Points = readonly (readonly [step: number, seconds: number, value: number])[];

/** More than one request holds. */
const SINE: Points = Array.from({ length: 2_500 }, (_, i) => [i, 1_700_000_000 + i, Math.sin(i)]);

/** NaN as a time: the source does not tell. MLflow's databases hold the largest double for an infinity. */
const LOSS: Points = [
  [0, 1_700_000_000, 2.5],
  [1, Number.NaN, Number.NaN],
  [2, 1_700_000_002, Infinity],
  [3, 1_700_000_003, -Infinity],
  [3, 1_700_000_004, 5e-324],
  [4, 1_700_000_005, -1.7976931348623157e308],
];

function readWord(value: number): number | string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE;
}

interface RanProject {
  readonly sheaf: TestFolder['sheaf'];
  words(experiment: string): string[];
  export(experiment: string): Promise<{
    readonly data: { readonly runs: readonly { readonly exp_id: string }[] };
    readonly warnings: readonly string[];
  }>;
  series(expId: string, loss: Points): Promise<void>;
  text(expId: string, file: string): string;
  /** When its job says that it began and ended, ms since 1970. */
  times(expId: string): readonly [number, number];
}

function ranProjectOf(project: TestFolder, sheaf: TestFolder['sheaf']): RanProject {
  const words = (experiment: string): string[] => ['export', '--to', 'mlflow', '--mlflow-experiment', experiment];
  const text = (expId: string, file: string): string =>
    readFileSync(join(project.path, 'experiments', expId, file), 'utf8');
  const time = (expId: string, word: string): number => {
    const record = JSON.parse(text(expId, `attempts/train-1/${word}.json`)) as Record<string, string>;
    return Date.parse(record[`${word}_at`] ?? '');
  };
  return {
    sheaf,
    words,
    export: async (experiment) => {
      const { stdout, stderr, exitCode } = await sheaf([...words(experiment), '--json', '--quiet']);
      expect([exitCode, stderr]).toEqual([0, '']);
      return JSON.parse(stdout) as Awaited<ReturnType<RanProject['export']>>;
    },
    series: (expId, loss) =>
      writeParquet(join(project.path, 'experiments', expId, 'series.parquet'), [
        { name: 'metric', kind: 'string', values: [...loss.map(() => 'loss'), 'val/acc'] },
        { name: 'step', kind: 'int64', values: Float64Array.from([...loss.map(([step]) => step), 2 ** 40]) },
        { name: 'value', kind: 'double', values: Float64Array.from([...loss.map(([, , value]) => value), 0.1 + 0.2]) },
        {
          name: 'wall_time',
          kind: 'double',
          values: Float64Array.from([...loss.map(([, seconds]) => seconds), 1_700_000_000.25]),
          nanIsNull: true,
        },
      ]),
    text,
    times: (expId) => [time(expId, 'started'), time(expId, 'ended')],
  };
}
