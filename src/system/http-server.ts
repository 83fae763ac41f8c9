import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client asks of a server. */
export interface ServedRequest {
  readonly method: string;
  /** As it was sent: path and query, not decoded. */
  readonly target: string;
  /** By their names in lower case. Of those that were sent several times, as Node joins them. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** The other end; undefined on a Unix socket. */
  readonly peer?: { readonly address: string; readonly port: number };
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** The whole body; undefined if it is longer than `mostBytes`, and the rest is then not read. */
  readBody(mostBytes: number): Promise<Uint8Array | undefined>;
}

/** What a server answers: a body as a whole, or in parts, each of which is sent at once. */
export interface ServedAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

/** Where a server listens: on an address of this machine, or on a Unix socket. */
export type ListenPlace = { readonly host: string; readonly port: number } | { readonly socket: string };

export interface HttpServer {
  /** 0 on a Unix socket. */
  readonly port: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

/**
 * Listens for requests until it is closed.
 *
 * @param answer must not throw
 * @throws the system's error, with `EADDRINUSE` and the like as its code
 */
export async function listenHttp(
  place: ListenPlace,
  answer: (request: ServedRequest) => Promise<ServedAnswer>,
): Promise<HttpServer> {
  // Loaded when a server starts: other commands serve nothing.
  const server = process.getBuiltinModule('node:http').createServer((incoming, outgoing) => {
    void answerOne(incoming, outgoing, answer);
  });
  await listen(server, place);
  const address = server.address() as AddressInfo | string | null;
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, place: ListenPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen('socket' in place ? { path: place.socket } : place, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answerOne(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: ServedRequest) => Promise<ServedAnswer>,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const { status, headers, body } = await answer(toRequest(incoming, gone.signal));
  outgoing.writeHead(status, headers);
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  for await (const part of body) {
    if (gone.signal.aborted) break;
    // A client that does not read must not make the server keep what it does not take.
    if (!outgoing.write(part)) await new Promise((resolve) => outgoing.once('drain', resolve).once('close', resolve));
  }
  outgoing.end();
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): ServedRequest {
  const { method = '', url = '', headers, socket } = incoming;
  const { remoteAddress, remotePort } = socket;
  return {
    method,
    target: url,
    headers: headers as ServedRequest['headers'],
    ...(remoteAddress === undefined || remotePort === undefined
      ? {}
      : { peer: { address: remoteAddress, port: remotePort } }),
    signal,
    readBody: (mostBytes) => readBody(incoming, mostBytes),
  };
}

async function readBody(incoming: IncomingMessage, mostBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > mostBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
