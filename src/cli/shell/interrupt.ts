import type { Output } from './output.ts';

/** The reason with which Ctrl-C aborts. */
class Interrupt extends Error {
  override readonly name = 'AbortError';
}

export function isInterrupt(error: unknown): boolean {
  return error instanceof Interrupt || (error instanceof Error && error.cause instanceof Interrupt);
}

const PATIENCE_MS = 500;

/** The first Ctrl-C aborts the signal, so that the command ends at its next safe place; the second ends at once. */
export function listenForInterrupts(talk: Output): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interrupt('interrupted'));
    setTimeout(() => talk.write('Ending after this step; Ctrl-C once more ends at once.\n'), PATIENCE_MS).unref();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return controller.signal;
}
