import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { failure, inputError, type SheafError } from '../../core/errors.ts';
import { getFileFacts, makeFolder, setMode } from '../files.ts';
import { listenHttp, type HttpServer, type ServedAnswer, type ServedRequest } from './http-server.ts';
import { userId } from '../machine.ts';

/** What `sun_path` has room for, less its last byte (man unix). */
const LONGEST_PATH = 107;

/** Whether the path of a Unix socket is as short as the system wants it. */
export function fitsSocketPath(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_PATH;
}

/**
 * Listens on a Unix socket that only this user can reach: in a folder of mode 0700, which is made if it is missing. A
 * socket that a server of this user left behind is removed.
 *
 * @param answer must not throw
 * @throws SheafError `socket.*` if the path is too long, if the folder is open to others, or if something else is there
 */
export async function listenPrivately(
  path: string,
  answer: (request: ServedRequest) => Promise<ServedAnswer>,
): Promise<HttpServer> {
  if (!fitsSocketPath(path)) {
    throw inputError('socket.long', `the path of the socket is too long: ${path}`, {
      why: `it has ${Buffer.byteLength(path)} bytes, and the system allows ${LONGEST_PATH}`,
      fix: 'pass a shorter path, such as --socket "$XDG_RUNTIME_DIR/sheaf.sock"',
    });
  }
  checkFolder(dirname(path));
  await removeStale(path);
  const server = await listenHttp({ socket: path }, answer);
  setMode(path, 0o600);
  return server;
}

function checkFolder(folder: string): void {
  makeFolder(folder, 0o700);
  const facts = getFileFacts(folder, { follow: true });
  if (facts?.uid === userId() && (facts.mode & 0o077) === 0) return;
  throw inputError('socket.folder', `others may enter the folder of the socket, ${folder}`, {
    why: 'who can reach the socket can read the project: its folder must be your own, with mode 0700',
    fix: 'pass a path in a folder that does not exist yet: sheaf makes it',
  });
}

/** @throws SheafError if what is there is not a socket, is someone else's, or has a server that listens */
async function removeStale(path: string): Promise<void> {
  const facts = getFileFacts(path);
  if (facts === undefined) return;
  if (facts.kind !== 'other' || facts.uid !== userId() || (await askSocket(path, '/')) !== undefined) {
    throw inputError('socket.used', `${path} exists`, {
      why: 'it is not a socket that a server of yours left behind',
      fix: 'pass another path, or remove it',
    });
  }
  rmSync(path, { force: true });
}

const PATIENCE_MS = 10_000;

/**
 * Posts to a server on a Unix socket.
 *
 * @returns the text of its answer; undefined if nobody listens there
 * @throws SheafError `socket.silent` if nobody answers within 10 s
 */
export function askSocket(path: string, target: string): Promise<string | undefined> {
  const { request } = process.getBuiltinModule('node:http');
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: path, path: target, method: 'POST', timeout: PATIENCE_MS }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => resolve(text)).on('error', reject);
    });
    asked
      .on('timeout', () => asked.destroy(silent(path)))
      .on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
        else reject(error);
      });
    asked.end();
  });
}

function silent(path: string): SheafError {
  return failure('socket.silent', `the server that listens on ${path} does not answer`, {
    fix: `see what it is, then end it: fuser ${path}`,
  });
}
