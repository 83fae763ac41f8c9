import fc from 'fast-check';
import type { Fact, Reread } from '../../src/core/experiment/facts.ts';
import type { CodeRecord } from '../../src/core/experiment/code.ts';
import { makeStamp, type EventBody, type SheafEvent } from '../../src/core/experiment/event.ts';
import { asKey, asToken, parseExpId } from '../../src/core/ids.ts';
import type { Frozen } from '../../src/core/experiment/frozen.ts';

export const config: Frozen = {
  template: 't',
  params: { learning_rate: 0.1, seed: 1 },
  written: {},
  seeds: ['seed'],
  settings: { resources: {}, command: 'true' },
  origins: { sources: [], at: {} },
};

export function created(
  name: string,
  params: Frozen['params'] = config.params,
): Extract<EventBody, { type: 'created' }> {
  return {
    type: 'created',
    key: asKey(`key-${name}`),
    exp: parseExpId(name),
    description: '',
    tags: [],
    notes: [],
    config: { ...config, params },
  };
}

const names = ['a', 'b'] as const;
const keys = names.map((name) => asKey(`key-${name}`));
const tokens = ['t1', 't2'].map(asToken);
const atMs = fc.integer({ min: 0, max: 1000 });

const ref = fc.record({
  key: fc.constantFrom(...keys),
  stage: fc.constantFrom('train', 'eval'),
  n: fc.integer({ min: 1, max: 2 }),
});

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: fc.constant('started'),
    atMs,
    host: fc.constantFrom('h1', 'h2'),
    job: fc.constantFrom('1', '2'),
  } as const),
  fc.record({ kind: fc.constant('ended'), atMs, exitCode: fc.constantFrom(0, 1) } as const),
  fc.record({
    kind: fc.constant('accounted'),
    atMs,
    state: fc.constantFrom('completed', 'failed', 'timeout', 'lost'),
  } as const),
  fc.record({ kind: fc.constant('queue'), atMs, state: fc.constantFrom('pending', 'running') } as const),
  fc.record({ kind: fc.constant('lost'), atMs, sinceMs: atMs } as const),
  fc.record({ kind: fc.constant('unseen'), atMs } as const),
  fc.record({ kind: fc.constant('cancel'), atMs, by: fc.constantFrom('ada', 'bob') } as const),
  fc.record({ kind: fc.constant('refused'), atMs, said: fc.constantFrom('no', 'never') } as const),
  fc.record({ kind: fc.constant('given_up'), atMs, why: fc.constantFrom('x', 'y') } as const),
  fc.constantFrom('old.py', 'new.py').map((command): Fact => ({
    kind: 'deferred',
    atMs: 1,
    why: 'no room',
    by: 'ada',
    options: {},
    fresh: true,
    reread: rereadOf(command),
  })),
  fc.record({
    kind: fc.constant('diagnosed'),
    atMs,
    of: fc.constantFrom('exit_code', 'timeout'),
    code: fc.constant('gpu_oom'),
    cause: fc.constantFrom('gpu_oom', 'host_oom'),
    says: fc.constantFrom('no room', 'no memory'),
  } as const),
);

/** What `retry --fresh` finds in a template with another command. */
export function rereadOf(command: string): Reread {
  return {
    settings: { resources: {}, command },
    origins: { sources: ['templates/t.yaml'], at: { '/command': [0, 1] } },
  };
}

const code: fc.Arbitrary<CodeRecord> = fc
  .constantFrom('main', 'dev')
  .map((branch) => ({ mode: 'live', commit: `c-${branch}`, branch }));

const who = fc.constantFrom(...names).map((name) => ({ key: asKey(`key-${name}`), exp: parseExpId(name) }));

