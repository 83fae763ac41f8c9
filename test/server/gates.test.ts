import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { join } from 'node:path';
import { ACTION_CALLS, CALLS } from '../../src/server/calls/calls.ts';
import {
  makeServerProject,
  readLog,
  sendBytes,
  type ServerProject,
  type Serving,
  type SessionHeaders,
} from '../support/dashboard.ts';

let project: ServerProject;
let server: Serving;
let session: SessionHeaders;
let traced: string | undefined;

beforeAll(async () => {
  project = makeServerProject();
  const trace = join(project.root, '../connects');
  const canTrace = spawnSync('strace', ['-f', '-e', 'trace=connect', '-o', '/dev/null', 'true']).status === 0;
  traced = canTrace ? trace : undefined;
  server = await project.serve([], canTrace ? ['strace', '-f', '-qq', '-e', 'trace=connect', '-o', trace] : []);
  session = await server.logIn();
});
afterAll(() => project.remove());

const NAMES = [
  ...Object.keys(CALLS),
  ...Object.keys(ACTION_CALLS),
  'events',
  'download',
  'download?ticket=x',
  'nothing',
];

test('without a session no call does any work, however its name is spelled', async () => {
  const spellings = NAMES.flatMap((name) => [
    `/api/${name}`,
    `//api/${name}`,
    `/api//${name}`,
    `/api%2F${name}`,
    `/api/../api/${name}`,
    `/./api/${name}`,
    `/API/${name.toUpperCase()}`,
    `/api/${name}.`,
    `/api/${name}/`,
    `/api/${name};a=b`,
  ]);
  const asked = spellings.flatMap((path) => ['GET', 'POST', 'PUT', 'HEAD'].map((method) => ({ method, path })));
  for (const { method, path } of asked) {
    const { status, text } = await server.send({ method, path, ...(method === 'POST' ? { body: {} } : {}) });
    expect(`${method} ${path}: ${status}`).toBe(`${method} ${path}: ${/GET|POST/.test(method) ? 401 : 405}`);
    expect(text).not.toContain('first');
  }
});

test('with a session only exact names answer', async () => {
  const asked = [
    '//api/project',
    '/api//project',
    '/api%2Fproject',
    '/api/Project',
    '/api/project.',
    '/api/project?a',
    '/api/__proto__',
    '/api/constructor',
    '/api/',
  ];
  for (const path of asked) {
    expect(`${path} ${(await server.send({ path, headers: session, body: {} })).status}`).toBe(`${path} 404`);
  }
  expect((await server.send({ path: '/api/project', headers: session, body: {} })).status).toBe(200);
  expect((await server.send({ method: 'GET', path: '/api/project', headers: session })).status).toBe(404);
});

test('a call needs both the cookie and the token of the same session', async () => {
  const other = await server.logIn(linkOf(project));
  const mixed = [
    { cookie: session.cookie },
    { 'x-sheaf-token': session['x-sheaf-token'] },
    { cookie: session.cookie, 'x-sheaf-token': other['x-sheaf-token'] },
    { cookie: `${session.cookie}x`, 'x-sheaf-token': session['x-sheaf-token'] },
  ];
  for (const headers of mixed) {
    expect((await server.send({ path: '/api/project', headers, body: {} })).status).toBe(401);
  }
});

