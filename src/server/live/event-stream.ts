/** One client that listens. */
export interface EventStream {
  send(text: string): void;
  /** All that is sent, until the client goes away or is dropped. */
  readonly parts: AsyncIterable<string>;
}

/** Characters that wait for a client that does not read. */
const MOST_WAITING = 1_000_000;

/**
 * Keeps what is sent until the client takes it.
 *
 * @param drop ends the connection of a client that takes nothing
 */
export function openEventStream(signal: AbortSignal, drop: () => void): EventStream {
  let waiting = '';
  let wake = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => wake.resolve(), { once: true });
  return {
    send: (text) => {
      if (signal.aborted) return;
      waiting += text;
      wake.resolve();
      if (waiting.length > MOST_WAITING) drop();
    },
    parts: takeParts(),
  };

  async function* takeParts(): AsyncGenerator<string> {
    for (;;) {
      await wake.promise;
      if (signal.aborted) return;
      const text = waiting;
      waiting = '';
      wake = Promise.withResolvers();
      yield text;
    }
  }
}
