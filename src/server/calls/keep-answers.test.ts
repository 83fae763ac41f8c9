import { expect, test } from 'vitest';
import type { ExperimentManager } from '../../app/index.ts';
import type { Call, CallContext } from './call.ts';
import { keepAnswers } from './keep-answers.ts';

interface Watched {
  readonly call: Call<string, number>;
  /** Begun so far, in their order. */
  readonly begun: PromiseWithResolvers<number>[];
}

function watched(): Watched {
  const begun: PromiseWithResolvers<number>[] = [];
  const answer = (): Promise<number> => {
    const work = Promise.withResolvers<number>();
    begun.push(work);
    return work.promise;
  };
  return { call: { place: 'files', read: String, answer }, begun };
}

/** The project is only a key here. */
const context: CallContext = { manager: {} as ExperimentManager, signal: new AbortController().signal };

test('an answer that is slow is awaited by the next who asks, and asked for once', async () => {
  const { call, begun } = watched();
  const { answer } = keepAnswers(0, call, 1);
  await expect(answer('a', context)).rejects.toThrow('the cluster has not answered yet');
  await expect(answer('a', context)).rejects.toThrow('the cluster has not answered yet');
  const third = answer('a', context);
  begun[0]?.resolve(7);
  expect([await third, begun.length]).toEqual([7, 1]);
});

test('an answer is kept for its request, and one that failed is asked for again', async () => {
  const { call, begun } = watched();
  const { answer } = keepAnswers(Infinity, call);
  const wrong = answer('a', context);
  begun[0]?.reject(new Error('wrong settings'));
  await expect(wrong).rejects.toThrow('wrong settings');
  const right = answer('a', context);
  begun[1]?.resolve(7);
  expect([await right, await answer('a', context), begun.length]).toEqual([7, 7, 2]);
  const other = answer('b', context);
  begun[2]?.resolve(8);
  expect([await other, begun.length]).toEqual([8, 3]);
});
