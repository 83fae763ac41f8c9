/** What `observe` does with real jobs of the local scheduler, and what it leaves to others. */
import { mkdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ExperimentManager } from '../../src/app/index.ts';
import { getExperimentStatus } from '../../src/core/experiment/status.ts';
import { localBench } from '../support/local-bench.ts';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';
import { until } from '../support/until.ts';

const FILES = {
  'sheaf.yaml': 'scheduler: local\n',
  'templates/t.yaml': `
command: |
  while [ ! -e "$SHEAF_PROJECT/go" ]; do sleep 0.05; done; echo acc=0.5; exit {{ ends_with }}
ends_with: 0
retry: {exit_code: 1}
harvest:
  acc: {log: 'acc=(.*)'}
`,
};

async function open({ path, env }: TestFolder): Promise<ExperimentManager> {
  const manager = await ExperimentManager.open({ dir: path, env });
  onTestFinished(() => manager.close());
  return manager;
}

function statusOf(manager: ExperimentManager, expId: string): string {
  const { status, cause } = getExperimentStatus(manager.find(expId).record);
  return cause === undefined ? status : `${status} ${cause}`;
}

test('observing records starts and ends, and neither harvests nor retries what failed', async () => {
  const folder = testFolder(FILES);
  const manager = await open(folder);
  for (const [expId, code] of [
    ['good', 0],
    ['bad', 3],
  ] as const) {
    await manager.create({ expId, template: 't', params: { ends_with: code } });
    await manager.submitExperiment(expId);
  }
  const { version } = await manager.observe();
  await until(async () => {
    await manager.observe();
    return statusOf(manager, 'good') === 'running' && statusOf(manager, 'bad') === 'running';
  });
  writeFileSync(join(folder.path, 'go'), '');
  const seen = await until(async () => {
    const observed = await manager.observe();
    return statusOf(manager, 'good') === 'completed' && statusOf(manager, 'bad') === 'failed exit_code'
      ? observed
      : undefined;
  });
  expect(seen).toMatchObject({ warnings: [], version: manager.project.store.version() });
  expect(await manager.changes(version)).toMatchObject({
    kind: 'changes',
    keys: expect.arrayContaining(['good', 'bad'].map((expId) => manager.find(expId).key)) as unknown,
  });
  // Nothing is left to see.
  const last = await manager.observe();
  expect(last).toEqual({ reasons: new Map(), recorded: 0, warnings: [], version: seen.version });
  expect(Object.keys(manager.find('bad').record.attempts)).toEqual(['train-1']);
  expect(manager.find('good').record.harvest).toBeUndefined();
  const { ended } = await manager.activity({ sinceMs: 0 });
  expect(ended.total).toBe(2);
  // A command that acts retries it.
  await manager.refresh();
  expect(Object.keys(manager.find('bad').record.attempts)).toEqual(['train-1', 'train-2']);
  await manager.wait({ ids: ['bad'] });
});

test('observing says what it could not record, and records it once it can', async () => {
  const folder = testFolder(FILES);
  const manager = await open(folder);
  await manager.create({ expId: 'a', template: 't' });
  await manager.submitExperiment('a');
  const version = manager.project.store.version();
  // The writer of this host cannot be opened.
  const writer = join(manager.project.store.localFolder ?? '', 'writer.sqlite');
  renameSync(writer, `${writer}.away`);
  mkdirSync(writer);
  const observed = await until(async () => {
    const seen = await manager.observe();
    return seen.unrecorded && seen;
  });
  expect(observed).toMatchObject({
    recorded: 0,
    version,
    unrecorded: { why: 'the writer of this project cannot be used' },
  });
  expect(statusOf(manager, 'a')).toBe('queued');
  rmdirSync(writer);
  renameSync(`${writer}.away`, writer);
  await until(async () => {
    await manager.observe();
    return statusOf(manager, 'a') === 'running';
  });
  writeFileSync(join(folder.path, 'go'), '');
  await manager.wait({ ids: ['a'] });
});

test('a look at the local scheduler does not bring back its supervisor, which a poll does', async () => {
  const bench = localBench({ env: { SHEAF_LOCAL_CPUS: '1' } });
  const running = await bench.submit('while [ ! -e go ]; do sleep 0.05; done');
  await bench.untilState(running.task(), 'running');
  const waiting = await bench.submit('exit 4');
  // The one that the second submission may have started comes after the first.
  await until(() => {
    const pid = bench.supervisorPid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    return !bench.isSupervised();
  });
  writeFileSync(join(bench.root, 'go'), '');
  const scheduler = bench.open();
  for (let i = 0; i < 3; i += 1) {
    const seen = await scheduler.look?.([running.task(), waiting.task()]);
    expect(seen?.kind === 'answer' && seen.results.map(({ fact }) => fact.state)).toEqual(['running', 'pending']);
  }
  expect(bench.isSupervised()).toBe(false);
  expect(await bench.untilEnded(waiting.task())).toMatchObject({ state: 'failed', exitCode: 4 });
});
