import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf, listAll, makeServerProject, readLog, type ServerProject, type Serving } from '../support/dashboard.ts';

let project: ServerProject;
let server: Serving;

beforeAll(async () => {
  project = makeServerProject();
  server = await project.serve();
});
afterAll(() => project.remove());

interface Printed {
  readonly url: string;
  readonly link: string;
  readonly pid: number;
  readonly revoked_sessions: number;
}

function ask(...words: readonly string[]): Printed {
  const { status, stdout, stderr } = project.sheaf('serve', '--json', ...words);
  if (status !== 0) throw new Error(stderr);
  const { schema, data } = JSON.parse(stdout) as { readonly schema: string; readonly data: Printed };
  expect(schema).toBe('sheaf.serve/1');
  return data;
}

test('a link works once, and its code stays in the fragment of a URL that ends in a slash', async () => {
  const { link, url } = ask('--link');
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#k=[a-z2-7]{52}$/);
  expect(url).toBe(server.url);
  const reply = await server.send({ path: '/api/session', body: { code: codeOf(link) } });
  expect(reply.status).toBe(200);
  expect(reply.headers['set-cookie']).toEqual([
    expect.stringMatching(/^sheaf_[0-9a-f]+=[a-z2-7]{52}; HttpOnly; SameSite=Strict$/),
  ]);
  const again = await server.send({ path: '/api/session', body: { code: codeOf(link) } });
  expect(again.status).toBe(401);
  expect(again.text).toContain('sheaf serve --link');
  expect(again.headers['set-cookie']).toBeUndefined();
});

test('a cookie that comes over https goes back over https alone', async () => {
  const headers = { origin: 'https://portal.example.org' };
  const reply = await server.send({ path: '/api/session', body: { code: codeOf(ask('--link').link) }, headers });
  expect(String(reply.headers['set-cookie'])).toContain('; Secure');
});

test('revoking ends all sessions and all links that nobody opened yet', async () => {
  const unopened = ask('--link').link;
  const headers = await server.logIn(ask('--link').link);
  expect((await server.send({ path: '/api/project', headers, body: {} })).status).toBe(200);
  expect(ask('--revoke').revoked_sessions).toBeGreaterThan(0);
  expect((await server.send({ path: '/api/project', headers, body: {} })).status).toBe(401);
  await expect(server.logIn(unopened)).rejects.toThrow('401');
  expect(readLog(project)).toContain('all sessions revoked');
});

test('after ten wrong codes the next one waits, and the right one still opens', async () => {
  const attempts: number[] = [];
  for (let i = 0; i < 11; i += 1) {
    attempts.push((await server.send({ path: '/api/session', body: { code: `wrong ${i}` } })).status);
  }
  expect(attempts.at(-1)).toBe(429);
  await server.logIn(ask('--link').link);
});

test('a second serve of the project prints a new link to the first one and ends', async () => {
  const second = ask();
  expect(second).toMatchObject({ url: server.url, pid: server.pid });
  const { stdout } = project.sheaf('serve');
  expect(stdout).toContain(`ssh -N -L ${server.port}:127.0.0.1:${server.port} `);
  expect(stdout).toContain('Who can connect: your account on this machine');
  expect(stdout).toContain('sheaf serve --stop');
  await server.logIn(second.link);
});

test('what the server keeps is private, and nothing of the project changes', async () => {
  const before = listAll(project.root);
  const folder = project.localFolder();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of ['serve.json', 'serve.sock', 'serve.log']) {
    expect(`${name} ${(statSync(join(folder, name)).mode & 0o777).toString(8)}`).toBe(`${name} 600`);
  }
  const headers = await server.logIn(ask('--link').link);
  for (const [name, body] of [
    ['page', {}],
    ['show', { id: 'first' }],
    ['scripts', { id: 'first' }],
    ['templates', {}],
  ] as const) {
    expect((await server.send({ path: `/api/${name}`, headers, body })).status).toBe(200);
  }
  expect(listAll(project.root)).toEqual(before);
});

test('a killed server is replaced, and neither its links nor its cookies open the next one', async () => {
  const headers = await server.logIn(ask('--link').link);
  const { link } = ask('--link');
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  const none = project.sheaf('serve', '--link');
  expect(none.stderr).toContain('no dashboard of this project is being served');
  expect(none.status).toBe(1);

  server = await project.serve(['--port', String(server.port)]);
  expect((await server.send({ path: '/api/project', headers, body: {} })).status).toBe(401);
  await expect(server.logIn(link)).rejects.toThrow('401');
  await server.logIn();
});

test('a port in use, and flags that exclude each other, are errors with a remedy', () => {
  const other = makeServerProject();
  try {
    const used = other.sheaf('serve', '--port', String(server.port));
    expect(used.status).toBe(1);
    expect(used.stderr).toContain('leave --port out');
    expect(other.sheaf('serve', '--port', '70000').stderr).toContain('--port 70000 is no port');
    expect(other.sheaf('serve', '--bind', '0.0.0.0').stderr).toContain('--bind 0.0.0.0 --peer any');
    expect(other.sheaf('serve', '--socket', 'x', '--port', '1').stderr).toContain('cannot be used together');
    expect(other.sheaf('serve', '--base-path', '/a b').stderr).toContain('--base-path /node/');
  } finally {
    void other.remove();
  }
});

test('SIGTERM and --stop end the server with success, and leave nothing to find', async () => {
  process.kill(server.pid, 'SIGTERM');
  expect(await server.ended).toBe(0);
  server = await project.serve();
  const { status, stdout } = project.sheaf('serve', '--stop');
  expect(status).toBe(0);
  expect(stdout).toContain(`Stopped the server (process ${server.pid})`);
  expect(await server.ended).toBe(0);
  expect(['serve.json', 'serve.sock'].filter((name) => existsSync(join(project.localFolder(), name)))).toEqual([]);
});

test('below a base path and by an allowed name the page answers there alone', async () => {
  server = await project.serve(['--base-path', 'node/login1', '--allow-host', 'Portal.example.org']);
  expect(server.url).toMatch(/\/node\/login1\/$/);
  const headers = { host: 'portal.example.org', 'sec-fetch-site': undefined, origin: 'https://portal.example.org' };
  const page = { method: 'GET', headers: { ...headers, origin: undefined } };
  expect((await server.send({ ...page, path: '/node/login1/' })).status).toBe(200);
  expect((await server.send({ ...page, path: '/' })).status).toBe(403);
  const body = { code: codeOf(server.link) };
  expect((await server.send({ path: '/api/session', headers, body })).status).toBe(401);
  expect((await server.send({ path: '/node/login1/api/session', headers, body })).status).toBe(200);
});
