import { expect, test } from 'vitest';
import { openEventStream } from './event-stream.ts';

test('a client that takes nothing is dropped before more than a megabyte waits for it', () => {
  const gone = new AbortController();
  const stream = openEventStream(gone.signal, () => gone.abort());
  const text = 'x'.repeat(10_000);
  let sent = 0;
  for (; !gone.signal.aborted && sent < 200; sent += 1) stream.send(text);
  expect(sent).toBe(101);
});

test('a client gets all that was sent in its order, and its stream ends with its connection', async () => {
  const gone = new AbortController();
  const stream = openEventStream(gone.signal, () => undefined);
  stream.send('a');
  stream.send('b');
  const parts = stream.parts[Symbol.asyncIterator]();
  expect(await parts.next()).toEqual({ done: false, value: 'ab' });
  const next = parts.next();
  stream.send('c');
  expect(await next).toEqual({ done: false, value: 'c' });
  const last = parts.next();
  gone.abort();
  expect(await last).toMatchObject({ done: true });
});
