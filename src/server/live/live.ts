import type { Changes, ExperimentManager } from '../../app/index.ts';
import { inputError, type Problem } from '../../core/errors.ts';
import { problemJson, type ProblemJson } from '../../json/index.ts';
import { nowMs, randomId, type ServedRequest } from '../../system/index.ts';
import type { Followed, LiveState } from '../calls/live-state.ts';
import { count, object, optional, type Reader } from '../calls/reading.ts';
import { toServerProblem } from '../calls/server-problem.ts';
import { openEventStream, type EventStream } from './event-stream.ts';
import { openGrowth } from './growth.ts';
import {
  formatEvent,
  HEARTBEAT,
  type ChangedEvent,
  type LiveEvents,
  type RecordState,
  type SchedulerState,
} from './live-event.ts';
import { openLooker } from './look.ts';

/** What goes on, for all pages that are open: one watch, however many listen. */
export interface Live {
  readonly state: LiveState;
  /** The events for `POST api/events`, until the client goes away; or why it has too many streams already. */
  listen(request: ServedRequest, session: string, asked: EventsRequest): Promise<AsyncIterable<string> | Problem>;
  /** Ends all streams: pages must ask again. */
  endStreams(): void;
  close(): void;
}

/** What a page sends that wants to listen. */
export interface EventsRequest {
  /** The version that it has; left out by one that is new. */
  readonly since?: number;
}

export const readEventsRequest: Reader<EventsRequest> = object({ since: optional(count) });

interface Listener {
  readonly stream: EventStream;
  readonly drop: () => void;
  /** The name of the session that it belongs to. */
  readonly session: string;
  followed: Followed;
}

/** Milliseconds. Of the record and of files, it reads sizes and times alone. */
const [TICK_MS, HEARTBEAT_MS, LEASE_MS] = [2_000, 15_000, 25_000];

/** Of more, a page reads everything again. */
const MOST_KEYS = 1_000;

/**
 * Watches the project while a page is open: every 2 seconds the record and the files on screen, at most every 30 seconds
 * the scheduler. It records what it observed, and does nothing else.
 */
