import { createContext, Script, type Context } from 'node:vm';

/** The outcome of work with a time limit. */
export type TimeLimited<T> = { readonly done: true; readonly value: T } | { readonly done: false };

/**
 * Does work that may never end, such as matching a regular expression written by a person, and stops it
 * after `limitMs` milliseconds. The work must not wait for anything, and what it changes is half-changed
 * when it was stopped.
 */
export function withTimeLimit<T>(limitMs: number, work: () => T): TimeLimited<T> {
  const stage = (sandbox ??= { context: createContext({}), call: new Script('work()') });
  stage.context['work'] = work;
  try {
    return { done: true, value: stage.call.runInContext(stage.context, { timeout: limitMs }) as T };
  } catch (error) {
    if (isTimeout(error)) return { done: false };
    throw error;
  } finally {
    stage.context['work'] = undefined;
  }
}

/** Only code run through `vm` can be interrupted; made at first need, as it costs a millisecond. */
let sandbox: { readonly context: Context; readonly call: Script } | undefined;

function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
