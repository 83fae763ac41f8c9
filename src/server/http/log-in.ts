import { sleep, type ServedAnswer, type ServedRequest } from '../../system/index.ts';
import type { Access } from '../access/access.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { object, text } from '../calls/reading.ts';
import { answerJson, answerProblem } from './answers.ts';

/** What a page sends to `api/session`: the code of the link that was opened. */
export interface SessionRequest {
  readonly code: string;
}

/** What it gets, beside the cookie: what it sends with each call, in the header `x-sheaf-token`. */
export interface SessionAnswer {
  readonly token: string;
}

const readCode = object({ code: text });
/** How long a code waits after many wrong ones. */
const SUSPICION_MS = 1000;

/**
 * Replaces the code of a link by a session.
 *
 * The cookie has no Path: browsers then send it to the folder of `api/session` alone, behind whatever prefix a proxy
 * puts in front.
 */
export async function logIn(
  body: unknown,
  { headers, signal }: ServedRequest,
  { access, audit }: { readonly access: Access; readonly audit: AuditLog },
): Promise<ServedAnswer> {
  const { code } = readCode(body, 'request');
  const isSlowed = access.isSuspicious();
  if (isSlowed) await sleep(SUSPICION_MS, signal);
  const login = access.login(code);
  audit.record(login === undefined ? 'login refused: no such link' : 'login');
  if (login !== undefined) {
    const secure = headers['origin']?.startsWith('https:') === true ? '; Secure' : '';
    const answer: SessionAnswer = { token: login.token };
    return answerJson(200, answer, { 'set-cookie': `${login.cookie}; HttpOnly; SameSite=Strict${secure}` });
  }
  return answerProblem(isSlowed ? 429 : 401, {
    code: 'session.link',
    message: 'this link has been used or has expired',
    why: 'a link works once, for five minutes',
    fix: 'sheaf serve --link',
  });
}
