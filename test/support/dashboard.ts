/** A real `sheaf serve` for the tests of a file, and requests to it over real sockets. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sheafArgv } from './sheaf-argv.ts';

/** What is sent. Left out: what a page of the server itself would send. */
export interface Sent {
  readonly method?: string;
  readonly path: string;
  /** Undefined takes one away. */
  readonly headers?: { readonly [name: string]: string | undefined };
  /** A text as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Default: the port of the server. */
  readonly socketPath?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly text: string;
}

/** What a browser has after it opened a link. */
export type SessionHeaders = { readonly cookie: string; readonly 'x-sheaf-token': string };

export interface Serving {
  readonly url: string;
  readonly link: string;
  readonly port: number;
  readonly pid: number;
  /** Settles with the exit code. */
  readonly ended: Promise<number | null>;
  /** All that it printed. */
  readonly output: () => string;
  readonly send: (sent: Sent) => Promise<Reply>;
  /** Opens the link, or another one. */
  readonly logIn: (link?: string) => Promise<SessionHeaders>;
}

/** A project with one experiment, and what serves it. */
export interface ServerProject {
  /** The project's folder. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** The local folder of the project, in which the server keeps what is private. */
  readonly localFolder: () => string;
  /** Runs sheaf to its end. */
  readonly sheaf: (...words: readonly string[]) => {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** Starts `sheaf serve --json`. @param wrapper a program that starts it, with its arguments */
  readonly serve: (words?: readonly string[], wrapper?: readonly string[]) => Promise<Serving>;
  /** Ends all servers that were started here, and removes the folder. */
  readonly remove: () => Promise<void>;
}

/** @param program the argv that starts sheaf */
export function makeServerProject(program: readonly string[] = sheafArgv()): ServerProject {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), 'sheaf-serve-')));
  const root = join(outer, 'project');
  const local = join(outer, 'local');
  for (const folder of [join(root, 'templates'), join(outer, 'home')]) mkdirSync(folder, { recursive: true });
  mkdirSync(local, { mode: 0o700 });
  writeFileSync(join(root, 'sheaf.yaml'), 'scheduler: local\n');
  writeFileSync(join(root, 'templates/baseline.yaml'), 'lr: 1e-3\ncommand: "true"\ncode: live\n');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(outer, 'home'),
    SHEAF_LOCAL_DIR: local,
    SHEAF_TEST_NO_SLURM: '1',
    LANG: 'C.UTF-8',
  };
  const servers: Serving[] = [];
  const sheaf: ServerProject['sheaf'] = (...words) => {
    const [first = '', ...rest] = program;
    const { status, stdout, stderr } = spawnSync(first, [...rest, ...words], { cwd: root, env, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  sheaf('new', '--template', 'baseline', '--exp-id', 'first');
  return {
    root,
    env,
    localFolder: () => join(local, readdirSync(local)[0] ?? ''),
    sheaf,
    serve: async (words = [], wrapper = []) => {
      const argv = [...wrapper, ...program, 'serve', '--json', ...words];
      const serving = await startServing(argv, { cwd: root, env });
      servers.push(serving);
      return serving;
    },
    remove: async () => {
      for (const { pid, ended } of servers) {
        if (isRunning(pid)) process.kill(pid, 'SIGTERM');
        await ended;
      }
      rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function startServing(
  [program = '', ...args]: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Serving> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (!stdout.includes('\n')) return;
      const { url, link, pid } = (JSON.parse(stdout.split('\n', 1)[0] ?? '') as { data: Serving }).data;
      const port = Number(new URL(url).port);
      const send = (sent: Sent): Promise<Reply> => sendTo(port, sent);
      resolve({
        url,
        link,
        port,
        pid,
        ended,
        send,
        output: () => stdout + stderr,
        logIn: (other = link) => logIn(other, send),
      });
    });
    void ended.then((code) => reject(new Error(`sheaf serve ended with code ${code}: ${stderr}`)));
  });
}

/** What a page of the server itself sends with each call. */
export const OF_PAGE = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

/** One connection to each server, as long as it lives. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends one request. */
export function sendTo(port: number, { method = 'POST', path, headers = {}, body, socketPath }: Sent): Promise<Reply> {
  const all: OutgoingHttpHeaders = Object.fromEntries(
    Object.entries({ ...OF_PAGE, host: `localhost:${port}`, ...headers }).filter(([, value]) => value !== undefined),
  );
  const where = socketPath === undefined ? { host: '127.0.0.1', port } : { socketPath };
  return new Promise((resolve, reject) => {
    const asked = request({ ...where, method, path, headers: all, setHost: false, agent }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (part: string) => (text += part));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }));
      reply.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** Sends bytes as they are. Settles with all that came back, when the server closes the connection. */
export function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('error', () => undefined).on('close', () => resolve(text));
  });
}

async function logIn(link: string, send: Serving['send']): Promise<SessionHeaders> {
  const reply = await send({ path: '/api/session', body: { code: codeOf(link) } });
  if (reply.status !== 200) throw new Error(`the link opens nothing: ${reply.status} ${reply.text}`);
  const [cookie = ''] = reply.headers['set-cookie'] ?? [];
  const { token } = JSON.parse(reply.text) as { readonly token: string };
  return { cookie: cookie.split(';', 1)[0] ?? '', 'x-sheaf-token': token };
}

/** The code in a link. */
export function codeOf(link: string): string {
  return link.slice(link.indexOf('#k=') + '#k='.length);
}

/** All files of a folder with their sizes and times, to see that nothing changed. */
export function listAll(folder: string): string[] {
  return spawnSync('find', [folder, '-printf', '%p %s %T@ %m\n'], { encoding: 'utf8' }).stdout.split('\n').toSorted();
}

/** Nobody: an account that is not the one of the tests. */
export const NOBODY = 65_534;

/** Makes a folder and all in it belong to an account. */
export function giveTo(uid: number, folder: string): void {
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
    chownSync(join(folder, name), uid, uid);
}

/** Why programs cannot run as another account here; undefined if they can. */
export function whyNoOtherAccount(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can start a program of another account';
  return spawnSync('setpriv', ['--version']).status === 0 ? undefined : 'this machine has no setpriv';
}

/** Starts a program as nobody. */
export const AS_NOBODY: readonly string[] = [
  'setpriv',
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  '--clear-groups',
  '--',
];

/** Lets nobody read a project, with a folder of their own for what they write. */
export function openToNobody({ root }: Pick<ServerProject, 'root'>): {
  readonly own: string;
  /** What starts a program as nobody in it. */
  readonly wrapper: readonly string[];
} {
  const outer = dirname(root);
  chmodSync(outer, 0o755);
  const own = join(outer, 'own');
  mkdirSync(own, { mode: 0o700 });
  giveTo(NOBODY, own);
  return { own, wrapper: ['env', `SHEAF_LOCAL_DIR=${own}`, `HOME=${own}`, ...AS_NOBODY] };
}

export function readLog(project: ServerProject): string {
  return readFileSync(join(project.localFolder(), 'serve.log'), 'utf8');
}