test('other methods are refused, with a session or without', async () => {
  for (const method of ['DELETE', 'PUT', 'PATCH', 'TRACE', 'OPTIONS', 'HEAD']) {
    for (const path of ['/', '/api/project', '/api/session', '/nothing']) {
      expect((await server.send({ method, path, headers: session })).status).toBe(405);
    }
  }
  expect(await sendBytes(server.port, 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('');
});

test('the server answers for names of this machine alone', async () => {
  const strangers = [
    'evil.com',
    'localhost.evil.com',
    '127.0.0.1.evil.com',
    'localhost.',
    'localhost@evil.com',
    '[::2]',
    '127.1',
    '',
    undefined,
  ];
  for (const host of strangers) {
    for (const path of ['/', '/api/project']) {
      const { status, text } = await server.send({ path, headers: { ...session, host }, body: {} });
      expect(`${host} ${status}`).toBe(`${host} 421`);
      expect(text).toContain('--allow-host');
    }
  }
  const twice = 'POST /api/project HTTP/1.1\r\nHost: localhost\r\nHost: evil.com\r\nConnection: close\r\n\r\n';
  expect(await sendBytes(server.port, twice)).toContain('421');
  for (const host of ['localhost', 'localhost:1', 'LOCALHOST:9999', '127.0.0.1:8642', '[::1]:8642']) {
    expect((await server.send({ path: '/api/project', headers: { ...session, host }, body: {} })).status).toBe(200);
  }
});

test('only pages of this server may ask it', async () => {
  const host = `node7:${server.port}`;
  const refused: Record<string, string | undefined>[] = [
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { 'sec-fetch-site': undefined },
    { 'sec-fetch-site': undefined, origin: 'null' },
    { 'sec-fetch-site': undefined, origin: `http://localhost:${server.port}.evil.com` },
    { 'sec-fetch-site': undefined, origin: `http://localhost:${server.port + 1}` },
    { 'sec-fetch-site': undefined, origin: 'http://localhost' },
    { 'sec-fetch-site': 'cross-site', origin: `http://localhost:${server.port}` },
  ];
  for (const headers of refused) {
    for (const path of ['/api/project', '/api/session', '/api/events', '/api/nothing']) {
      const { status } = await server.send({ path, headers: { ...session, ...headers }, body: {} });
      expect(`${JSON.stringify(headers)} ${status}`).toBe(`${JSON.stringify(headers)} 403`);
    }
    // Where a browser names no origin, the ticket decides.
    const isNamed = headers['sec-fetch-site'] !== undefined || headers['origin'] !== undefined;
    const path = '/api/download?ticket=x';
    const { status } = await server.send({ method: 'GET', path, headers: { ...session, ...headers } });
    expect(status).toBe(isNamed ? 403 : 404);
  }
  const plain = { ...session, 'sec-fetch-site': undefined };
  for (const path of ['/api/events', '/api/nothing']) {
    expect((await server.send({ method: 'GET', path, headers: plain })).status).toBe(403);
  }
  const own = { ...session, 'sec-fetch-site': undefined, origin: `http://localhost:${server.port}` };
  expect((await server.send({ path: '/api/project', headers: own, body: {} })).status).toBe(200);
  expect((await server.send({ path: '/api/project', headers: { ...own, host }, body: {} })).status).toBe(421);
});

test('a call takes JSON of at most 1 MB, and nothing else', async () => {
  const send = (body: unknown, type = 'application/json') =>
    server.send({ path: '/api/page', headers: { ...session, 'content-type': type }, body });
  expect((await send({}, 'application/x-www-form-urlencoded')).status).toBe(415);
  expect((await send({}, 'text/plain')).status).toBe(415);
  expect((await send({}, 'application/json; charset=utf-8')).status).toBe(200);
  expect((await send('{"where": ')).text).toContain('request.json');
  expect((await send('{"where": ')).status).toBe(400);
  expect((await send('')).status).toBe(400);
  expect((await send({ where: 'x'.repeat(1_000_001) })).status).toBe(413);
  expect((await send({ unknown: 1 })).status).toBe(400);
  expect((await send({ where: 7 })).status).toBe(400);
  expect((await send({ where: 'lr ==== 1' })).text).toContain('"code":"query');
});

test('a query that is long, nested or a costly glob is answered or refused, and the server goes on', async () => {
  const queries = [
    'x'.repeat(20_000),
    'x'.repeat(20_001),
    `${'('.repeat(1000)}lr = 1${')'.repeat(1000)}`,
    `${'not '.repeat(1000)}lr = 1`,
    `exp_id = "${'*a'.repeat(200)}b"`,
  ];
  const answers = await Promise.all(
    queries.map((where) => server.send({ path: '/api/page', headers: session, body: { where } })),
  );
  for (const { status } of answers) expect([200, 400]).toContain(status);
  const nested = await server.send({
    path: '/api/page',
    headers: session,
    body: `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  });
  expect(nested.status).toBe(400);
  expect((await server.send({ path: '/api/project', headers: session, body: {} })).status).toBe(200);
});

test('the page and its files need no session, carry no data, and may only load from this server', async () => {
  const plain = { 'content-type': undefined, 'sec-fetch-site': undefined };
  const page = await server.send({ method: 'GET', path: '/', headers: { ...plain, 'sec-fetch-site': 'none' } });
  expect(page.status).toBe(200);
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
      "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
      "require-trusted-types-for 'script'; trusted-types 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  });
  expect(Object.keys(page.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(page.text).not.toMatch(/<script(?![^>]*src=)|<style|https?:\/\//);
  const [, script = ''] = /src="\.(\/assets\/[^"]+\.js)"/.exec(page.text) ?? [];
  for (const [accepted, encoding] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['identity', undefined],
  ] as const) {
    const asset = await server.send({
      method: 'GET',
      path: script,
      headers: { ...plain, 'accept-encoding': accepted },
    });
    expect(asset.status).toBe(200);
    expect(asset.headers['content-encoding']).toBe(encoding);
    expect(asset.headers['cache-control']).toContain('immutable');
  }
  for (const path of ['/index.html', '/../package.json', '/assets/../index.html', `${script}.br`, '/assets', '/.']) {
    expect((await server.send({ method: 'GET', path, headers: plain })).status).toBe(403);
    expect((await server.send({ method: 'GET', path })).status).toBe(401);
  }
  const api = await server.send({ path: '/api/project', headers: session, body: {} });
  expect(api.headers['cache-control']).toBe('no-store');
});

test('the log of the server has neither codes, cookies, queries nor bodies', async () => {
  const code = 'wrongcodewrongcode';
  await server.send({ path: '/api/session', body: { code } });
  const log = readLog(project) + server.output().slice(server.output().indexOf('\n'));
  expect(log).toContain('login');
  const secrets = [
    code,
    session.cookie,
    session.cookie.split('=')[1] ?? '',
    session['x-sheaf-token'],
    'lr ====',
    'first',
  ];
  for (const secret of secrets) expect(log).not.toContain(secret);
});

test('the server connects to nothing outside this machine', ({ skip }) => {
  if (traced === undefined) return skip('strace cannot trace programs here');
  const connects = readFileSync(traced, 'utf8')
    .split('\n')
    .filter((line) => line.includes('connect('));
  const outside = connects.filter((line) => !/AF_UNIX|AF_LOCAL|127\.0\.0\.1|"::1"/.test(line));
  expect(outside).toEqual([]);
});

function linkOf({ sheaf }: ServerProject): string {
  return (JSON.parse(sheaf('serve', '--link', '--json').stdout) as { data: { link: string } }).data.link;
}
