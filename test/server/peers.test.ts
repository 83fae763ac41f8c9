import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  AS_NOBODY,
  listAll,
  openToNobody,
  makeServerProject,
  NOBODY,
  readLog,
  sendTo,
  whyNoOtherAccount,
  type ServerProject,
} from '../support/dashboard.ts';

let project: ServerProject;

beforeEach(() => {
  project = makeServerProject();
});
afterEach(() => project.remove());

/** What a program of another account gets from a server: what it answered, and the error it met. */
const CLIENT = `
const socket = require('node:net').connect(JSON.parse(process.argv[1]), () => socket.write('GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n'));
let bytes = 0;
let error = '';
socket.on('data', (part) => (bytes += part.length)).on('error', ({ code }) => (error = code)).on('close', () => console.log(JSON.stringify({ bytes, error })));
`;

function askAsNobody(where: object): { readonly bytes: number; readonly error: string } {
  const [program, ...args] = [...AS_NOBODY, process.execPath, '-e', CLIENT, JSON.stringify(where)];
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: '/' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { bytes: number; error: string };
}

test('another account on this machine is disconnected before a byte is answered, and logged', async ({ skip }) => {
  const why = whyNoOtherAccount();
  if (why !== undefined) return skip(why);
  const server = await project.serve();
  for (const host of ['127.0.0.1', '::ffff:127.0.0.1']) {
    expect(askAsNobody({ host, port: server.port }).bytes).toBe(0);
  }
  expect(readLog(project)).toContain(`connection refused: uid ${NOBODY}`);
  expect((await server.send({ method: 'GET', path: '/' })).status).toBe(200);
});

test('with --peer any other accounts may connect, and need a link', async ({ skip }) => {
  const why = whyNoOtherAccount();
  if (why !== undefined) return skip(why);
  const server = await project.serve(['--peer', 'any']);
  expect(askAsNobody({ host: '127.0.0.1', port: server.port }).bytes).toBeGreaterThan(0);
  expect((await server.send({ path: '/api/project', body: {} })).status).toBe(401);
});

test('a socket is in a folder of its own, with mode 0600, and no other account can open it', async ({ skip }) => {
  const socketPath = join(dirname(project.root), 'sockets', 'sheaf.sock');
  const server = await project.serve(['--socket', socketPath]);
  expect(server.url).toBe('http://127.0.0.1:8642/');
  expect(statSync(dirname(socketPath)).mode & 0o777).toBe(0o700);
  expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  const viaTunnel = { host: 'localhost:8642' };
  expect((await sendTo(0, { method: 'GET', path: '/', socketPath, headers: viaTunnel })).status).toBe(200);
  const refused = await sendTo(0, { path: '/api/project', socketPath, headers: viaTunnel, body: {} });
  expect(refused.status).toBe(401);
  const why = whyNoOtherAccount();
  if (why !== undefined) return skip(`the folder has the right mode; that it works is not seen: ${why}`);
  chmodSync(dirname(project.root), 0o755);
  expect(askAsNobody({ path: socketPath })).toEqual({ bytes: 0, error: 'EACCES' });
});

test('the socket of a killed server is replaced; another file in its place, or a folder that others may enter, is refused', async () => {
  const socketPath = join(dirname(project.root), 'sockets', 'sheaf.sock');
  const first = await project.serve(['--socket', socketPath]);
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  expect(existsSync(socketPath)).toBe(true);
  const second = await project.serve(['--socket', socketPath]);
  process.kill(second.pid, 'SIGTERM');
  await second.ended;
  expect(existsSync(socketPath)).toBe(false);

  writeFileSync(socketPath, 'mine');
  expect(project.sheaf('serve', '--socket', socketPath).stderr).toContain('exists');
  const open = join(dirname(project.root), 'open');
  mkdirSync(open);
  chmodSync(open, 0o755);
  const refused = project.sheaf('serve', '--socket', join(open, 's'));
  expect(refused.stderr).toContain('others may enter the folder');
  expect(refused.status).toBe(2);
  expect(project.sheaf('serve', '--socket', `/tmp/${'x'.repeat(120)}`).stderr).toContain('too long');
});

test('a project that may only be read is served, and stays as it is', async ({ skip }) => {
  const why = whyNoOtherAccount();
  if (why !== undefined) return skip(why);
  const { own, wrapper } = openToNobody(project);
  const before = listAll(project.root);
  // The socket proves whose the server is: its peers are checked against that account, which is not the one of this test.
  const socketPath = join(own, 'run', 'sheaf.sock');
  await project.serve(['--socket', socketPath], wrapper);
  const headers = { host: 'localhost' };
  expect((await sendTo(0, { method: 'GET', path: '/', socketPath, headers })).status).toBe(200);
  expect(statSync(socketPath).uid).toBe(NOBODY);
  expect(listAll(project.root)).toEqual(before);
});
