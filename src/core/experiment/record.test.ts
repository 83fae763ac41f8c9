import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { journal } from '../../../test/support/events.ts';
import { makeStamp, type SheafEvent } from './event.ts';
import {
  makeEmptyRecord,
  foldExperiment,
  foldSubmission,
  foldSweep,
  isSweepEvent,
  splitEvent,
  type ExperimentRecord,
  type SubmissionRecord,
  type SweepRecord,
} from './record.ts';
import { getExperimentStatus } from './status.ts';

function fold(events: readonly SheafEvent[]): { experiments: unknown; submissions: unknown; sweeps: unknown } {
  const experiments = new Map<string, ExperimentRecord>();
  const submissions = new Map<string, SubmissionRecord>();
  const sweeps = new Map<string, SweepRecord>();
  for (const event of events) {
    for (const [key, part] of splitEvent(event)) {
      experiments.set(key, foldExperiment(experiments.get(key) ?? makeEmptyRecord(key), part));
    }
    if ('token' in event && event.token !== undefined) {
      submissions.set(event.token, foldSubmission(submissions.get(event.token) ?? { token: event.token }, event));
    }
    if (isSweepEvent(event)) {
      sweeps.set(event.sweep, foldSweep(sweeps.get(event.sweep) ?? { name: event.sweep, parts: {} }, event));
    }
  }
  const sorted = <T>(map: Map<string, T>): [string, T][] => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { experiments: sorted(experiments), submissions: sorted(submissions), sweeps: sorted(sweeps) };
}

/** A journal and the same events in another order, some of them twice. */
const shuffled = journal.chain((events) =>
  fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }), fc.subarray(events)),
);

describe('folding the journal', () => {
  test('gives the same for every order of the events, and for events seen twice', () => {
    fc.assert(
      fc.property(shuffled, ([events, order, again]) => {
        expect(fold([...order, ...again])).toEqual(fold(events));
      }),
      { numRuns: 500 },
    );
  });

  test('gives a status for every record, however odd', () => {
    fc.assert(
      fc.property(journal, (events) => {
        const { experiments } = fold(events) as { experiments: [string, ExperimentRecord][] };
        for (const [, record] of experiments) expect(getExperimentStatus(record).status).toMatch(/^[a-z]+$/);
      }),
    );
  });
});

test('of several rounds with one number the first one counts, whichever is read first', () => {
  const metas = [3, 2].map((lt) => ({ writer: `w${lt}`, seq: 1, lt, atMs: 0, user: 'ada', host: `h${lt}` }));
  const rounds = metas.map((meta): SheafEvent => ({
    ...meta,
    type: 'decided',
    sweep: 's',
    round: 1,
    proposed: [{ trial: meta.lt, params: {}, from: 'tpe' }],
    stamp: makeStamp(meta),
  }));
  for (const order of [rounds, rounds.toReversed()]) {
    expect(fold(order).sweeps).toMatchObject([['s', { rounds: { 1: { value: { host: 'h2' } } } }]]);
  }
});
