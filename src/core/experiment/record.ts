import type { AdviceRecord } from './advised.ts';
import type { Attempt } from './attempt.ts';
import { type Fact, type Facts, mergeFact, type Register } from './facts.ts';
import type { Pin, Pruned, StartPoint } from './checkpoint-file.ts';
import type { CodeRecord, GitState } from './code.ts';
import type { Fingerprints, RecordedFingerprints } from './fingerprint.ts';
import type { AttemptRef, EventBody, EventMeta, JobRef, SheafEvent, SubmissionMember } from './event.ts';
import type { ExpId, Key, Token } from '../ids.ts';
import type { Harvest } from './metric.ts';
import type { Search } from './search.ts';
import { withoutUndefined } from '../value.ts';
import { getVersionInForce } from './version.ts';

/**
 * All that changes of an experiment after it was made, merged from events.
 *
 * Merging commutes, associates and is idempotent, so that folding any partition of the journal in
 * any order gives the same record. The configuration that it was made with is not in here: it never changes. What
 * `retry --fresh` put in its place is, with the attempts that have it.
 */
export interface ExperimentRecord {
  readonly key: Key;
  readonly expId?: Register<ExpId>;
  readonly created?: Register<{
    readonly atMs: number;
    readonly user: string;
    readonly host: string;
    readonly git?: GitState;
    readonly rerun?: { readonly key: Key; readonly exp: ExpId };
    readonly start?: StartPoint;
  }>;
  /**
   * The code that it runs, unless a version of its own has another one. The newest submission has it: one freezes the
   * code, all later ones take it as it is, unless nothing came of those before.
   */
  readonly code?: Register<CodeRecord>;
  readonly removed?: true;
  readonly tags: { readonly [tag: string]: Register<boolean> };
  /** Stamp → note. */
  readonly notes: { readonly [stamp: string]: { readonly atMs: number; readonly user: string; readonly text: string } };
  readonly archived?: Register<boolean>;
  /** `train-1` → attempt. */
  readonly attempts: { readonly [name: string]: Attempt };
  readonly harvest?: Register<{ readonly atMs: number; readonly harvest: Harvest }>;
  /** Name → checkpoint; null: it had that name once. */
  readonly pins?: { readonly [name: string]: Register<Pin | null> };
  /** Batch → checkpoints that were deleted together. */
  readonly pruned?: { readonly [batch: string]: Register<Pruned> };
}

/** One call of the scheduler, with what is known of it. */
export interface SubmissionRecord {
  readonly token: Token;
  readonly request?: Register<
    Extract<EventBody, { type: 'submitting' }> & { readonly atMs: number; readonly user: string }
  >;
  readonly job?: Register<JobRef>;
  /** Refused or given up as a whole: it will never have a job. */
  readonly closed?: Register<'refused' | 'given_up'>;
}

export function attemptName(ref: { readonly stage: string; readonly n: number }): string {
  return `${ref.stage}-${ref.n}`;
}

export function makeEmptyRecord(key: Key): ExperimentRecord {
  return { key, tags: {}, notes: {}, attempts: {} };
}

function later<T>(known: Register<T> | undefined, next: Register<T>): Register<T> {
  return known === undefined || next.stamp > known.stamp ? next : known;
}

function earlier<T>(known: Register<T> | undefined, next: Register<T>): Register<T> {
  return known === undefined || next.stamp < known.stamp ? next : known;
}

/**
 * What an event says of each experiment that it names, one part each: an array's event of 10,000
 * members is taken apart once.
 */
export function* splitEvent(event: SheafEvent): Generator<[key: Key, part: SheafEvent]> {
  switch (event.type) {
    case 'created':
    case 'renamed':
    case 'removed':
    case 'tagged':
    case 'noted':
    case 'archived':
    case 'harvested':
    case 'pinned':
    case 'pruned':
      yield [event.key, event];
      return;
    case 'submitting':
      for (const [key, members] of byKey(event.members)) {
        yield [key, members.length === event.members.length ? event : { ...event, members }];
      }
      return;
    case 'state':
    case 'advised':
    case 'fingerprinted':
      for (const [key, attempts] of byKey(event.attempts)) {
        yield [key, attempts.length === event.attempts.length ? event : { ...event, attempts }];
      }
      return;
    case 'swept':
    case 'throttled':
    case 'searched':
    case 'decided':
    case 'submitted':
      return;
  }
}

