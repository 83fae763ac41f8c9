/** Each kind of action that a page has done: real servers, real jobs. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { on, openActingServer, type ActingServer } from '../support/acting-server.ts';
import {
  codeOf,
  listAll,
  openToNobody,
  makeServerProject,
  sendTo,
  type Reply,
  whyNoOtherAccount,
} from '../support/dashboard.ts';

const TEMPLATE = `
lr: 1e-3
end: well
code: live
command: |
  echo '{"step": 1, "loss": {{ lr }}}' > $SHEAF_OUT/metrics.jsonl
  case {{ end }} in badly) exit 3 ;; never) sleep 1000 ;; gate) until [ -e gate ]; do sleep 0.05; done ;; esac
harvest: { loss: { jsonl: metrics.jsonl } }
`;

let acting: ActingServer;

beforeAll(async () => {
  acting = await openActingServer(TEMPLATE);
});
afterAll(() => acting.end());

const make = (expId: string, end: string, submit = true): Promise<string> =>
  acting.carryOut({ kind: 'new', template: 'job', expId, params: { end }, submit });

/** A command that waits looks more often than the server does. */
async function finish(id: string, status: string): Promise<void> {
  acting.project.sheaf('wait', id);
  await acting.reach(id, status);
}

test('a queued job is held, and runs when it is released', async () => {
  await make('former', 'gate');
  await make('latter', 'well', false);
  acting.project.sheaf('submit', 'latter', '--after', 'former');
  expect(await acting.carryOut({ kind: 'hold', ...on('latter') })).toBe('Held 1 experiment');
  writeFileSync(join(acting.project.root, 'gate'), '');
  await finish('former', 'completed');
  expect((await acting.show('latter')).active).toMatchObject({
    status: 'queued',
    note: 'held; sheaf release lets it go',
  });
  expect(await acting.carryOut({ kind: 'release', ...on('latter') })).toBe('Released 1 experiment');
  await finish('latter', 'completed');
});

test('a running job is not requeued where the scheduler cannot, and its words say so', async () => {
  await make('running', 'never');
  await acting.reach('running', 'running');
  const action = { kind: 'requeue', ...on('running') } as const;
  const plan = await acting.ask('plan', { action });
  expect(plan).toMatchObject({ title: 'Requeue 1 experiment', command: 'sheaf requeue running' });
  expect(await acting.ask('act', { plan: plan.id, action })).toMatchObject({
    kind: 'failed',
    problem: { code: 'requeue.local', message: 'the local scheduler does not put a job back into its queue' },
  });
  expect((await acting.show('running')).status).toBe('running');
  const stop = { kind: 'cancel', ...on('running'), stop: "it's no better" } as const;
  expect(await acting.ask('plan', { action: stop })).toMatchObject({
    title: 'Stop 1 experiment',
    lines: expect.arrayContaining(["Reason: it's no better"]),
    command: `sheaf cancel running --stop 'it'\\''s no better'`,
  });
  expect(await acting.carryOut(stop)).toBe('Stopping 1 experiment');
  await finish('running', 'stopped');
});

test('a sweep that stops and proposes members is planned as the command prints it, and made', async () => {
  const searched =
    TEMPLATE.replace('jsonl: metrics.jsonl', 'jsonl: metrics.jsonl, mode: min, series: true') +
    'time_limit: 01:00:00\ncheckpoint: {files: "step_{step}.pt"}\n';
  writeFileSync(
    join(acting.project.root, 'templates/searched.yaml'),
    searched.replace('lr: 1e-3', 'lr: 1e-3\nseed: 0'),
  );
  const sweep = {
    kind: 'sweep',
    template: 'searched',
    name: 'tuned',
    random: { seed: 7, draws: { lr: 'loguniform(1e-5,1e-1)' } },
    search: {
      trials: 20,
      by: 'random',
      lead: 3,
      metric: 'loss',
      stop: { rule: 'asha', from: 1, to: 9, resume: true },
      confirm: { top: 2, seeds: 3 },
    },
  } as const;
  const refused = await acting.send('plan', { action: sweep });
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('a limit of members that run at once')]);
  const limited = { ...sweep, maxParallel: 2 };
  const plan = await acting.ask('plan', { action: { ...limited, submit: true } });
  expect(plan).toMatchObject({
    count: 20,
    // 20 trials and 2 repetitions of the best 2.
    price: { jobs: 24, gpuHours: 0, cpuHours: 24 },
    lines: [
      'At most 20 experiments over lr',
      'tuned-0 to tuned-19',
      'Search: loss (min), proposed by random, lead 3, paused by asha from step 1 to 9, eta 3, keep 1, the best 2 are repeated over 3 seeds',
      'Rungs: 1, 3 of 9 steps',
      'At most 4 repetitions of the best',
      expect.stringMatching(/^Expected: \S+ CPU hours, if a whole run takes its time limit$/),
    ],
    command:
      "sheaf sweep searched --draw 'lr=loguniform(1e-5,1e-1)' --random-seed 7 --search 20 --metric loss --by random " +
      '--lead 3 --stop asha --from-step 1 --to-step 9 --pause true --confirm 2:3 --name tuned --submit --max-parallel 2',
  });
  expect((await acting.ask('preview', { action: limited })).scriptsOf).toBe('tuned-0');
  expect(await acting.carryOut(limited)).toBe('Created sweep tuned, which proposes its members as slots become free');
  const shown = acting.project.sheaf('sweep', 'show', 'tuned').stdout;
  expect(shown).toContain('loss (min), proposed by random, lead 3, paused by asha from step 1 to 9, eta 3, keep 1');
  const words = plan.command.replace('sheaf ', '').replace('--name tuned --submit', '--name other --dry-run');
  const printed = acting.project.sheaf(...words.replaceAll("'", '').split(' ')).stdout;
  expect(printed).toContain('at most 20 experiments over lr, and at most 4 repetitions of the best');
  for (const line of plan.lines.filter((each) => /^(?:Search|Rungs|Expected): /.test(each))) {
    expect(printed).toContain(line.replace(/^.*?: /, ''));
  }
});

