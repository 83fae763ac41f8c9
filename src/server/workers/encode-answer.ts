import { SheafError } from '../../core/errors.ts';
import { toServerProblem } from '../calls/server-problem.ts';
import type { Answered, Trouble } from './messages.ts';

/** Turns what a call gives into what is sent. */
export function encodeAnswer(answer: unknown): Answered {
  if (answer instanceof Uint8Array) return { kind: 'bytes', bytes: answer };
  if (isAsyncIterable(answer)) return { kind: 'lines', lines: encodeLines(answer) };
  return { kind: 'json', text: JSON.stringify(answer ?? null) };
}

/** What goes wrong on the way is thrown to the reader. */
async function* encodeLines(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Whatever was thrown, for another process. */
export function toTrouble(error: unknown): Trouble {
  if (error instanceof SheafError) return { problems: error.problems, exitCode: error.exitCode };
  return { problems: [toServerProblem(error)], exitCode: 1 };
}
