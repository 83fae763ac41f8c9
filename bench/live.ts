/**
 * `npm run bench:live`: what the dashboard's server and its two workers take over 100,000 experiments of 30 parameters: memory
 * after all kinds of questions, the processor while an open page watches and nothing happens, and while 3,600 events are
 * recorded in a minute. `-- --quick` takes a tenth of the experiments, and 10 seconds for each minute.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, sendTo } from '../test/support/dashboard.ts';
import { serveDashboard } from '../test/support/dashboard-project.ts';
import { listenTo } from '../test/support/event-client.ts';
import { makeProject } from './house-commands.ts';
import { recordLives } from './journal.ts';
import { report } from './measure.ts';
import { listFamily, readResidentMib, sumCpuSeconds } from './process-use.ts';

const isQuick = process.argv.includes('--quick');
const experiments = isQuick ? 10_000 : 100_000;
const seconds = isQuick ? 10 : 60;
/** Of the journal in a second; one experiment's life has ten. */
const PER_SECOND = 60;

const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const path = makeProject(join(folder, 'project'), experiments);
const env = { ...process.env, HOME: folder, SHEAF_LOCAL_DIR: join(folder, 'local') };
// The first start folds the whole journal, which a project is seldom without.
const cold = await serveDashboard({ path, env });
const folded = readResidentMib(cold.pid);
await cold.stop();
const served = await serveDashboard({ path, env });
try {
  const port = Number(new URL(served.url).port);
  const reply = await sendTo(port, { path: '/api/session', body: { code: codeOf(served.link) } });
  const [cookie = ''] = [reply.headers['set-cookie'] ?? []].flat();
  const { token } = JSON.parse(reply.text) as { token: string };
  const headers = { cookie: cookie.split(';', 1)[0] ?? '', 'x-sheaf-token': token };
  const ask = async (name: string, body: object): Promise<void> => {
    const { status, text } = await sendTo(port, { path: `/api/${name}`, headers, body });
    if (status !== 200) throw new Error(`${name}: ${text}`);
  };
  const client = listenTo({ port }, headers);
  await client.next('hello');
  await client.next('scheduler');
  for (const descending of [true, false]) {
    await ask('page', { sort: { field: 'accuracy', descending }, offset: experiments / 2 });
    await ask('page', { where: 'learning_rate < 0.01', sort: { field: 'param_1', descending } });
  }
  await ask('facets', {});
  await ask('activity', { sinceMs: 0 });
  await ask('summary', {});
  await ask('checkpoints', { id: 'bench_000001' });
  const pids = listFamily(served.pid);
  const [server = 0, ...workers] = pids.map(readResidentMib);
  const idleFrom = sumCpuSeconds(pids);
  await sleep(seconds * 1_000);
  const idle = (sumCpuSeconds(pids) - idleFrom) / seconds;

  const before = client.all('changed').length;
  const busyFrom = sumCpuSeconds(pids);
  await recordLives(path, { from: experiments, seconds, perSecond: PER_SECOND / 10 });
  const isLast = ({ ids }: { readonly ids: readonly string[] }): boolean =>
    ids.some((id) => id === `bench_${String(experiments + (seconds * PER_SECOND) / 10 - 1).padStart(6, '0')}`);
  const from = performance.now();
  while (!client.all('changed').some(isLast) && performance.now() - from < 30_000) await sleep(20);
  const lateMs = performance.now() - from;
  const busy = (sumCpuSeconds(pids) - busyFrom) / seconds;
  const messages = client.all('changed').length - before;
  client.close();
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  report([
    {
      what: `memory of the server, ${experiments} experiments`,
      measured: `${server.toFixed(0)} MB`,
      goal: '≤ 350 MB',
      ok: server <= 350,
    },
    {
      what: 'memory of a server that folded all of them itself',
      measured: `${folded.toFixed(0)} MB`,
      goal: '≤ 350 MB',
      ok: folded <= 350,
    },
    {
      what: 'memory of each worker',
      measured: workers.map((each) => `${each.toFixed(0)} MB`).join(', '),
      goal: '≤ 350 MB',
      ok: workers.every((each) => each <= 350),
    },
    {
      what: `processor while nothing happens, ${seconds} s, one page`,
      measured: percent(idle),
      goal: '≤ 1 %',
      ok: idle <= 0.01,
    },
    {
      what: `processor at ${PER_SECOND} recorded events a second`,
      measured: percent(busy),
      goal: '≤ 25 %',
      ok: busy <= 0.25,
    },
    {
      what: `messages to a page for ${PER_SECOND * seconds} events`,
      measured: String(messages),
      goal: `≤ ${seconds / 2 + 2}`,
      ok: messages <= seconds / 2 + 2,
    },
    {
      what: 'from the last event to its message',
      measured: `${lateMs.toFixed(0)} ms`,
      goal: '≤ 3000 ms',
      ok: lateMs <= 3_000,
    },
  ]);
} finally {
  await served.stop();
  rmSync(folder, { recursive: true, force: true });
}