const body: fc.Arbitrary<EventBody> = fc.oneof(
  fc.constantFrom(...names).map((name): EventBody => created(name)),
  who.map((one): EventBody => ({ type: 'renamed', ...one, exp: parseExpId('z') })),
  who.map((one): EventBody => ({ type: 'removed', ...one })),
  fc
    .tuple(who, fc.subarray(['x', 'y']), fc.subarray(['x', 'y']))
    .map(([one, add, remove]): EventBody => ({ type: 'tagged', ...one, add, remove })),
  fc.tuple(who, fc.string()).map(([one, text]): EventBody => ({ type: 'noted', ...one, text })),
  fc.tuple(who, fc.boolean()).map(([one, archived]): EventBody => ({ type: 'archived', ...one, archived })),
  fc
    .tuple(
      fc.constantFrom(...tokens),
      fc.array(ref, { minLength: 1, maxLength: 3 }),
      fc.option(code),
      fc.option(fc.constantFrom('old.py', 'new.py')),
    )
    .map(([token, members, frozen, command]): EventBody => ({
      type: 'submitting',
      token,
      scheduler: 's',
      members,
      owner: 'o',
      ...(frozen === null ? {} : { code: frozen }),
      ...(command === null ? {} : { fresh: true, reread: rereadOf(command) }),
    })),
  fc.tuple(fc.constantFrom(...tokens), fc.constantFrom('1', '2')).map(([token, id]): EventBody => ({
    type: 'submitted',
    token,
    job: { scheduler: 's', id, uid: 1, submittedMs: 1 },
  })),
  fc
    .tuple(fc.constantFrom(...tokens), fc.array(ref, { minLength: 1, maxLength: 2 }), fact)
    .map(([token, attempts, learned]): EventBody => ({ type: 'state', token, attempts, fact: learned })),
  fc
    .tuple(fc.array(ref, { minLength: 1, maxLength: 2 }), fc.constantFrom('a100', 'l40s'))
    .map(([attempts, partition]): EventBody => ({
      type: 'advised',
      attempts,
      advised: {
        choice: { partition },
        name: 'fastest',
        why: 'free now',
        warnings: [],
        alternatives: [],
        predictions: {},
      },
    })),
  fc
    .tuple(fc.array(ref, { minLength: 1, maxLength: 2 }), fc.constantFrom('train', 'val'), fc.nat(9))
    .map(([attempts, name, files]): EventBody => ({
      type: 'fingerprinted',
      attempts,
      inputs: { [name]: { kind: 'partial', path: '/data', files, bytes: 1, why: 'it took longer than 10 s' } },
    })),
  fc.tuple(who, fc.constantFrom('top', 'old'), fc.option(fc.nat(9))).map(([one, name, step]): EventBody => ({
    type: 'pinned',
    ...one,
    name,
    pin: step === null ? null : { path: `ck_${step}.pt`, step, bytes: 1, changedMs: 1 },
  })),
  fc
    .tuple(who, fc.constantFrom('x', 'y'), fc.array(fc.nat(9), { minLength: 1, maxLength: 2 }))
    .map(([one, batch, steps]): EventBody => ({
      type: 'pruned',
      ...one,
      batch,
      bytes: steps.length,
      files: steps.map((step) => ({ path: `ck_${step}.pt`, step, bytes: 1, changedMs: 1 })),
    })),
  fc.option(fc.constantFrom('acc', 'f1')).map((metric): EventBody => ({
    type: 'searched',
    sweep: 's',
    search: metric === null ? null : { metric, mode: 'max' },
  })),
  fc.tuple(fc.integer({ min: 1, max: 2 }), fc.nat(9)).map(([round, trial]): EventBody => ({
    type: 'decided',
    sweep: 's',
    round,
    proposed: [{ trial, params: {}, from: 'tpe' }],
  })),
);

/** Journals as several writers with clocks of their own might have written them. */
export const journal: fc.Arbitrary<SheafEvent[]> = fc
  .array(fc.tuple(body, fc.constantFrom('writer-a', 'writer-b'), fc.integer({ min: 1, max: 20 }), atMs), {
    maxLength: 30,
  })
  .map((entries) => {
    const last = new Map<string, { seq: number; lt: number }>();
    return entries.map(([one, writer, step, ms]) => {
      const { seq, lt } = last.get(writer) ?? { seq: 0, lt: 0 };
      const next = { seq: seq + 1, lt: lt + step };
      last.set(writer, next);
      const meta = { writer, ...next, atMs: ms, user: 'ada', host: 'h' };
      return { ...meta, ...one, stamp: makeStamp(meta) } as SheafEvent;
    });
  });
