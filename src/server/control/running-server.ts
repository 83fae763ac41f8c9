import { dirname, join } from 'node:path';
import { failure } from '../../core/errors.ts';
import type { ExperimentManager } from '../../app/index.ts';
import {
  askSocket,
  fitsSocketPath,
  listenPrivately,
  readTextIfThere,
  randomId,
  removePath,
  writeAtomic,
  type HttpServer,
} from '../../system/index.ts';

/** A server that is running, and a new link to it. */
export interface RunningServer {
  readonly pid: number;
  /** Name of the machine. */
  readonly node: string;
  /** Where the page is, for a browser on this machine; for a Unix socket, as it is through the tunnel. */
  readonly url: string;
  /** `url` with a code that opens it once. */
  readonly link: string;
  /** On the address that it listens on; undefined on a Unix socket. */
  readonly port?: number;
  readonly address?: string;
  readonly socket?: string;
  /** Whose connections over TCP are accepted: those of this user, or everyone's. */
  readonly peers: 'same' | 'any';
  /** Pages may act, and not only look. */
  readonly acts: boolean;
}

/** What can be asked of a running server by those who can enter its folder: this user. */
export interface Control {
  readonly link: () => RunningServer;
  /** Ends all sessions and links. */
  readonly revoke: () => { readonly sessions: number };
  readonly stop: () => { readonly pid: number };
}

/** Has the path of the socket: at most one server runs for each project and host. */
const STATE = 'serve.json';

/** Lets later commands of this user find and control the server of this process, until it is closed. */
export async function openControl(manager: ExperimentManager, control: Control): Promise<HttpServer> {
  const folder = getPrivateFolder(manager);
  const socket = chooseSocket(folder);
  const server = await listenPrivately(socket, async ({ target }) => {
    const name = target.slice(1);
    const answer = Object.hasOwn(control, name) ? control[name as keyof Control]() : null;
    return { status: 200, headers: {}, body: JSON.stringify(answer) };
  });
  const state = join(folder, STATE);
  writeAtomic(state, JSON.stringify({ socket }), { mode: 0o600 });
  return {
    port: 0,
    close: async () => {
      removePath(state);
      await server.close();
      if (dirname(socket) !== folder) removePath(dirname(socket));
    },
  };
}

function chooseSocket(folder: string): string {
  const near = join(folder, 'serve.sock');
  return fitsSocketPath(near) ? near : join('/tmp', `sheaf-${randomId(16)}`, 'serve.sock');
}

/**
 * Asks the server of this project on this host. The socket of one that was killed answers nobody.
 *
 * @returns undefined if none is running
 * @throws SheafError `socket.silent` if it is there and does not answer
 */
export async function askServer<N extends keyof Control>(
  manager: ExperimentManager,
  what: N,
): Promise<ReturnType<Control[N]> | undefined> {
  const text = readTextIfThere(join(getPrivateFolder(manager), STATE));
  if (text === undefined) return undefined;
  const answer = await askSocket((JSON.parse(text) as { readonly socket: string }).socket, `/${what}`);
  return answer === undefined ? undefined : (JSON.parse(answer) as ReturnType<Control[N]>);
}

/** The folder of this host and user that holds what a server needs. @throws SheafError `serve.folder` */
export function getPrivateFolder({ localFolder }: ExperimentManager): string {
  if (localFolder !== undefined) return localFolder;
  throw failure('serve.folder', 'this machine has no folder that only you can enter', {
    why: 'sheaf needs one on a disk of this machine, to keep others away from the dashboard',
    fix: 'set SHEAF_LOCAL_DIR to such a folder; sheaf doctor shows which were tried',
  });
}