/** Most events name one attempt: no map is made for those. */
function byKey(refs: readonly AttemptRef[]): Iterable<[Key, readonly AttemptRef[]]> {
  const [first] = refs;
  return first !== undefined && refs.length === 1 ? [[first.key, refs]] : Map.groupBy(refs, (ref) => ref.key);
}

/** Folds the part of an event that speaks of this experiment (see {@link splitEvent}). */
export function foldExperiment(record: ExperimentRecord, event: SheafEvent): ExperimentRecord {
  const { stamp } = event;
  switch (event.type) {
    case 'created':
      return withNotes(
        withTags(
          {
            ...record,
            expId: later(record.expId, { stamp, value: event.exp }),
            created: earlier(record.created, {
              stamp,
              value: {
                atMs: event.atMs,
                user: event.user,
                host: event.host,
                ...withoutUndefined({ git: event.git, rerun: event.rerun, start: event.start }),
              },
            }),
            ...codeFrom(record, event.code, stamp),
          },
          event.tags,
          true,
          stamp,
        ),
        event.notes,
        event,
        stamp,
      );
    case 'renamed':
      return { ...record, expId: later(record.expId, { stamp, value: event.exp }) };
    case 'removed':
      return { ...record, removed: true };
    case 'tagged':
      return withTags(withTags(record, event.add, true, stamp), event.remove, false, stamp);
    case 'noted':
      return withNotes(record, [event.text], event, stamp);
    case 'archived':
      return { ...record, archived: later(record.archived, { stamp, value: event.archived }) };
    case 'submitting':
      return event.members.reduce((folded, member) => withSubmission(folded, member, event), {
        ...record,
        // The code of a version stays with it: it does not count if the scheduler refuses the attempt.
        ...(event.reread === undefined ? codeFrom(record, event.code, stamp) : {}),
      });
    case 'state':
      return event.attempts.reduce((folded, ref) => withFact(folded, ref, event.fact, event.token, stamp), record);
    case 'advised':
      return event.attempts.reduce((folded, ref) => withAdvice(folded, ref, event.advised, stamp), record);
    case 'fingerprinted':
      return event.attempts.reduce((folded, ref) => withInputs(folded, ref, event.inputs, stamp), record);
    case 'pinned': {
      const pins = record.pins ?? {};
      return { ...record, pins: { ...pins, [event.name]: later(pins[event.name], { stamp, value: event.pin }) } };
    }
    case 'pruned': {
      const pruned = record.pruned ?? {};
      const value = { atMs: event.atMs, count: event.files.length, bytes: event.bytes };
      return { ...record, pruned: { ...pruned, [event.batch]: earlier(pruned[event.batch], { stamp, value }) } };
    }
    case 'harvested':
      return {
        ...record,
        harvest: later(record.harvest, { stamp, value: { atMs: event.atMs, harvest: event.harvest } }),
      };
    case 'swept':
    case 'throttled':
    case 'searched':
    case 'decided':
    case 'submitted':
      return record;
  }
}

function codeFrom(
  { code }: ExperimentRecord,
  value: CodeRecord | undefined,
  stamp: string,
): Pick<ExperimentRecord, 'code'> {
  return value === undefined ? {} : { code: later(code, { stamp, value }) };
}

/** Folds one event into the record of the submission that the event names. */
export function foldSubmission(record: SubmissionRecord, event: SheafEvent): SubmissionRecord {
  const { stamp } = event;
  switch (event.type) {
    case 'submitting':
      return { ...record, request: earlier(record.request, { stamp, value: event }) };
    case 'submitted':
      return { ...record, job: earlier(record.job, { stamp, value: event.job }) };
    case 'state':
      return event.fact.kind === 'refused' || event.fact.kind === 'given_up'
        ? { ...record, closed: earlier(record.closed, { stamp, value: event.fact.kind }) }
        : record;
    default:
      return record;
  }
}

function withTags(
  record: ExperimentRecord,
  tags: readonly string[],
  present: boolean,
  stamp: string,
): ExperimentRecord {
  if (tags.length === 0) return record;
  const merged: { [tag: string]: Register<boolean> } = { ...record.tags };
  for (const tag of tags) merged[tag] = later(merged[tag], { stamp, value: present });
  return { ...record, tags: merged };
}

