import type { LogChunk } from '../../app/index.ts';

/** A line of a log; `mark`: another attempt or file begins. */
export type LogEntryJson = {
  readonly kind: 'line' | 'mark';
  readonly exp_id: string | null;
  /** Null for the words of sheaf and of the scheduler. */
  readonly stream: 'stdout' | 'stderr' | null;
  readonly text: string;
};

/** Marks and whole lines, one by one; a last line without its end comes when there is nothing more of its log. */
export async function* logEntriesJson(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogEntryJson> {
  const logs = new Map<string, OpenLog>();
  function* takeRests(expId?: string): Generator<LogEntryJson> {
    for (const log of logs.values()) {
      if (log.rest.length === 0 || (expId !== undefined && log.expId !== expId)) continue;
      yield lineJson(log, log.rest.splice(0).join(''));
    }
  }
  for await (const chunk of chunks) {
    const { expId, stream } = chunk;
    if (chunk.kind === 'mark') {
      yield* takeRests(expId);
      yield { kind: 'mark', exp_id: expId ?? null, stream: stream ?? null, text: chunk.text };
      continue;
    }
    const key = `${stream ?? ''} ${expId ?? ''}`;
    const log = logs.get(key) ?? { expId, stream, decoder: new TextDecoder(), rest: [] };
    logs.set(key, log);
    const [first = '', ...others] = log.decoder.decode(chunk.bytes, { stream: true }).split('\n');
    if (first !== '') log.rest.push(first);
    for (const next of others) {
      yield lineJson(log, log.rest.splice(0).join(''));
      if (next !== '') log.rest.push(next);
    }
  }
  yield* takeRests();
}

/** A log that is read, with the pieces of a line whose end has not come. */
interface OpenLog extends Pick<LogChunk, 'expId' | 'stream'> {
  readonly decoder: InstanceType<typeof TextDecoder>;
  readonly rest: string[];
}

function lineJson({ expId, stream }: OpenLog, text: string): LogEntryJson {
  return { kind: 'line', exp_id: expId ?? null, stream: stream ?? null, text };
}
