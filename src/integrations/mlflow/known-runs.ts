import { failure } from '../../core/errors.ts';
import { requireAccepted, isRefused, type MlflowServer } from './server.ts';
import { getPointIdentity, type Point } from './points.ts';

/** Tags of a run by which it is found again. */
export const KEY_TAG = 'sheaf.key';

/** A run as the server has it. */
export interface KnownRun {
  readonly runId: string;
  /** `mlflow-artifacts:/1/5b…/artifacts` where the server takes files. */
  readonly artifactUri: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  /** The newest value of each metric. */
  readonly metrics: ReadonlyMap<string, Point>;
}

/**
 * The id of an experiment of MLflow, which is made when it is not there.
 *
 * @throws SheafError `mlflow.experiment` for a deleted one; `mlflow.*`
 */
export async function findExperimentId(server: MlflowServer, name: string): Promise<string> {
  const path = `/mlflow/experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
  const found = await server.ask({ method: 'GET', path });
  if (!isRefused(found)) return idOf(found['experiment'] as Fields, name);
  if (found.refused.code !== 'RESOURCE_DOES_NOT_EXIST') requireAccepted(found, `to look for the experiment "${name}"`);
  const made = await server.ask({ method: 'POST', path: '/mlflow/experiments/create', body: { name } });
  if (!isRefused(made) && made['experiment_id'] !== undefined) return text(made['experiment_id']);
  // Another command was faster, or the answer to the first try was lost.
  const again = await server.ask({ method: 'GET', path });
  return idOf(
    requireAccepted(isRefused(again) ? made : again, `to make the experiment "${name}"`)['experiment'] as Fields,
    name,
  );
}

type Fields = Readonly<Record<string, unknown>>;

function idOf(experiment: Fields, name: string): string {
  if (experiment['lifecycle_stage'] !== 'deleted') return text(experiment['experiment_id']);
  const id = text(experiment['experiment_id']);
  throw failure('mlflow.experiment', `the experiment "${name}" of MLflow was deleted`, {
    fix: `mlflow experiments restore --experiment-id ${id}, or another name: --mlflow-experiment NAME`,
    now: 'nothing was sent to it',
  });
}

/** Up to this many are looked up one by one; otherwise all are listed. */
const FEW = 8;
const PAGE = 500;

/** Which of the runs with these keys the server has; of several with one key, which two commands made at once, the oldest. */
export async function findKnownRuns(
  server: MlflowServer,
  experiment: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, KnownRun>> {
  const filters = keys.length <= FEW ? keys.map((key) => `= '${key}'`) : ["LIKE '%'"];
  const known = new Map<string, KnownRun>();
  for (const filter of filters) {
    for await (const run of searchRuns(server, experiment, `tags.\`${KEY_TAG}\` ${filter}`)) {
      const key = run.tags.get(KEY_TAG) ?? '';
      if (!known.has(key)) known.set(key, run);
    }
  }
  return known;
}

async function* searchRuns(server: MlflowServer, experiment: string, filter: string): AsyncGenerator<KnownRun> {
  for (let page: unknown = undefined; ;) {
    const body = {
      experiment_ids: [experiment],
      filter,
      max_results: PAGE,
      order_by: ['attributes.start_time ASC'],
      ...(page === undefined ? {} : { page_token: page }),
    };
    const answer = await server.ask({ method: 'POST', path: '/mlflow/runs/search', body });
    const { runs = [], next_page_token: next } = requireAccepted(answer, 'to list runs') as {
      runs?: readonly Fields[];
      next_page_token?: unknown;
    };
    yield* runs.map(toKnownRun);
    if (next === undefined || next === '') return;
    page = next;
  }
}

export function toKnownRun(run: Fields): KnownRun {
  const info = run['info'] as Fields;
  const data = (run['data'] ?? {}) as Fields;
  const pairs = (name: string): [string, Fields][] =>
    ((data[name] ?? []) as readonly Fields[]).map((item) => [text(item['key']), item]);
  const texts = (name: string): Map<string, string> =>
    new Map(pairs(name).map(([key, { value }]) => [key, text(value)]));
  return {
    runId: text(info['run_id']),
    artifactUri: text(info['artifact_uri']),
    tags: texts('tags'),
    params: texts('params'),
    metrics: new Map(pairs('metrics').map(([key, item]) => [key, pointOf(item)])),
  };
}

/** All values of a metric that the server has, by {@link getPointIdentity}. */
export async function readHistory(server: MlflowServer, runId: string, key: string): Promise<Set<string>> {
  const points = new Set<string>();
  for (let page = ''; ;) {
    const query = new URLSearchParams({ run_id: runId, metric_key: key, ...(page === '' ? {} : { page_token: page }) });
    const answer = await server.ask({ method: 'GET', path: `/mlflow/metrics/get-history?${query.toString()}` });
    const { metrics = [], next_page_token: next } = requireAccepted(answer, `to show the metric "${key}"`) as {
      metrics?: readonly Fields[];
      next_page_token?: string;
    };
    for (const item of metrics) points.add(getPointIdentity(pointOf(item)));
    if (next === undefined || next === '') return points;
    page = next;
  }
}

function pointOf(item: Fields): Point {
  return {
    key: text(item['key']),
    value: item['value'] as Point['value'],
    timestamp: Number(item['timestamp'] ?? 0),
    step: Number(item['step'] ?? 0),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
