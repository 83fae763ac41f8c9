import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Connection } from './peer-uid.ts';

/** What a client asks of a server. */
export interface ServedRequest {
  readonly method: string;
  /** As it was sent: path and query, not decoded. */
  readonly target: string;
  /** By their names in lower case. Of those that were sent several times, as Node joins them; `host` is then missing. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Ends the connection at once, whatever of the answer is still to be sent. */
  drop(): void;
  /** The whole body; undefined if it is longer than `mostBytes`, and the rest is then not kept. */
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

export interface ListenOptions {
  /** Decides about each TCP connection before anything is read from it: one that it refuses is closed. Default: none is. */
  readonly accept?: (connection: Connection) => boolean;
}

/**
 * Neither a client that sends slowly nor one that does not read keeps a connection for long. A page needs a handful of
 * connections; 200 tabs find room.
 */
const OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  // How often Node looks for connections beyond these limits.
  connectionsCheckingInterval: 5_000,
  // The caller checks Host: without one, Node's own answer would lack the reason.
  requireHostHeader: false,
};
const MOST_CONNECTIONS = 512;
/** A connection on which nothing moves for this long is closed, even while an answer is being sent. */
const SILENCE_MS = 120_000;

/**
 * Listens for requests until it is closed.
 *
 * @param answer must not throw; if a body throws, the connection is closed
 * @throws the system's error, with `EADDRINUSE` and the like as its code
 */
export async function listenHttp(
  place: ListenPlace,
  answer: (request: ServedRequest) => Promise<ServedAnswer>,
  { accept }: ListenOptions = {},
): Promise<HttpServer> {
  // Loaded when a server starts: other commands serve nothing.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer(OPTIONS, (incoming, outgoing) => {
    void answerOne(incoming, outgoing, answer);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = SILENCE_MS;
  if (accept !== undefined) {
    server.on('connection', (socket: Socket) => {
      const connection = connectionOf(socket);
      if (connection !== undefined && !accept(connection)) socket.destroy();
    });
  }
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

/** Undefined on a Unix socket. */
function connectionOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): Connection | undefined {
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return {
    remote: { address: remoteAddress, port: remotePort },
    local: { address: localAddress ?? '', port: localPort ?? 0 },
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
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body ?? '') }).end(body);
    return;
  }
  outgoing.writeHead(status, headers);
  try {
    for await (const part of body) {
      if (gone.signal.aborted) break;
      // A client that does not read must not make the server keep what it does not take.
      if (!outgoing.write(part)) await new Promise((resolve) => outgoing.once('drain', resolve).once('close', resolve));
    }
    outgoing.end();
  } catch {
    outgoing.destroy();
  }
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): ServedRequest {
  const { method = '', url = '', headers, headersDistinct } = incoming;
  const { host, ...others } = headers as ServedRequest['headers'];
  return {
    method,
    target: url,
    headers: headersDistinct['host']?.length === 1 ? { ...others, host } : others,
    signal,
    drop: () => void incoming.socket.destroy(),
    readBody: (mostBytes) => readBody(incoming, mostBytes),
  };
}

async function readBody(incoming: IncomingMessage, mostBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Destroyed, the request would take the answer with it.
  for await (const part of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > mostBytes) {
      incoming.resume();
      return undefined;
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
