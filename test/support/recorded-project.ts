import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openProject, type Project } from '../../src/app/project/project.ts';
import type { Fact } from '../../src/core/experiment/facts.ts';
import { failure } from '../../src/core/errors.ts';
import type { EventBody } from '../../src/core/experiment/event.ts';
import type { Frozen } from '../../src/core/experiment/frozen.ts';
import { asKey, asToken, parseExpId } from '../../src/core/ids.ts';
import type { Harvest, Metric } from '../../src/core/experiment/metric.ts';

/** When the lives below happen, unless told otherwise. */
export const LIFE_MS: number = Date.parse('2026-03-10T12:00:00Z');

/** What is on record of one experiment. */
export interface Life extends Partial<
  Pick<Frozen, 'template' | 'params' | 'written' | 'seeds' | 'settings' | 'origins'>
> {
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly notes?: readonly string[];
  readonly sweep?: string;
  /** `train-1` → what is known of it; each is a submission of its own with the job id `<expId>/<attempt>`. */
  readonly attempts?: { readonly [name: string]: readonly Fact[] };
  /** Final values, as if harvested. */
  readonly metrics?: { readonly [name: string]: number | string | null | Pick<Metric, 'value' | 'nonfinite' | 'mode'> };
  readonly missing?: Harvest['missing'];
  readonly archived?: boolean;
}

/** A project with a record of experiments that nobody made or ran, and no scheduler that could be asked. */
export interface RecordedProject {
  readonly project: Project;
  /** Records more of the lives of these or other experiments. */
  record(lives: { readonly [expId: string]: Life }): Promise<void>;
  /** Adds to what is known of one attempt: `train-1`. */
  learn(expId: string, attempt: string, ...facts: Fact[]): Promise<void>;
  /** Writes a file, path below the project's folder. */
  write(path: string, content: string): void;
}

/** The project is closed and removed after the test. */
export async function recordedProject(
  lives: { readonly [expId: string]: Life } = {},
  files: { readonly [path: string]: string } = {},
): Promise<RecordedProject> {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-app-'));
  const root = join(outer, `it's a "project"`);
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  mkdirSync(join(root, '.sheaf'), { recursive: true });
  for (const [path, content] of Object.entries({ 'sheaf.yaml': 'scheduler: local\n', ...files })) write(path, content);
  const opened = await openProject({
    dir: root,
    env: { SHEAF_LOCAL_DIR: join(outer, 'local'), HOME: outer },
    supervisorArgv: ['/bin/false'],
  });
  const project = { ...opened, scheduler: () => Promise.reject(failure('scheduler.none', 'no scheduler is here')) };
  onTestFinished(() => {
    project.store.close();
    rmSync(outer, { recursive: true, force: true });
  });
  const record: RecordedProject['record'] = async (more) => {
    await project.store.append(Object.entries(more).flatMap(([expId, life]) => eventsOf(expId, life)));
  };
  await record(lives);
  return {
    project,
    record,
    learn: (expId, attempt, ...facts) => project.store.append(stateEvents(expId, attempt, facts)),
    write,
  };
}

export function started(atMs: number = LIFE_MS): Fact {
  return { kind: 'started', atMs, host: 'gn01', job: '7' };
}

export function ended(exitCode = 0, atMs: number = LIFE_MS + 60_000): Fact {
  return { kind: 'ended', atMs, exitCode };
}

/** The events of a life. */
export function eventsOf(expId: string, life: Life): EventBody[] {
  const { template = 't', params = {}, written = {}, seeds = ['seed'], origins = { sources: [], at: {} } } = life;
  const settings = life.settings ?? { resources: {}, command: 'true' };
  const { description = '', tags = [], notes = [], sweep, attempts = {}, archived } = life;
  const [key, exp] = [asKey(`key-${expId}`), parseExpId(expId)];
  return [
    {
      type: 'created',
      key,
      exp,
      description,
      tags,
      notes,
      config: { template, params, written, seeds, settings, origins },
      ...(sweep === undefined ? {} : { sweep }),
    },
    ...Object.entries(attempts).flatMap(([name, facts]) => [
      ...submitEvents(expId, name),
      ...stateEvents(expId, name, facts),
    ]),
    ...(life.metrics || life.missing ? [harvested(expId, life)] : []),
    ...(archived === undefined ? [] : [{ type: 'archived' as const, key, exp, archived }]),
  ];
}

function refOf(expId: string, attempt: string): { key: ReturnType<typeof asKey>; stage: string; n: number } {
  const dash = attempt.lastIndexOf('-');
  return { key: asKey(`key-${expId}`), stage: attempt.slice(0, dash), n: Number(attempt.slice(dash + 1)) };
}

function submitEvents(expId: string, attempt: string): EventBody[] {
  const token = asToken(`token-${expId}-${attempt}`);
  const job = { scheduler: 'local:test', id: `${expId}/${attempt}`, uid: 1, submittedMs: LIFE_MS };
  return [
    { type: 'submitting', token, scheduler: 'local:test', members: [refOf(expId, attempt)], owner: 'h:1:1:1' },
    { type: 'submitted', token, job },
  ];
}

function stateEvents(expId: string, attempt: string, facts: readonly Fact[]): EventBody[] {
  const token = asToken(`token-${expId}-${attempt}`);
  return facts.map((fact) => ({ type: 'state', token, attempts: [refOf(expId, attempt)], fact }));
}

function harvested(expId: string, { metrics = {}, missing = {}, attempts = {} }: Life): EventBody {
  const source = { file: 'attempts/train-1/out.log', rule: 'log /x/ last', line: 3 };
  const all = Object.entries(metrics).map(([name, value]): [string, Metric] => [
    name,
    { ...(typeof value === 'object' && value !== null ? value : { value }), source },
  ]);
  return {
    type: 'harvested',
    key: asKey(`key-${expId}`),
    exp: parseExpId(expId),
    harvest: {
      metrics: Object.fromEntries(all),
      missing,
      attempts: Object.keys(attempts),
      partial: false,
      fingerprint: 'none',
    },
  };
}
