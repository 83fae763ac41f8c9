import type { ExperimentManager } from '../app/index.ts';
import { join } from 'node:path';
import { failure } from '../core/errors.ts';
import {
  findPeerUid,
  listenHttp,
  listenPrivately,
  nodeName,
  nowMs,
  userId,
  type Connection,
  type HttpServer,
} from '../system/index.ts';
import { openDesk } from './actions/desk.ts';
import { Access } from './access/access.ts';
import { openAuditLog, type AuditLog } from './access/audit-log.ts';
import { Tickets } from './calls/tickets.ts';
import { getPrivateFolder, openControl, type RunningServer } from './control/running-server.ts';
import { answerRequest, type Serving } from './http/answer-request.ts';
import { readAssets } from './http/assets.ts';
import { makeHostGate } from './http/gates.ts';
import { openLive } from './live/live.ts';
import { startRounds } from './live/rounds.ts';
import { checkPlace, isLoopback, type ServeOptions } from './serve-options.ts';
import { openAnswerer } from './workers/answerer.ts';

/** The port of the tunnel to a Unix socket, on the machine of the browser. */
const TUNNEL_PORT = 8642;
const MOST_IDLE_MS = 8 * 60 * 60_000;
const LOOK_MS = 60_000;

/** A dashboard that is being served. */
export interface Served {
  readonly server: RunningServer;
  /** Settles when the server is to end: someone stopped it, or nobody used it for 8 hours. */
  readonly ended: Promise<void>;
  /** Ends all connections, and all that a later command would find. */
  close(): Promise<void>;
}

/**
 * Serves the dashboard of a project to this user.
 *
 * @throws SheafError `serve.*` and `socket.*` if it cannot be served there
 */
export async function serveProject(manager: ExperimentManager, options: ServeOptions): Promise<Served> {
  const { basePath, address } = checkPlace(options);
  const audit = openAuditLog(join(getPrivateFolder(manager), 'serve.log'));
  const access = new Access(`${nodeName()}:${manager.root}`);
  const use = new Use();
  const live = openLive(manager);
  const tickets = new Tickets();
  const whyNoActions = explainNoActions(manager, options);
  const desk = whyNoActions === '' ? openDesk((name, request) => answerer.work(name, request), audit) : undefined;
  const context = { live: live.state, tickets, whyNoActions, ...(desk && { desk }) };
  const answerer = openAnswerer(manager, context, desk !== undefined);
  const names = isLoopback(address) ? [] : [address, nodeName(), nodeName().split('.', 1)[0] ?? ''];
  const serving: Serving = {
    basePath,
    checkHost: makeHostGate([...names, ...options.allowHosts]),
    access,
    audit,
    assets: readAssets(),
    answerer,
    mayAct: desk !== undefined,
    live,
    manager,
    tickets,
  };
  const http = await listen({ ...options, address }, serving, use).catch((error: unknown) => {
    answerer.close();
    throw error;
  });
  const place = options.socket === undefined ? { port: http.port, address } : { socket: options.socket };
  const url = `http://${getBrowserHost(address)}:${http.port || TUNNEL_PORT}${basePath}`;
  const describe = (): RunningServer => ({
    pid: process.pid,
    node: nodeName(),
    url,
    link: `${url}#k=${access.makeCode()}`,
    ...place,
    peers: options.peers,
    acts: desk !== undefined,
  });
  const ended = Promise.withResolvers<void>();
  const revoke = (): { sessions: number } => {
    audit.record('all sessions revoked');
    live.endStreams();
    return { sessions: access.revoke() };
  };
  const stop = (): { pid: number } => {
    ended.resolve();
    return { pid: process.pid };
  };
  const control = await openControl(manager, { link: describe, revoke, stop }).catch(async (error: unknown) => {
    answerer.close();
    await http.close();
    throw error;
  });
  const timer = setInterval(() => {
    if (!options.keep && use.idleMs() > MOST_IDLE_MS) ended.resolve();
  }, LOOK_MS);
  const endRounds = desk && startRounds(manager);
  audit.record(desk === undefined ? 'server started' : 'server started, with actions');
  return {
    server: describe(),
    ended: ended.promise,
    close: async () => {
      clearInterval(timer);
      endRounds?.();
      live.close();
      answerer.close();
      await Promise.all([control.close(), http.close()]);
      audit.record('server ended');
    },
  };
}

/** Why a server cannot act; empty if it can. */
function explainNoActions({ isWritable }: ExperimentManager, { actions }: ServeOptions): string {
  if (!actions) return 'this server only looks; sheaf serve --actions starts one that can act';
  return isWritable ? '' : 'you may not write in this project';
}

/** How long the server has had no request, and has sent nothing. */
class Use {
  #open = 0;
  #lastMs: number = nowMs();

  begin(signal: AbortSignal): void {
    this.#open += 1;
    signal.addEventListener('abort', () => {
      this.#open -= 1;
      this.#lastMs = nowMs();
    });
  }

  idleMs(): number {
    return this.#open > 0 ? 0 : nowMs() - this.#lastMs;
  }
}

/** @throws SheafError `serve.port`, `serve.bind` */
async function listen(
  { socket, port, address, peers }: ServeOptions & { readonly address: string },
  serving: Serving,
  use: Use,
): Promise<HttpServer> {
  const answer: Parameters<typeof listenHttp>[1] = (request) => {
    use.begin(request.signal);
    return answerRequest(request, serving);
  };
  if (socket !== undefined) return listenPrivately(socket, answer);
  const accept = (connection: Connection): boolean => isOwn(connection, serving.audit);
  try {
    return await listenHttp({ host: address, port }, answer, peers === 'any' ? {} : { accept });
  } catch (error) {
    throw toListenError(error, `${address}:${port}`);
  }
}

/** Every account of this machine can connect to its loopback addresses: whose connection it is decides. */
function isOwn(connection: Connection, audit: AuditLog): boolean {
  const uid = findPeerUid(connection);
  if (uid === userId()) return true;
  audit.record(`connection refused: ${uid === undefined ? 'from another machine' : `uid ${uid}`}`);
  return false;
}

function toListenError(error: unknown, place: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return failure('serve.port', `${place} is in use by another program`, {
      fix: 'leave --port out: sheaf finds a free port',
    });
  }
  if (code === 'EACCES') {
    return failure('serve.port', `you may not listen on ${place}`, { fix: 'pass a port from 1024' });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return failure('serve.bind', `${place} is no address of this machine`, { fix: 'leave --bind out, or see ip addr' });
  }
  return error;
}

/** What a browser asks for. `0.0.0.0` and `::` mean all addresses of this machine. */
function getBrowserHost(address: string): string {
  if (address === '0.0.0.0' || address === '::') return nodeName();
  return address.includes(':') ? `[${address}]` : address;
}
