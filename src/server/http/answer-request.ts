import { SheafError, inputError } from '../../core/errors.ts';
import type { ExperimentManager } from '../../app/index.ts';
import type { ServedAnswer, ServedRequest } from '../../system/index.ts';
import type { Access } from '../access/access.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { findCall } from '../calls/calls.ts';
import type { Tickets } from '../calls/tickets.ts';
import { readEventsRequest, type Live } from '../live/live.ts';
import { toServerProblem } from '../calls/server-problem.ts';
import type { Answerer } from '../workers/answerer.ts';
import { answerProblem, answerWith } from './answers.ts';
import { answerAsset, type Assets } from './assets.ts';
import { answerDownload } from './download.ts';
import { checkContentType, checkDownload, checkMethod, checkOrigin, type Gate } from './gates.ts';
import { logIn } from './log-in.ts';
import { toServedAnswer } from './served-answer.ts';

/** A longer body is refused. */
const LONGEST_BODY = 1_000_000;

/** What requests are answered from. */
export interface Serving {
  /** Where the page is: `/`, or what a proxy leaves in front of it, with `/` at both ends. */
  readonly basePath: string;
  readonly checkHost: Gate;
  readonly access: Access;
  readonly audit: AuditLog;
  readonly assets: Assets;
  readonly answerer: Answerer;
  /** Otherwise the calls that change something do not exist. */
  readonly mayAct: boolean;
  readonly live: Live;
  readonly manager: ExperimentManager;
  readonly tickets: Tickets;
}

/** Answers one request. Throws nothing: what goes wrong is an answer, too. */
export async function answerRequest(request: ServedRequest, serving: Serving): Promise<ServedAnswer> {
  try {
    return await passGates(request, serving);
  } catch (error) {
    const status = error instanceof SheafError && error.exitCode === 2 ? 400 : 500;
    return answerProblem(status, toServerProblem(error));
  }
}

/**
 * The one way in: everything but the files of the page, which are the same for everyone, needs a session, whether or not
 * there is such a thing.
 */
async function passGates(request: ServedRequest, serving: Serving): Promise<ServedAnswer> {
  const { basePath, checkHost, access, assets } = serving;
  const { method, target, headers } = request;
  const refusal = checkHost(request) ?? checkMethod(request);
  if (refusal !== undefined) return refusal;
  const path = target.startsWith(basePath) ? target.slice(basePath.length) : undefined;
  const asset = method === 'GET' ? assets.get(path?.split('?', 1)[0] ?? 'none') : undefined;
  if (asset !== undefined) return answerAsset(asset, request);
  const isDownload = method === 'GET' && path?.startsWith(DOWNLOAD) === true;
  const strange =
    (isDownload ? checkDownload : checkOrigin)(request) ?? (method === 'POST' ? checkContentType(request) : undefined);
  if (strange !== undefined) return strange;
  if (method === 'POST' && path === 'api/session') return withBody(request, (body) => logIn(body, request, serving));
  const token = method === 'POST' ? (headers['x-sheaf-token'] ?? '') : undefined;
  const session = access.findSession(headers['cookie'] ?? '', token);
  if (session === undefined) return NO_SESSION;
  if (isDownload) return answerDownload(path.slice(DOWNLOAD.length), serving);
  if (method === 'GET') return UNKNOWN;
  return path === 'api/events' ? answerEvents(request, session, serving) : answerCall(path, request, serving);
}

const DOWNLOAD = 'api/download?ticket=';

const NO_SESSION: ServedAnswer = answerProblem(401, {
  code: 'session.none',
  message: 'this page has no session, or no longer',
  why: 'a session begins with a link; it ends with the server, after 12 hours without use, or by sheaf serve --revoke',
  fix: 'sheaf serve --link',
});

const UNKNOWN: ServedAnswer = answerProblem(404, {
  code: 'request.unknown',
  message: 'this server has nothing of that name',
  why: 'the page may be older than the server',
  fix: 'reload the page',
});

/** A call has its exact name: no other spelling of it, and nothing behind it. */
async function answerCall(path = '', request: ServedRequest, { answerer, mayAct }: Serving): Promise<ServedAnswer> {
  const name = path.startsWith('api/') ? path.slice('api/'.length) : '';
  const call = findCall(name, mayAct);
  if (call === undefined) return UNKNOWN;
  return withBody(request, async (body) =>
    toServedAnswer(await answerer.answer(name, call, call.read(body, 'request'), request.signal)),
  );
}

/** A stream is asked for as any call is: over plain http, a browser names the origin of no request but a POST. */
async function answerEvents(request: ServedRequest, session: string, { live }: Serving): Promise<ServedAnswer> {
  return withBody(request, async (body) => {
    const events = await live.listen(request, session, readEventsRequest(body, 'request'));
    if ('code' in events) return answerProblem(429, events);
    return answerWith(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }, events);
  });
}

async function withBody(
  request: ServedRequest,
  answer: (body: unknown) => Promise<ServedAnswer>,
): Promise<ServedAnswer> {
  const bytes = await request.readBody(LONGEST_BODY);
  if (bytes === undefined) {
    return answerProblem(413, { code: 'request.long', message: `the request is longer than ${LONGEST_BODY} bytes` });
  }
  return answer(parseBody(bytes));
}

/** @throws SheafError `request.json` */
function parseBody(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw inputError('request.json', 'the body of the request is not JSON');
  }
}
