import type { EndedCause, EndedFact, StartedFact } from './facts.ts';
import type { CodeSeen } from './code.ts';
import { isMap, withoutUndefined, type ValueMap } from '../value.ts';

/** The version of `started.json` and `ended.json` that this code reads and its jobs write. */
const JOB_RECORD_SCHEMA = 1;

/** `started.json`: what a job writes before its program starts. */
export interface StartedRecord {
  readonly expId: string;
  readonly key: string;
  readonly stage: string;
  readonly attempt: number;
  readonly token: string;
  /** The scheduler's id, with the array index if it has one: `812345_7`. */
  readonly jobId: string;
  /** How often the scheduler had requeued the job. */
  readonly restart: number;
  readonly host: string;
  readonly pid: number;
  /** Version of the bash that runs it, `5.2.37`; absent in records of older versions of sheaf. */
  readonly bash?: string;
  /** As in `CUDA_VISIBLE_DEVICES`; absent when that was not set. */
  readonly cudaVisibleDevices?: string;
  /** The nodes of the job as the scheduler writes them: `node[1-4]`. */
  readonly nodes: string;
  readonly cwd: string;
  /** What its program was to resume from; absent when it was to start from the beginning. */
  readonly checkpoint?: string;
  /** Which of the programs that share the job it is, from 0; absent when it has the job for itself. */
  readonly pack?: { readonly slot: number; readonly of: number };
  /** Milliseconds since 1970. */
  readonly startedMs: number;
}

/** `ended.json`: what a job writes after its program ended. */
export interface EndedRecord {
  /** Exit status of the program, 0 to 255. */
  readonly exitCode: number;
  /** The first signal that asks for an end (`TERM`, `INT`, …) which the job was sent. */
  readonly signal?: string;
  /** The signal that an exit status above 128 stands for. */
  readonly diedOf?: string;
  /** Why the job ended the program, or did not run it: what it waits for, or its own limits, were not met. */
  readonly cause?: EndedCause;
  /** Why it was stopped; only with the cause `stopped`. */
  readonly reason?: string;
  /** The job went back into the queue, and goes on as the next attempt. */
  readonly requeued?: true;
  /** Which code its program was seen to run; absent when it was not seen. */
  readonly code?: CodeSeen;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** Milliseconds since 1970. */
  readonly endedMs: number;
  readonly durationS: number;
}

/** A file that is not there yet is no damage; one that cannot be read is, and `why` says how. */
export type JobRecord<R, F> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'record'; readonly record: R; readonly fact: F };

/** Reads `started.json`; `undefined` stands for a file that is not there. Never throws. */
export function parseStarted(text: string | undefined): JobRecord<StartedRecord, StartedFact> {
  return parseRecord(text, (fields) => {
    const record = startedRecord(fields);
    return { record, fact: startedFact(record) };
  });
}

/** Reads `ended.json`; `undefined` stands for a file that is not there. Never throws. */
export function parseEnded(text: string | undefined): JobRecord<EndedRecord, EndedFact> {
  return parseRecord(text, (fields) => {
    const record = endedRecord(fields);
    return { record, fact: endedFact(record) };
  });
}

/** What keeps a file from being read, found deep inside it. */
class Unreadable extends Error {}

function parseRecord<R, F>(
  text: string | undefined,
  read: (fields: Fields) => { record: R; fact: F },
): JobRecord<R, F> {
  if (text === undefined) return { kind: 'absent' };
  try {
    return { kind: 'record', ...read(new Fields(parseObject(text))) };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'unreadable', why: error.message };
    throw error;
  }
}

function parseObject(text: string): ValueMap {
  if (text.trim() === '') throw new Unreadable('the file is empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unreadable(`the file is not whole JSON (${text.length} characters)`);
  }
  if (!isMap(value)) throw new Unreadable('the file does not hold a JSON object');
  if (value['schema'] !== JOB_RECORD_SCHEMA) {
    throw new Unreadable(
      `its schema is ${JSON.stringify(value['schema'] ?? null)}, and this sheaf reads schema ${JOB_RECORD_SCHEMA}`,
    );
  }
  return value;
}

/** Typed access to the fields of a record; further fields are let pass. */
class Fields {
  readonly #map: ValueMap;

  constructor(map: ValueMap) {
    this.#map = map;
  }

  text(name: string): string {
    const value = this.#map[name];
    if (typeof value === 'string') return value;
    throw this.#wrong(name, 'a text');
  }

