import type { Output } from './output.ts';

/** The abort reason of Ctrl-C. */
class Interrupt extends Error {
  override readonly name = 'AbortError';
}

export function isInterrupt(error: unknown): boolean {
  return error instanceof Interrupt || (error instanceof Error && error.cause instanceof Interrupt);
}

const PATIENCE_MS = 500;

/** The first Ctrl-C aborts the signal, so that the command ends at its next safe step; the second one ends it immediately. */
export function listenForInterrupts(stderr: Output): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interrupt('interrupted'));
    setTimeout(
      () => stderr.write('Stopping after this step; press Ctrl-C again to stop immediately.\n'),
      PATIENCE_MS,
    ).unref();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return controller.signal;
}
