import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventBody } from '../src/core/experiment/event.ts';
import type { Checkpoint } from '../src/core/settings/run-settings.ts';
import type { Frozen } from '../src/core/experiment/frozen.ts';
import { asKey, asToken, parseExpId } from '../src/core/ids.ts';
import { encodeEvent, encodeHeader } from '../src/store/journal-line.ts';

const PARAMETERS = 30;

/** A configuration of 30 parameters, like those of a real template. @param seed default: one of three */
export function configOf(i: number, checkpoint?: Checkpoint, seed: number = i % 3): Frozen {
  const params = Object.fromEntries(
    Array.from({ length: PARAMETERS }, (_, p) => [
      `param_${p}`,
      p % 3 === 0 ? `choice_${i % (p + 2)}` : ((i * 31 + p) % 1000) / 7,
    ]),
  );
  return {
    template: 'bench',
    params: { ...params, learning_rate: 10 ** -(1 + (i % 5)), seed },
    written: { '/learning_rate': `1e-${1 + (i % 5)}` },
    seeds: ['seed'],
    settings: {
      resources: { partition: 'a100_public', num_gpus: 1 },
      command: 'python train.py {{ flags }}',
      ...(checkpoint && { checkpoint }),
    },
    origins: {
      sources: ['templates/bench.yaml'],
      at: Object.fromEntries(Object.keys(params).map((name, p) => [`/${name}`, [0, p + 3, 1]])),
    },
  };
}

/** The ten events of one experiment's life: created, submitted, run, harvested with this number of metrics, tagged. */
function lifeOf(
  i: number,
  {
    metrics = 2,
    seeds = 1,
    checkpoint,
    hasSeries = false,
  }: { metrics?: number; seeds?: number; checkpoint?: Checkpoint | undefined; hasSeries?: boolean },
): EventBody[] {
  const key = asKey(`k${String(i).padStart(9, '0')}`);
  const exp = parseExpId(`bench_${String(i).padStart(6, '0')}`);
  const token = asToken(`bench-${i}-train-abcdefghijkl`);
  const ref = { key, stage: 'train', n: 1 };
  const atMs = 1_795_000_000_000 + i * 1000;
  const source = { file: 'attempts/train-1/out.log', rule: 'log /acc=(.*)/', line: 90 };
  return [
    {
      type: 'created',
      key,
      exp,
      description: `run ${i}`,
      tags: ['bench'],
      notes: [],
      config: seeds === 1 ? configOf(i, checkpoint) : configOf(Math.floor(i / seeds), checkpoint, i % seeds),
      sweep: `sweep_${Math.floor(i / seeds) % 50}`,
    },
    { type: 'submitting', token, scheduler: 'slurm:bench', members: [ref], owner: 'login1:1:1:1' },
    { type: 'submitted', token, job: { scheduler: 'slurm:bench', id: String(i), uid: 1000, submittedMs: atMs } },
    { type: 'state', token, attempts: [ref], fact: { kind: 'queue', state: 'pending', atMs } },
    { type: 'state', token, attempts: [ref], fact: { kind: 'queue', state: 'running', atMs } },
    { type: 'state', token, attempts: [ref], fact: { kind: 'started', atMs, host: 'gn01', job: String(i) } },
    { type: 'state', token, attempts: [ref], fact: { kind: 'ended', atMs, exitCode: i % 17 === 0 ? 1 : 0 } },
    {
      type: 'state',
      token,
      attempts: [ref],
      fact: { kind: 'accounted', state: i % 17 === 0 ? 'failed' : 'completed', atMs },
    },
    {
      type: 'harvested',
      key,
      exp,
      harvest: {
        metrics: {
          accuracy: { value: (i % 1000) / 1000, source, ...(checkpoint && { mode: 'max' as const }) },
          loss: { value: 1 / (i + 1), source, ...(hasSeries && { shape: '1' }) },
          ...Object.fromEntries(
            Array.from({ length: metrics - 2 }, (_, m) => [`metric_${m}`, { value: Math.sin(i * (m + 1)), source }]),
          ),
        },
        missing: {},
        attempts: ['train-1'],
        partial: false,
        fingerprint: 'f',
      },
    },
    { type: 'tagged', key, exp, add: ['seen'], remove: [] },
  ];
}

/** Writes a journal of `experiments` lives, ten events each, as one writer would have. @param options.seeds runs of each configuration; with `hasSeries`, their loss has values over steps */
export function writeJournal(
  folder: string,
  experiments: number,
  options: {
    from?: number;
    writer?: string;
    events?: number;
    metrics?: number;
    seeds?: number;
    checkpoint?: Checkpoint;
    hasSeries?: boolean;
  } = {},
): void {
  const { from = 0, writer = 'benchwrt', events = Infinity, ...life } = options;
  mkdirSync(folder, { recursive: true });
  const fd = openSync(join(folder, `login1-1000-${writer}.jsonl`), 'w');
  let [seq, text] = [0, encodeHeader({ type: 'journal', writer, host: 'login1', user: 'ada' }, 1_795_000_000_000)];
  for (let i = from; i < from + experiments; i += 1) {
    for (const body of lifeOf(i, life)) {
      seq += 1;
      if (seq > events) break;
      text += encodeEvent(
        {
          writer,
          seq,
          lt: 1_795_000_000_000 + i * 100 + seq,
          atMs: 1_795_000_000_000 + i,
          user: 'ada',
          host: 'login1',
        },
        body,
      );
    }
    if (text.length > 1 << 20) {
      writeSync(fd, text);
      text = '';
    }
  }
  writeSync(fd, text);
  closeSync(fd);
}

/** Records lives of new experiments while someone looks: ten events each. @param from the number of the first one */
export async function recordLives(
  project: string,
  { from, seconds, perSecond }: { readonly from: number; readonly seconds: number; readonly perSecond: number },
): Promise<void> {
  const began = performance.now();
  for (let i = 0; i < seconds; i += 1) {
    await delay(Math.max(0, i * 1_000 - (performance.now() - began)));
    const options = { from: from + i * perSecond, writer: `bench${i + 1_000}` };
    writeJournal(join(project, '.sheaf', 'journal'), perSecond, options);
  }
}
