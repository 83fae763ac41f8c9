import { sendArtifacts } from './artifacts.ts';
import { splitBatches, type LogBatch } from './batches.ts';
import { findMissingMetrics, findMissingParams, toTags } from './missing-items.ts';
import { readHistory, toKnownRun, findKnownRuns, type KnownRun } from './known-runs.ts';
import type { Named } from './names.ts';
import { getPointIdentity } from './points.ts';
import type { OutgoingRun, SentRun } from './run.ts';
import { requireAccepted, type MlflowCall, type MlflowServer } from './server.ts';

/** A tag that is written last: a run that has it arrived whole. */
const SENT_TAG = 'sheaf.sent';

/**
 * Brings a run of the server up to date; what is there is not sent again. What was cut off, here or on the way, goes on
 * where it stopped, for each time it is looked what has arrived.
 *
 * @param known what the server has of it
 * @throws SheafError `mlflow.*`, `file.*`
 */
export async function sendRun(
  server: MlflowServer,
  experiment: string,
  run: OutgoingRun,
  known: KnownRun | undefined,
): Promise<SentRun> {
  if (known?.tags.get(SENT_TAG) === run.fingerprint)
    return { kind: 'unchanged', runId: known.runId, points: 0, files: 0, remarks: [] };
  const tags = toTags(run);
  const there = known ?? (await createRun(server, experiment, run, tags.items));
  const params = findMissingParams(run, there);
  const metrics = await findMissingMetrics(server, run, there);
  let points = 0;
  for (const batch of splitBatches(params.pairs, metrics.points)) {
    await sendBatch(server, there.runId, batch);
    points += batch.metrics.length;
  }
  const files = await sendArtifacts(server, there, run.artifacts);
  const changed = tags.items.filter(([name, value]) => there.tags.get(name) !== value);
  await sendTags(server, there.runId, [...changed, ...files.tags]);
  await updateRun(server, there.runId, run);
  await sendTags(server, there.runId, [[SENT_TAG, run.fingerprint]]);
  return {
    kind: known === undefined ? 'new' : 'updated',
    runId: there.runId,
    points,
    files: files.tags.length,
    remarks: [...tags.remarks, ...params.remarks, ...metrics.remarks, ...files.remarks],
  };
}

/** When the answer is lost it is looked whether the run was made. */
async function createRun(
  server: MlflowServer,
  experiment: string,
  { key, name, user, startMs }: OutgoingRun,
  tags: Named<string>['items'],
): Promise<KnownRun> {
  const body = {
    experiment_id: experiment,
    run_name: name,
    user_id: user,
    start_time: startMs,
    tags: tags.map(([tag, value]) => ({ key: tag, value })),
  };
  const request: MlflowCall = { method: 'POST', path: '/mlflow/runs/create', body };
  let found: KnownRun | undefined;
  const answer = await server.ask(request, async () => {
    found = (await findKnownRuns(server, experiment, [key])).get(key);
    return found === undefined ? request : undefined;
  });
  return found ?? toKnownRun(requireAccepted(answer, `the run ${name}`)['run'] as Record<string, unknown>);
}

/** A batch whose answer is lost may have arrived: only what has not is sent again. */
async function sendBatch(server: MlflowServer, runId: string, batch: LogBatch): Promise<void> {
  const asked = ({ metrics, params }: LogBatch): MlflowCall => ({
    method: 'POST',
    path: '/mlflow/runs/log-batch',
    body: { run_id: runId, metrics, params },
  });
  const answer = await server.ask(asked(batch), async () => {
    const keys = [...new Set(batch.metrics.map(({ key }) => key))];
    const there = new Map<string, Set<string>>();
    for (const key of keys) there.set(key, await readHistory(server, runId, key));
    return asked({
      ...batch,
      metrics: batch.metrics.filter((point) => !there.get(point.key)?.has(getPointIdentity(point))),
    });
  });
  requireAccepted(answer, 'values of metrics or parameters');
}

/** Of one request. */
const MOST_TAGS = 100;

async function sendTags(server: MlflowServer, runId: string, tags: Named<string>['items']): Promise<void> {
  for (let i = 0; i < tags.length; i += MOST_TAGS) {
    const some = tags.slice(i, i + MOST_TAGS).map(([key, value]) => ({ key, value }));
    const body = { run_id: runId, metrics: [], params: [], tags: some };
    requireAccepted(await server.ask({ method: 'POST', path: '/mlflow/runs/log-batch', body }), 'tags');
  }
}

async function updateRun(server: MlflowServer, runId: string, { status, endMs, name }: OutgoingRun): Promise<void> {
  const body = { run_id: runId, status, ...(endMs === undefined ? {} : { end_time: endMs }) };
  requireAccepted(
    await server.ask({ method: 'POST', path: '/mlflow/runs/update', body }),
    `the status of the run ${name}`,
  );
}
