import { problemJson } from '../../json/index.ts';
import type { ServedAnswer } from '../../system/index.ts';
import { toServerProblem } from '../calls/server-problem.ts';
import type { Answered } from '../workers/messages.ts';
import { answerWith } from './answers.ts';

/** What is sent for the answer to a call. */
export function toServedAnswer(answered: Answered): ServedAnswer {
  switch (answered.kind) {
    case 'json':
      return answerWith(200, { 'content-type': 'application/json' }, answered.text);
    case 'bytes':
      return answerWith(200, { 'content-type': 'application/octet-stream' }, answered.bytes);
    case 'lines':
      return answerWith(
        200,
        { 'content-type': 'application/x-ndjson', 'x-accel-buffering': 'no' },
        endWithProblem(answered.lines),
      );
  }
}

/** The status is sent before the first line: what goes wrong later is the last line. */
async function* endWithProblem(lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    yield `${JSON.stringify({ error: problemJson(toServerProblem(error)) })}\n`;
  }
}