  /** Undefined when it is `null` or not there. */
  textOrNone(name: string): string | undefined {
    return (this.#map[name] ?? null) === null ? undefined : this.text(name);
  }

  /** Whether it is `true`; whatever else it is, or that it is not there, is no. */
  isTrue(name: string): boolean {
    return this.#map[name] === true;
  }

  wholeNumber(name: string, most: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#map[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw this.#wrong(name, most === Number.MAX_SAFE_INTEGER ? 'a whole number' : `a whole number up to ${most}`);
  }

  seconds(name: string): number {
    const value = this.#map[name];
    if (typeof value === 'number' && value >= 0) return value;
    throw this.#wrong(name, 'a number of seconds');
  }

  /** Milliseconds since 1970 of an ISO 8601 time. */
  time(name: string): number {
    const ms = Date.parse(this.text(name));
    if (Number.isNaN(ms)) throw this.#wrong(name, 'a time');
    return ms;
  }

  /** Undefined when it is `null` or not there. */
  mapOrNone(name: string): Fields | undefined {
    const value = this.#map[name] ?? null;
    if (value === null) return undefined;
    if (isMap(value)) return new Fields(value);
    throw this.#wrong(name, 'a map');
  }

  #wrong(name: string, expected: string): Unreadable {
    return new Unreadable(`its field ${name} is ${JSON.stringify(this.#map[name] ?? null)}, not ${expected}`);
  }
}

function startedRecord(fields: Fields): StartedRecord {
  const gpus = fields.textOrNone('cuda_visible_devices');
  const checkpoint = fields.textOrNone('checkpoint');
  const pack = fields.mapOrNone('pack');
  const bash = fields.textOrNone('bash');
  return {
    expId: fields.text('exp_id'),
    key: fields.text('key'),
    stage: fields.text('stage'),
    attempt: fields.wholeNumber('attempt'),
    token: fields.text('token'),
    jobId: fields.text('job_id'),
    restart: fields.wholeNumber('restart'),
    host: fields.text('host'),
    pid: fields.wholeNumber('pid'),
    ...(bash === undefined ? {} : { bash }),
    ...(gpus === undefined ? {} : { cudaVisibleDevices: gpus }),
    nodes: fields.text('nodes'),
    cwd: fields.text('cwd'),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(pack && { pack: { slot: pack.wholeNumber('slot'), of: pack.wholeNumber('of') } }),
    startedMs: fields.time('started_at'),
  };
}

function startedFact({ startedMs, host, nodes, jobId, cudaVisibleDevices, bash }: StartedRecord): StartedFact {
  const gpus = cudaVisibleDevices === undefined || cudaVisibleDevices === '' ? {} : { gpus: cudaVisibleDevices };
  const oldBash = bash !== undefined && isOldBash(bash) ? { oldBash: bash } : {};
  return {
    kind: 'started',
    atMs: startedMs,
    host,
    ...(nodes === host ? {} : { nodes }),
    job: jobId,
    ...gpus,
    ...oldBash,
  };
}

/** Older than those that jobs are tried with: signals before the time limit may not reach a program there. */
function isOldBash(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 4 || (major === 4 && minor < 4);
}

/** A cause that a later version adds is no reason not to read the rest. */
const CAUSES: readonly EndedCause[] = ['dependency', 'timeout', 'host_oom', 'stopped'];

function endedRecord(fields: Fields): EndedRecord {
  const signal = fields.textOrNone('signal');
  const diedOf = fields.textOrNone('died_of');
  const code = codeSeen(fields.mapOrNone('code'));
  const cause = CAUSES.find((known) => known === fields.textOrNone('cause'));
  const reason = cause === 'stopped' ? fields.textOrNone('reason') : undefined;
  return {
    exitCode: fields.wholeNumber('exit_code', 255),
    ...(signal === undefined ? {} : { signal }),
    ...(diedOf === undefined ? {} : { diedOf }),
    ...(cause && { cause }),
    ...(reason !== undefined && { reason }),
    ...(fields.isTrue('requeued') && { requeued: true }),
    ...(code && { code }),
    startedMs: fields.time('started_at'),
    endedMs: fields.time('ended_at'),
    durationS: fields.seconds('duration_s'),
  };
}

/** Where a later version says something else, nothing is known. */
function codeSeen(fields: Fields | undefined): CodeSeen | undefined {
  const where = (['snapshot', 'live'] as const).find((known) => known === fields?.textOrNone('where'));
  if (where === undefined) return undefined;
  return {
    where,
    ...withoutUndefined({ program: fields?.textOrNone('program'), path: fields?.textOrNone('path') }),
  };
}

function endedFact({ endedMs, exitCode, signal, cause, reason, requeued, code }: EndedRecord): EndedFact {
  return {
    kind: 'ended',
    atMs: endedMs,
    exitCode,
    ...(signal === undefined ? {} : { signal }),
    ...(cause && { cause }),
    ...(reason !== undefined && { reason }),
    ...(requeued && { requeued }),
    ...(code && { code }),
  };
}