function withNotes(
  record: ExperimentRecord,
  notes: readonly string[],
  { atMs, user }: SheafEvent,
  stamp: string,
): ExperimentRecord {
  if (notes.length === 0) return record;
  const merged = { ...record.notes };
  notes.forEach((text, i) => {
    merged[`${stamp}.${i}`] = { atMs, user, text };
  });
  return { ...record, notes: merged };
}

function withAttempt(
  record: ExperimentRecord,
  ref: AttemptRef,
  change: (attempt: Attempt) => Attempt,
): ExperimentRecord {
  const name = attemptName(ref);
  const attempt = record.attempts[name] ?? { stage: ref.stage, n: ref.n, facts: {} satisfies Facts };
  return { ...record, attempts: { ...record.attempts, [name]: change(attempt) } };
}

function withSubmission(
  record: ExperimentRecord,
  ref: SubmissionMember,
  { stamp, token, atMs, fresh, reread, code }: SheafEvent & Extract<EventBody, { type: 'submitting' }>,
): ExperimentRecord {
  return withAttempt(record, ref, (attempt) => {
    const version = reread && earlier(attempt.version, { stamp, value: { ...reread, ...(code && { code }) } });
    return {
      ...attempt,
      token: earlier(attempt.token, { stamp, value: token }),
      ...(ref.index === undefined ? {} : { index: earlier(attempt.index, { stamp, value: ref.index }) }),
      submittedMs: Math.min(attempt.submittedMs ?? atMs, atMs),
      ...(fresh && { fresh }),
      ...(version && { version }),
    };
  });
}

function withAdvice(record: ExperimentRecord, ref: AttemptRef, value: AdviceRecord, stamp: string): ExperimentRecord {
  return withAttempt(record, ref, (attempt) => ({ ...attempt, advised: later(attempt.advised, { stamp, value }) }));
}

/** Each name for itself: what a job walks is known later than what was walked at submission. */
function withInputs(record: ExperimentRecord, ref: AttemptRef, inputs: Fingerprints, stamp: string): ExperimentRecord {
  return withAttempt(record, ref, (attempt) => {
    const merged: { [name: string]: RecordedFingerprints[string] } = { ...attempt.inputs };
    for (const [name, value] of Object.entries(inputs)) merged[name] = later(merged[name], { stamp, value });
    return { ...attempt, inputs: merged };
  });
}

function withFact(
  record: ExperimentRecord,
  ref: AttemptRef,
  fact: Fact,
  token: Token | undefined,
  stamp: string,
): ExperimentRecord {
  return withAttempt(record, ref, (attempt) => ({
    ...attempt,
    // An attempt that a requeue made by itself has no `submitting` of its own: the fact names its token.
    ...(token === undefined ? {} : { token: earlier(attempt.token, { stamp, value: token }) }),
    facts: mergeFact(attempt.facts, fact, stamp),
  }));
}

/** The place of an attempt in the array of its job, also of one that a requeue made; undefined in a single job. */
export function getArrayIndex({ attempts }: Pick<ExperimentRecord, 'attempts'>, attempt: Attempt): number | undefined {
  const { stage, token } = attempt;
  const ofJob = [attempt, ...Object.values(attempts).filter((other) => other.stage === stage)];
  return ofJob.find((other) => other.index !== undefined && other.token?.value === token?.value)?.index?.value;
}

/** The tags an experiment has now, sorted. */
export function listTags(record: ExperimentRecord): string[] {
  return Object.entries(record.tags)
    .filter(([, tag]) => tag.value)
    .map(([name]) => name)
    .toSorted();
}

/** Where the repository stood for the code that it runs; before its first submit, when it was made. */
export function getGitState(record: ExperimentRecord): GitState | undefined {
  return getVersionInForce(record)?.code ?? record.code?.value ?? record.created?.value.git;
}

/** Whether results were read: `old` where something has run since. */
export type ResultsAge = 'none' | 'current' | 'old';

