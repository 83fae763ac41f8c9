import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SheafError } from '../../core/errors.ts';
import { requireAccepted, connectMlflow, type Credentials, type MlflowServer } from './server.ts';

/** A real server with scripted answers, one for each request; the last one repeats. */
async function answering(
  answers: readonly ((request: IncomingMessage, response: ServerResponse) => void)[],
  credentials: Credentials = {},
  userinfo = '',
): Promise<{ server: MlflowServer; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const http = createServer((request, response) => {
    requests.push(request);
    request.resume().on('end', () => answers[Math.min(requests.length, answers.length) - 1]?.(request, response));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  return { server: connectMlflow(`http://${userinfo}127.0.0.1:${port}/base/`, credentials), requests };
}

const says =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void =>
    void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

const dies = (request: IncomingMessage): void => void request.socket.destroy();

const ASKED = { method: 'POST', path: '/mlflow/runs/create', body: { a: 1 } } as const;

async function errorOf(act: () => Promise<unknown>): Promise<SheafError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof SheafError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

test('sheaf retries after a busy server and a lost answer, and the caller may then ask for less', async () => {
  const { server, requests } = await answering([says(429, 'slow down'), says(503, ''), dies, says(200, { ok: true })]);
  let asked = 0;
  const answer = await server.ask(ASKED, async () => {
    asked += 1;
    return asked < 3 ? ASKED : { ...ASKED, path: '/less' };
  });
  expect(answer).toEqual({ ok: true });
  expect(requests.map(({ url }) => url)).toEqual([
    '/base/api/2.0/mlflow/runs/create',
    '/base/api/2.0/mlflow/runs/create',
    '/base/api/2.0/mlflow/runs/create',
    '/base/api/2.0/less',
  ]);
});

test('when there is nothing left to ask for, nothing is asked again', async () => {
  const { server, requests } = await answering([says(500, '')]);
  expect(await server.ask(ASKED, async () => undefined)).toEqual({});
  expect(requests).toHaveLength(1);
});

test("a refusal is reported with the server's message", async () => {
  const { server } = await answering([says(400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'Bad metric' })]);
  const answer = await server.ask(ASKED);
  expect(answer).toMatchObject({ refused: { code: 'INVALID_PARAMETER_VALUE' } });
  const error = await errorOf(async () => requireAccepted(answer, 'values'));
  expect(error.problems[0]).toMatchObject({ code: 'mlflow.refused', said: 'Bad metric' });
});

test('a server that refuses the login and one that is not MLflow are reported', async () => {
  const closed = await answering([says(401, { message: 'You are not authenticated' })]);
  expect((await errorOf(() => closed.server.ask(ASKED))).problems[0]).toMatchObject({
    code: 'mlflow.denied',
    said: 'You are not authenticated',
  });
  const other = await answering([says(404, '<html>nothing here</html>')]);
  expect((await errorOf(() => other.server.ask(ASKED))).code).toBe('mlflow.server');
  const page = await answering([says(200, '<html>welcome</html>')]);
  expect((await errorOf(() => page.server.ask(ASKED))).code).toBe('mlflow.server');
});

test('the server receives a token or a name with password, and messages show its address without them', async () => {
  const basic = `Basic ${Buffer.from('ann:hunter2').toString('base64')}`;
  const cases: [Credentials, string, string | undefined][] = [
    [{}, '', undefined],
    [{ token: 't0k' }, '', 'Bearer t0k'],
    [{ username: 'ann', password: 'hunter2', token: 't0k' }, '', basic],
    [{}, 'ann:hunter2@', basic],
  ];
  for (const [credentials, userinfo, expected] of cases) {
    const { server, requests } = await answering([says(200, {})], credentials, userinfo);
    await server.ask(ASKED);
    expect(requests[0]?.headers.authorization).toBe(expected);
    expect(server.uri).not.toContain('hunter2');
  }
});

test.each(['sqlite:///mlflow.db', './mlruns', 'databricks', ''])('%j is no server', (uri) => {
  expect(() => connectMlflow(uri, {})).toThrow('is not the address of a tracking server');
});
