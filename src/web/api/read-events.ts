/** An event of a stream. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Reads events as this server writes them: a field is a line, and an empty line ends an event. A browser's own reader of
 * events only sends GET requests, without an origin over plain http and without a token.
 *
 * @throws what ends the stream early
 */
export async function* readEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop() ?? '';
    yield* events.map(parseEvent);
  }
}

function parseEvent(text: string): StreamEvent {
  const lines = text.split('\n');
  const get = (field: string): string =>
    lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2) ?? '';
  return { name: get('event'), data: get('data') };
}
