import type { LogChunk } from '../../app/index.ts';

/** A line of a log; `mark`: another attempt or file begins. */
export type LogEntryJson = { readonly kind: 'line' | 'mark'; readonly text: string };

/** Marks and whole lines, one by one; a last line without its end comes when there is nothing more. */
export async function* logEntriesJson(chunks: AsyncIterable<LogChunk>): AsyncGenerator<LogEntryJson> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    if (chunk.kind === 'text') {
      const lines = (rest + decoder.decode(chunk.bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) yield { kind: 'line', text };
    } else {
      if (rest !== '') yield { kind: 'line', text: rest };
      rest = '';
      yield { kind: 'mark', text: chunk.text };
    }
  }
  if (rest !== '') yield { kind: 'line', text: rest };
}
