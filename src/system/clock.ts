/** Milliseconds that tests add, to play hosts whose clocks differ. */
const OFFSET_MS = Number(process.env['SHEAF_TEST_CLOCK_OFFSET_MS'] ?? 0);

/** Milliseconds since 1970, UTC. The only clock in sheaf. */
export function nowMs(): number {
  return Date.now() + OFFSET_MS;
}

/** ISO 8601, UTC, milliseconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Lets signals and timers be heard that came during a long piece of work. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** @throws when `signal` is aborted before it ends */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', stop, { once: true });
    function finish(): void {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    }
  });
}