export function openLive(manager: ExperimentManager): Live {
  const listeners = new Map<string, Listener>();
  const looker = openLooker(manager);
  const growth = openGrowth(manager);
  const jobs = manager.watchJobs();
  let version = manager.project.store.version();
  let problem: ProblemJson | null = null;
  /** Why facts from the files of jobs could not be recorded. */
  let jobsUnrecorded: string | null = null;
  let published: RecordState = { problem, unrecorded: null };
  let leaseUntilMs = 0;
  let lastBeatMs = nowMs();
  let timer: NodeJS.Timeout | undefined;
  let isTicking = false;

  function publish<N extends keyof LiveEvents>(name: N, data: LiveEvents[N], id?: number): void {
    const text = formatEvent(name, data, id);
    for (const { stream } of listeners.values()) stream.send(text);
  }

  const isWatched = (): boolean => listeners.size > 0 || nowMs() < leaseUntilMs;

  function begin(): void {
    if (!isTicking && timer === undefined) void tick();
  }

  async function tick(): Promise<void> {
    timer = undefined;
    isTicking = true;
    await readRecord();
    if (problem === null) {
      void lookAtScheduler();
      await lookAtJobs();
      await lookAtFiles();
    }
    beat();
    isTicking = false;
    if (isWatched()) timer = setTimeout(() => void tick(), TICK_MS);
  }

  /** @throws nothing: what is wrong is an event, too */
  async function readRecord(): Promise<void> {
    try {
      const changes = await manager.changes(version);
      setProblem(null);
      if (changes.version === version) return;
      version = changes.version;
      publish('changed', toChanged(manager, changes), version);
    } catch (error) {
      setProblem(problemJson(toServerProblem(error)));
    }
  }

  function setProblem(now: ProblemJson | null): void {
    problem = now;
    publishRecord();
  }

  const findUnrecorded = (): string | null => jobsUnrecorded ?? looker.last.unrecorded;

  const getRecord = (): RecordState => ({ problem, unrecorded: manager.isWritable ? findUnrecorded() : null });

  function publishRecord(): void {
    const now = getRecord();
    if (now.problem?.message === published.problem?.message && now.unrecorded === published.unrecorded) return;
    published = now;
    publish('record', now);
  }

  async function lookAtScheduler(): Promise<void> {
    if (!(await looker.look())) return;
    publish('scheduler', getScheduler());
    await readRecord();
  }

  async function lookAtJobs(): Promise<void> {
    const watched = await jobs.then((watch) => watch.look()).catch(() => undefined);
    jobsUnrecorded = watched?.unrecorded ?? null;
    publishRecord();
    if (watched !== undefined && watched.recorded > 0) await readRecord();
  }

  function getScheduler(): SchedulerState {
    const { askedAt, problem: why, problemSince } = looker.last;
    return { askedAt, problem: why, problemSince };
  }

  async function lookAtFiles(): Promise<void> {
    const grown = await growth.look([...listeners.values()].map(({ followed }) => followed)).catch(() => undefined);
    for (const log of grown?.logs ?? []) publish('log', log);
    for (const id of grown?.curves ?? []) publish('curve', { id });
  }

  function beat(): void {
    if (nowMs() - lastBeatMs < HEARTBEAT_MS) return;
    lastBeatMs = nowMs();
    for (const { stream } of listeners.values()) stream.send(HEARTBEAT);
  }

  /** What a page missed that had this version. */
  async function sendMissed({ stream }: Listener, since: number): Promise<void> {
    const changes = await manager.changes(since);
    stream.send(formatEvent('changed', toChanged(manager, changes), changes.version));
  }

  return {
    state: {
      get look() {
        return looker.last;
      },
      get unrecorded() {
        return findUnrecorded();
      },
      follow: (name, followed) => {
        const listener = listeners.get(name);
        if (listener === undefined) {
          throw inputError('request.stream', 'this event stream has ended', { fix: 'open it again' });
        }
        listener.followed = followed;
      },
      renewLease: () => {
        leaseUntilMs = nowMs() + LEASE_MS;
        begin();
      },
    },
    listen: async (request, session, { since }) => {
      await readRecord();
      // Nothing is awaited from here until it is one of them.
      const tooMany = explainTooMany([...listeners.values()], session);
      if (tooMany !== undefined) return tooMany;
      const name = randomId(12);
      const drop = (): void => request.drop();
      const listener: Listener = { stream: openEventStream(request.signal, drop), drop, session, followed: NOTHING };
      const hello = { version, stream: name, scheduler: getScheduler(), ...getRecord() };
      listener.stream.send(formatEvent('hello', hello, since === undefined ? version : undefined));
      listeners.set(name, listener);
      if (since !== undefined) await sendMissed(listener, since).catch(() => undefined);
      request.signal.addEventListener('abort', () => listeners.delete(name), { once: true });
      if (request.signal.aborted) listeners.delete(name);
      begin();
      return listener.stream.parts;
    },
    endStreams: () => {
      for (const { drop } of listeners.values()) drop();
    },
    close: () => {
      clearTimeout(timer);
      leaseUntilMs = 0;
      listeners.clear();
    },
  };
}

/** Streams at once. A browser has one for all of its tabs; one without shared locks has one for each visible tab, at most six. */
const [MOST_OF_SESSION, MOST_STREAMS] = [20, 60];

function explainTooMany(listeners: readonly Pick<Listener, 'session'>[], session: string): Problem | undefined {
  const own = listeners.filter((each) => each.session === session).length;
  if (own < MOST_OF_SESSION && listeners.length < MOST_STREAMS) return undefined;
  const whose = own < MOST_OF_SESSION ? 'this server' : 'this session';
  return {
    code: 'live.streams',
    message: `${whose} already has ${own < MOST_OF_SESSION ? MOST_STREAMS : MOST_OF_SESSION} event streams open`,
    why: 'each stream keeps a connection open and memory in use, so their number is limited',
    now: 'all other requests are answered',
    fix: 'close pages of the dashboard that you do not need',
  };
}

function toChanged({ project }: ExperimentManager, changes: Changes): ChangedEvent {
  const { version } = changes;
  if (changes.kind === 'reset' || changes.keys.length > MOST_KEYS) return { version, keys: [], ids: [], reset: true };
  const { keys } = changes;
  return { version, keys, ids: keys.flatMap((key) => project.store.findByKey(key)?.expId ?? []), reset: false };
}

const NOTHING: Followed = { logs: [], curves: [] };
