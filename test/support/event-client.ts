import { request as send, type ClientRequest } from 'node:http';
import type { LiveEvents } from '../../src/server/index.ts';
import { OF_PAGE, type Serving, type SessionHeaders } from './dashboard.ts';
import { until } from './until.ts';

/** An event as it was sent. */
export interface HeardEvent {
  readonly id?: string;
  readonly name: string;
  readonly data: string;
}

/** A client of the event stream, as a browser is one. */
export interface EventClient {
  /** The status of the answer, when it begins; 0 if none comes. */
  readonly status: Promise<number>;
  /** All events so far, without those that only keep the connection open. */
  readonly heard: readonly HeardEvent[];
  /** The data of all events of a name. */
  all<N extends keyof LiveEvents>(name: N): LiveEvents[N][];
  /** Waits for one that fits. */
  next<N extends keyof LiveEvents>(name: N, fits?: (data: LiveEvents[N]) => boolean): Promise<LiveEvents[N]>;
  close(): void;
}

/** @param since the version that the client has; left out by one that is new */
export function listenTo(serving: Pick<Serving, 'port'>, session: SessionHeaders, since?: number): EventClient {
  const heard: HeardEvent[] = [];
  let rest = '';
  const answered = Promise.withResolvers<number>();
  let status: number | undefined;
  const request: ClientRequest = send(
    {
      method: 'POST',
      host: '127.0.0.1',
      port: serving.port,
      path: '/api/events',
      headers: { ...OF_PAGE, host: `localhost:${serving.port}`, ...session },
      setHost: false,
      agent: false,
    },
    (reply) => {
      status = reply.statusCode ?? 0;
      answered.resolve(status);
      reply.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split('\n\n');
        rest = parts.pop() ?? '';
        heard.push(...parts.map(parseEvent).filter(({ name }) => name !== 'beat'));
      });
      reply.on('error', () => undefined);
    },
  );
  request.on('error', () => answered.resolve(0));
  request.end(JSON.stringify({ since }));
  const all: EventClient['all'] = (name) =>
    heard.filter((event) => event.name === name).map(({ data }) => JSON.parse(data) as never);
  return {
    status: answered.promise,
    heard,
    all,
    next: (name, fits = () => true) =>
      until(
        () => all(name).find(fits),
        () => `an event "${name}" (status ${status}): ${JSON.stringify(heard)}`,
      ),
    close: () => request.destroy(),
  };
}

/** As the specification of event streams has it, for what this server sends. */
function parseEvent(text: string): HeardEvent {
  const fields = new Map(
    text.split(/\r\n|\n|\r/).map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')] as const;
    }),
  );
  const id = fields.get('id');
  return {
    name: fields.get('event') ?? 'message',
    data: fields.get('data') ?? '',
    ...(id === undefined ? {} : { id }),
  };
}
