/** One line typed at the terminal; empty when the input ends. @throws if `signal` is aborted before that */
export async function readAnswer(stdin: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const finish = (act: () => void): void => {
      stdin.off('data', take).off('end', end).pause();
      signal.removeEventListener('abort', stop);
      act();
    };
    const take = (chunk: Buffer): void => finish(() => resolve(chunk.toString()));
    const end = (): void => finish(() => resolve(''));
    const stop = (): void => finish(() => reject(signal.reason as Error));
    stdin.on('data', take).on('end', end);
    signal.addEventListener('abort', stop, { once: true });
  });
}
