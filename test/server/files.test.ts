import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  makeServerProject,
  type ServerProject,
  type Reply,
  type Serving,
  type SessionHeaders,
} from '../support/dashboard.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';

let project: ServerProject;
let server: Serving;
let session: SessionHeaders;
let folder: string;

beforeAll(async () => {
  project = makeServerProject();
  folder = join(project.root, 'experiments/first');
  mkdirSync(join(folder, 'plots'), { recursive: true });
  writeFileSync(join(folder, 'plots/a "b" (ü).svg'), SVG);
  writeFileSync(join(folder, 'report.html'), '<script>alert(1)</script>');
  writeFileSync(join(folder, 'analysis.ipynb'), '{"cells": []}');
  writeFileSync(join(folder, '.env'), 'WANDB_API_KEY=abc');
  writeFileSync(join(folder, 'id_rsa'), 'key');
  writeFileSync(
    join(folder, 'weights.bin'),
    '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n',
  );
  writeFileSync(join(folder, 'long.txt'), 'x'.repeat(3_000_000));
  symlinkSync('/etc/passwd', join(folder, 'out'));
  symlinkSync('plots', join(folder, 'inside'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  server = await project.serve();
  session = await server.logIn();
});
afterAll(() => project.remove());

function call(name: string, body: object): Promise<Reply> {
  return server.send({ path: `/api/${name}`, headers: session, body });
}

async function getTicket(path: string): Promise<string> {
  const reply = await call('ticket', { id: 'first', path });
  return (JSON.parse(reply.text) as { readonly ticket: string }).ticket;
}

function download(ticket: string, headers: { readonly [name: string]: string | undefined } = session): Promise<Reply> {
  return server.send({ method: 'GET', path: `/api/download?ticket=${ticket}`, headers });
}

test('only files of the experiment itself can be opened, whatever a path says', async () => {
  const paths = [
    '/etc/passwd',
    '../../sheaf.yaml',
    'plots/../../../sheaf.yaml',
    'plots\\a',
    '..%2Fsheaf.yaml',
    'report.html\0.svg',
    'out',
    'inside/a.svg',
    'pipe',
    '.env',
    'id_rsa',
    'weights.bin',
    'missing',
    '/dev/zero',
  ];
  for (const path of paths) {
    for (const name of ['fileHead', 'ticket']) {
      const { status, text } = await call(name, { id: 'first', path });
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(text, path).toContain('"code":"files.');
      expect(text).not.toMatch(/root:|abc|scheduler: local/);
    }
  }
  expect((await call('ticket', { id: '../first', path: 'report.html' })).status).toBe(400);
  expect((await call('files', { id: 'first', path: '..' })).status).toBe(400);
  const list = await call('files', { id: 'first' });
  expect(list.status).toBe(200);
  expect(list.text).toContain('"target":"/etc/passwd"');
});

test('a file whose name becomes a link to another file between ticket and download is refused', async () => {
  const path = join(folder, 'swapped.txt');
  writeFileSync(path, 'mine');
  const ticket = await getTicket('swapped.txt');
  execFileSync('ln', ['-sf', '/etc/passwd', path]);
  const { status, text } = await download(ticket);
  expect(status).toBe(400);
  expect(text).not.toContain('root:');
});

test('files that a browser could run are sent as bytes to be saved, without any rights', async () => {
  for (const path of ['plots/a "b" (\u00c3\u00bc).svg', 'report.html', 'analysis.ipynb']) {
    const { status, headers } = await download(await getTicket(path));
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'cache-control': 'no-store',
    });
    expect(headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w.%-]+$/);
  }
  const named = await download(await getTicket('plots/a "b" (\u00c3\u00bc).svg'));
  expect(named.headers['content-disposition']).toContain("filename*=UTF-8''a%20%22b%22%20%28%C3%BC%29.svg");
  expect(named.text).toBe(SVG);
});

test('a ticket downloads once, and only for a browser with a session and a page of this server', async () => {
  const ticket = await getTicket('long.txt');
  expect((await download(ticket, {})).status).toBe(401);
  expect((await download(ticket, { cookie: session.cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  const whole = await download(ticket, { cookie: session.cookie, 'x-sheaf-token': undefined });
  expect([whole.status, whole.text.length]).toEqual([200, 3_000_000]);
  expect((await download(ticket)).status).toBe(404);
  expect((await download('')).status).toBe(404);
});

test('a download of a file that is cut before it is sent ends with an error, and the server goes on', async () => {
  const path = join(folder, 'growing.txt');
  writeFileSync(path, '');
  truncateSync(path, 100_000_000);
  const target = `/api/download?ticket=${await getTicket('growing.txt')}`;
  const headers = { cookie: session.cookie, 'sec-fetch-site': 'same-origin', connection: 'close' };
  const error = await new Promise((resolve) => {
    get({ host: '127.0.0.1', port: server.port, path: target, headers }, (reply) => {
      // More than buffers hold: most of it is not read yet.
      truncateSync(path, 10);
      reply
        .resume()
        .on('error', resolve)
        .on('end', () => resolve('whole'));
    });
  });
  expect(String(error)).toContain('aborted');
  expect((await call('project', {})).status).toBe(200);
});