test('a failed run is retried as the template has it now, its results are read, and it is cloned', async () => {
  await make('retried', 'badly');
  await finish('retried', 'failed');
  writeFileSync(join(acting.project.root, 'templates/job.yaml'), TEMPLATE.replace('exit 3', 'exit 0'));
  const again = { kind: 'retry', ...on('retried') } as const;
  expect((await acting.ask('plan', { action: again })).lines.join()).not.toContain('as they are now');
  const longer = { ...again, resources: { time_limit: '00:30:00', cpus_per_task: '2' } } as const;
  expect(await acting.ask('plan', { action: longer })).toMatchObject({
    lines: expect.arrayContaining(['time_limit: 00:30:00, for these attempts only']),
    price: { gpuHours: 0, cpuHours: 1 },
    command: 'sheaf retry retried --set cpus_per_task=2 --set time_limit=00:30:00',
  });
  expect(await acting.carryOut({ ...again, fresh: true })).toBe('Submitted 1 experiment');
  await finish('retried', 'completed');
  expect(await acting.carryOut({ kind: 'harvest', ...on('retried') })).toBe('Harvested 1 experiment');
  expect((await acting.show('retried')).results).toMatchObject({ loss: { value: 0.001 } });
  const clone = { kind: 'clone', id: 'retried', newId: 'other', params: { lr: '2' }, tags: ['cloned'] } as const;
  expect((await acting.ask('plan', { action: clone })).lines).toContain('lr: 1e-3 → 2');
  expect(await acting.carryOut(clone)).toBe('Created other');
  const made = await acting.show('other');
  expect([made.status, made.tags, made.params['lr']]).toEqual(['created', ['cloned'], 2]);
  const submitting = (await acting.show('retried')).events?.filter(({ type }) => type === 'submitting');
  expect(submitting?.map(({ by }) => by)).toEqual(['web', 'web']);
});

test('a sweep is priced with its packs and stages, and limited, and the journal says that a page did it', async () => {
  const packed =
    'lr: 1\ncode: live\npack: 2\ntime_limit: 01:00:00\nstages: { train: { command: "true" }, eval: { command: "true" } }\n';
  writeFileSync(join(acting.project.root, 'templates/packed.yaml'), packed);
  const sweep = { kind: 'sweep', template: 'packed', name: 'three', grid: { lr: '1,2,3' }, maxParallel: 2 } as const;
  const plan = await acting.ask('plan', { action: { ...sweep, submit: true } });
  expect(plan).toMatchObject({ count: 3, price: { jobs: 4, gpuHours: 0, cpuHours: 4, limits: ['at most 2 at once'] } });
  await acting.carryOut(sweep);
  const limit = { kind: 'throttle', name: 'three', maxParallel: 1 } as const;
  expect(await acting.ask('plan', { action: limit })).toMatchObject({
    title: 'Run at most 1 of sweep three at once',
    count: 1,
    command: 'sheaf sweep set three --max-parallel 1',
  });
  await acting.carryOut(limit);
  expect((await acting.ask('sweep', { name: 'three' })).summary.maxParallel).toBe(1);
  expect((await acting.ask('plan', { action: limit })).count).toBe(0);
  const journal = join(acting.project.root, '.sheaf/journal');
  const lines = readdirSync(journal).flatMap((name) => readFileSync(join(journal, name), 'utf8').split('\n'));
  const throttled = lines.filter((line) => line.includes('"type":"throttled","sweep":"three"'));
  expect(throttled.map((line) => (JSON.parse(line) as { by?: string }).by)).toEqual(['web', 'web']);
});

test('in a project that may only be read there are no actions, its page says why, and nothing is written', async ({
  skip,
}) => {
  const why = whyNoOtherAccount();
  if (why !== undefined) return skip(why);
  const other = makeServerProject();
  onTestFinished(() => other.remove());
  const { own, wrapper } = openToNobody(other);
  const before = listAll(other.root);
  const socketPath = join(own, 'run', 'socket');
  const reader = await other.serve(['--actions', '--socket', socketPath], wrapper);
  const ask = (name: string, body: object, session: object = {}): Promise<Reply> =>
    sendTo(0, { path: `/api/${name}`, headers: { host: 'localhost', ...session }, body, socketPath });
  const { headers, text } = await ask('session', { code: codeOf(reader.link) });
  const [cookie = ''] = headers['set-cookie'] ?? [];
  const session = { cookie: cookie.split(';')[0], 'x-sheaf-token': (JSON.parse(text) as { token: string }).token };
  expect((await ask('project', {}, session)).text).toContain('{"on":false,"why":"you may not write in this project"}');
  const form = { kind: 'new', template: 'baseline', params: { lr: '2' } };
  const { text: shown } = await ask('preview', { action: form }, session);
  expect(shown).toContain('"lr: 1e-3 → 2"');
  expect(shown).toContain('#SBATCH');
  const action = { kind: 'tag', ...on('first'), add: ['seen'] };
  for (const [name, body] of [
    ['plan', { action }],
    ['act', { plan: 'x', action }],
    ['saveView', { name: 'x' }],
  ] as const) {
    expect((await ask(name, body, session)).status).toBe(404);
  }
  expect(listAll(other.root)).toEqual(before);
});
