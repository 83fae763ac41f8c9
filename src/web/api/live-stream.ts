import type { LiveEvents } from '../../server/index.ts';
import { ApiError, askForEvents, callApi } from './call-api.ts';
import { readEvents } from './read-events.ts';

/** What a stream gives, by the name of the event; `changes` are those of a poll, without names. */
export interface StreamHandlers {
  /** The version that this page has; undefined before the first event. */
  readonly since: () => number | undefined;
  readonly heard: <N extends keyof LiveEvents>(name: N, data: LiveEvents[N]) => void;
  /** The stream does not come through: `polling` while the server answers other requests. `refusal` is why it refuses the stream. */
  readonly lost: (how: 'polling' | 'disconnected', refusal?: string) => void;
}

const NAMES: { readonly [N in keyof LiveEvents]: true } = {
  hello: true,
  changed: true,
  log: true,
  curve: true,
  scheduler: true,
  record: true,
};

/** Milliseconds. The server says something every 15 seconds. */
const [FIRST_WORD_MS, SILENCE_MS, POLL_MS] = [10_000, 40_000, 10_000];
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [1_000, 30_000];

/** Listens to the server until the signal is aborted; opens the stream again whenever it ends. */
export async function readStream(signal: AbortSignal, handlers: StreamHandlers): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const { hasSpoken, refusal } = await readOnce(signal, handlers);
    if (isAborted(signal)) return;
    failures = hasSpoken ? 1 : failures + 1;
    const isAnswering = await poll(signal, handlers);
    if (isAborted(signal)) return;
    // A stream that just broke is opened again soon: the page shows nothing yet.
    if (!hasSpoken || !isAnswering) handlers.lost(isAnswering ? 'polling' : 'disconnected', refusal);
    const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (failures - 1));
    await wait(isAnswering && failures > 1 ? POLL_MS : pause, signal);
  }
}

/** For the compiler, which believes that it stays as it was. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** How a stream went that has ended. */
interface Ended {
  /** Whether the server said anything. */
  readonly hasSpoken: boolean;
  readonly refusal?: string;
}

async function readOnce(signal: AbortSignal, { since, heard }: StreamHandlers): Promise<Ended> {
  const stream = new AbortController();
  const end = (): void => stream.abort();
  signal.addEventListener('abort', end, { once: true });
  let timer = setTimeout(end, FIRST_WORD_MS);
  let hasSpoken = false;
  try {
    for await (const { name, data } of readEvents(await askForEvents(since(), stream.signal))) {
      hasSpoken = true;
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE_MS);
      if (Object.hasOwn(NAMES, name)) heard(name as keyof LiveEvents, JSON.parse(data) as never);
    }
  } catch (error) {
    // The server or the way to it is gone, or nothing came for too long.
    if (isRefusal(error)) return { hasSpoken, refusal: error.message };
  } finally {
    end();
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
  return { hasSpoken };
}

function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === TOO_MANY;
}

/** The status of a stream that is one too many. */
const TOO_MANY = 429;

/** Asks without a stream for what changed. @returns whether the server answered */
async function poll(signal: AbortSignal, { since, heard }: StreamHandlers): Promise<boolean> {
  try {
    const before = since();
    const changes = await callApi('changes', { since: before ?? 0 }, signal);
    // Without names, everything that is shown may be old.
    if (before !== undefined && changes.version !== before) {
      heard('changed', { version: changes.version, keys: [], ids: [], reset: true });
    }
    return true;
  } catch {
    return false;
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