/** {@link ResultsAge} of an experiment. */
export function getResultsAge(record: ExperimentRecord): ResultsAge {
  if (record.harvest === undefined) return 'none';
  return hasRunSinceHarvest(record) ? 'old' : 'current';
}

/** An attempt started or ended after the results were read. */
export function hasRunSinceHarvest({ harvest, attempts }: ExperimentRecord): boolean {
  if (harvest === undefined) return false;
  return Object.values(attempts).some(({ facts }) => {
    const { started, ended, accounted, lost } = facts;
    // Accounting comes after the job's own record of its end, and changes nothing then.
    const stamps = [started?.stamp, ended?.stamp, ended === undefined ? accounted?.stamp : undefined, lost?.stamp];
    return stamps.some((stamp) => stamp !== undefined && stamp > harvest.stamp);
  });
}

/** The checkpoints that have a name now, by name. */
export function listPins({ pins = {} }: ExperimentRecord): [name: string, pin: Pin][] {
  return Object.entries(pins).flatMap(([name, { value }]) => (value === null ? [] : [[name, value]]));
}

/** All checkpoints of an experiment that were deleted; the time is that of the last ones. Undefined if none was. */
export function sumPruned({ pruned = {} }: ExperimentRecord): Pruned | undefined {
  const all = Object.values(pruned).map(({ value }) => value);
  if (all.length === 0) return undefined;
  return all.reduce((sum, { atMs, count, bytes }) => ({
    atMs: Math.max(sum.atMs, atMs),
    count: sum.count + count,
    bytes: sum.bytes + bytes,
  }));
}

/** Whether the checkpoints of a batch of pruning are recorded as deleted. */
export function isBatchPruned({ pruned = {} }: ExperimentRecord, batch: string): boolean {
  return Object.hasOwn(pruned, batch);
}

type SweptEvent = Extract<EventBody, { type: 'swept' }>;

/** A sweep: each making and each extension of it adds one part. */
export interface SweepRecord {
  readonly name: string;
  /** Stamp → what was requested. */
  readonly parts: { readonly [stamp: string]: SweptEvent & { readonly atMs: number; readonly user: string } };
  /** How many of its members may run at once; null: no limit was asked for lately. */
  readonly maxParallel?: Register<number | null>;
  /** How it goes on by itself; null: it did once. */
  readonly search?: Register<Search | null>;
  /** Who said so. */
  readonly searchSet?: Register<Author>;
  /** Number → what was decided. */
  readonly rounds?: { readonly [round: number]: Register<DecidedRound> };
}

/** Who did something, where, and when, milliseconds since 1970. */
export type Author = Pick<EventMeta, 'atMs' | 'user' | 'host'>;

/** A round of a sweep, and who decided it. */
export interface DecidedRound extends Author, Pick<DecidedEvent, 'stopping' | 'proposed' | 'lacking'> {}

type DecidedEvent = Extract<EventBody, { type: 'decided' }>;

const OF_SWEEPS = ['swept', 'throttled', 'searched', 'decided'] as const;
type SweepEvent = SheafEvent & { readonly type: (typeof OF_SWEEPS)[number] };

/** Whether an event is about a sweep as a whole. */
export function isSweepEvent(event: SheafEvent): event is SweepEvent {
  return (OF_SWEEPS as readonly string[]).includes(event.type);
}

/** Folds one event into the record of the sweep that the event names. */
export function foldSweep(record: SweepRecord, event: SweepEvent): SweepRecord {
  const { stamp } = event;
  switch (event.type) {
    case 'swept':
      return { ...record, parts: { ...record.parts, [stamp]: event } };
    case 'throttled':
      return { ...record, maxParallel: later(record.maxParallel, { stamp, value: event.maxParallel }) };
    case 'searched':
      return {
        ...record,
        search: later(record.search, { stamp, value: event.search }),
        searchSet: later(record.searchSet, { stamp, value: authorOf(event) }),
      };
    case 'decided': {
      const { round, stopping, proposed, lacking } = event;
      const value = { ...withoutUndefined({ stopping, lacking }), proposed, ...authorOf(event) };
      return { ...record, rounds: { ...record.rounds, [round]: earlier(record.rounds?.[round], { stamp, value }) } };
    }
  }
}

function authorOf({ atMs, user, host }: SheafEvent): Author {
  return { atMs, user, host };
}
