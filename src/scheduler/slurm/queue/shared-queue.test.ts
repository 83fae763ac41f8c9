import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../../test/support/project-folder.ts';
import { openCache, type Cache } from '../ask/cache.ts';
import type { SlurmReply } from '../ask/commands.ts';
import { lookAtQueue, pollFloorMs, type QueueAnswer } from './shared-queue.ts';

const START_MS = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function answering(durationMs = 10): () => Promise<SlurmReply> {
  let count = 0;
  return vi.fn<() => Promise<SlurmReply>>(async () => ({
    kind: 'answer',
    stdout: `answer ${(count += 1)}`,
    durationMs,
  }));
}

const failing = (): (() => Promise<SlurmReply>) =>
  vi.fn<() => Promise<SlurmReply>>(async () => ({ kind: 'failed', said: 'no controller', durationMs: 9000 }));

async function look(
  cache: Cache,
  ask: () => Promise<SlurmReply>,
  { afterMs = 0, floorMs = 5000 } = {},
): Promise<string> {
  const answer: QueueAnswer = await lookAtQueue(cache, ask, { afterMs, floorMs });
  return answer.kind === 'answer' ? answer.text : answer.said;
}

describe('one question serves all', () => {
  test('within the minimum interval, for every command', async () => {
    const [folder, ask] = [temporaryFolder(), answering()];
    expect(await look(openCache(folder), ask)).toBe('answer 1');
    vi.advanceTimersByTime(4999);
    expect(await look(openCache(folder), ask)).toBe('answer 1');
    vi.advanceTimersByTime(1);
    expect(await look(openCache(folder), ask)).toBe('answer 2');
  });

  test('with a floor of 0 it is asked each time', async () => {
    const [cache, ask] = [openCache(temporaryFolder()), answering(0)];
    expect(await look(cache, ask, { floorMs: 0 })).toBe('answer 1');
    expect(await look(cache, ask, { floorMs: 0 })).toBe('answer 2');
  });

  test('a controller that took long is asked less often: a minute is the longest', async () => {
    const [cache, ask] = [openCache(temporaryFolder()), answering(2_000)];
    await look(cache, ask);
    vi.advanceTimersByTime(19_999);
    expect(await look(cache, ask)).toBe('answer 1');
    vi.advanceTimersByTime(1);
    expect(await look(cache, ask)).toBe('answer 2');
    const slow = answering(30_000);
    const other = openCache(temporaryFolder());
    await look(other, slow);
    vi.advanceTimersByTime(60_000);
    expect(await look(other, slow)).toBe('answer 2');
  });

  test('a floor that was chosen holds also above a minute', async () => {
    const [cache, ask] = [openCache(temporaryFolder()), answering()];
    await look(cache, ask, { floorMs: 300_000 });
    vi.advanceTimersByTime(299_999);
    expect(await look(cache, ask, { floorMs: 300_000 })).toBe('answer 1');
    vi.advanceTimersByTime(1);
    expect(await look(cache, ask, { floorMs: 300_000 })).toBe('answer 2');
  });

  test('one who waits for the turn of another does not read the same answer again and again', async () => {
    const [folder, ask] = [temporaryFolder(), answering()];
    await look(openCache(folder), ask);
    vi.advanceTimersByTime(5000);
    let answer: (asked: SlurmReply) => void = () => undefined;
    const asking = look(openCache(folder), () => new Promise<SlurmReply>((resolve) => (answer = resolve)));
    const cache = openCache(folder);
    const read = vi.fn<(name: string, maxAgeMs: number) => unknown>((name, maxAgeMs) => cache.read(name, maxAgeMs));
    const waiting = look({ ...cache, read: read as Cache['read'] }, ask);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(read).toHaveBeenCalledOnce();
    answer({ kind: 'answer', stdout: 'news', durationMs: 1 });
    expect(await Promise.all([asking, waiting])).toEqual(['news', 'news']);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('one who changed something gets an answer from after that', async () => {
    const [cache, ask] = [openCache(temporaryFolder()), answering()];
    await look(cache, ask);
    expect(await look(cache, ask, { afterMs: START_MS - 1 })).toBe('answer 1');
    expect(await look(cache, ask, { afterMs: START_MS })).toBe('answer 2');
  });

  test('two who ask at once ask once', async () => {
    const folder = temporaryFolder();
    let answer: (asked: SlurmReply) => void = () => undefined;
    const ask = vi.fn<() => Promise<SlurmReply>>(() => new Promise<SlurmReply>((resolve) => (answer = resolve)));
    const both = [look(openCache(folder), ask), look(openCache(folder), ask)];
    await vi.waitFor(() => expect(ask).toHaveBeenCalled());
    await new Promise((resolve) => setTimeout(resolve, 60));
    answer({ kind: 'answer', stdout: 'the answer', durationMs: 60 });
    expect(await Promise.all(both)).toEqual(['the answer', 'the answer']);
    expect(ask).toHaveBeenCalledOnce();
  });

  test('the answer is as old as the question', async () => {
    const cache = openCache(temporaryFolder());
    const ask = async (): Promise<SlurmReply> => {
      vi.advanceTimersByTime(3000);
      return { kind: 'answer', stdout: '', durationMs: 3000 };
    };
    expect(await lookAtQueue(cache, ask, { afterMs: 0, floorMs: 5000 })).toMatchObject({ atMs: START_MS });
  });
});

describe('when the controller does not answer', () => {
  test('the pause doubles with each failure, up to 40 s', async () => {
    const [cache, ask] = [openCache(temporaryFolder()), failing()];
    await look(cache, ask);
    for (const [i, pauseMs] of [5000, 10_000, 20_000, 40_000, 40_000].entries()) {
      vi.advanceTimersByTime(pauseMs - 1);
      expect(await look(cache, ask)).toBe('no controller');
      expect(ask).toHaveBeenCalledTimes(i + 1);
      vi.advanceTimersByTime(1);
      await look(cache, ask);
      expect(ask).toHaveBeenCalledTimes(i + 2);
    }
  });

  test('a command that must know asks anyway: the controller may be back', async () => {
    const [cache, ask] = [openCache(temporaryFolder()), failing()];
    await look(cache, ask);
    expect(await look(cache, ask, { afterMs: START_MS - 1 })).toBe('no controller');
    expect(ask).toHaveBeenCalledOnce();
    expect(await look(cache, answering(), { afterMs: START_MS })).toBe('answer 1');
  });

  test('an answer ends the pauses', async () => {
    const cache = openCache(temporaryFolder());
    await look(cache, failing());
    vi.advanceTimersByTime(5000);
    await look(cache, failing());
    vi.advanceTimersByTime(10_000);
    expect(await look(cache, answering())).toBe('answer 1');
    vi.advanceTimersByTime(5000);
    const ask = failing();
    await look(cache, ask);
    vi.advanceTimersByTime(5000);
    await look(cache, ask);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test('an error of the one who asks leaves no turn behind', async () => {
    const cache = openCache(temporaryFolder());
    await expect(look(cache, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await look(cache, answering())).toBe('answer 1');
  });
});

describe('whose turn it is', () => {
  test.each([
    ['has ended', `host:${'0'.repeat(8)}:999999:1 ${START_MS}`],
    ['left nonsense', 'nonsense'],
    ['has had it for too long', `x ${START_MS - 50_000}`],
  ])('a holder that %s does not keep others waiting', async (_, owner) => {
    const folder = temporaryFolder();
    symlinkSync(owner, join(folder, 'asking'));
    expect(await look(openCache(folder), answering())).toBe('answer 1');
  });

  test('without a folder everybody asks', async () => {
    const ask = answering();
    const cache = openCache(undefined);
    expect(await look(cache, ask)).toBe('answer 1');
    expect(await look(cache, ask)).toBe('answer 2');
  });
});

test('SHEAF_POLL_SECONDS says how often; what is no number does not', () => {
  expect(pollFloorMs({})).toBe(5000);
  expect(pollFloorMs({ SHEAF_POLL_SECONDS: '0' })).toBe(0);
  expect(pollFloorMs({ SHEAF_POLL_SECONDS: '0.5' })).toBe(500);
  expect(pollFloorMs({ SHEAF_POLL_SECONDS: '60' })).toBe(60_000);
  for (const text of ['', 'often', '-1', 'NaN', 'Infinity']) {
    expect(pollFloorMs({ SHEAF_POLL_SECONDS: text })).toBe(5000);
  }
});
