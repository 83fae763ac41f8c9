import { failure, inputError, type SheafError } from '../../core/errors.ts';
import { httpRequest, sleep, type HttpAnswer, type HttpRequest } from '../../system/index.ts';

/** How a person gets in. Kept nowhere. */
export interface Credentials {
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** What a server said no to. */
export interface Refused {
  readonly refused: { readonly code: string; readonly message: string; readonly status: number };
}

/** A tracking server of MLflow, by its REST API. */
export interface MlflowServer {
  /** Its address, without credentials. */
  readonly uri: string;
  /**
   * Asks for what may be done twice. Tries again, more and more slowly, while the server is busy or silent.
   *
   * @throws SheafError `mlflow.unreachable`, `mlflow.denied`
   */
  ask(request: MlflowCall, again?: Again): Promise<Record<string, unknown> | Refused>;
}

export interface MlflowCall {
  readonly method: HttpRequest['method'];
  /** Below `/api/2.0`: `/mlflow/runs/create`. */
  readonly path: string;
  readonly body?: unknown;
  readonly file?: string;
}

/**
 * Called before a request is made again that the server may have carried out. @returns what to ask then; undefined when
 * there is nothing left to ask for
 */
export type Again = () => Promise<MlflowCall | undefined>;

/** Milliseconds before a request is made again: some 15 s in all. */
const PAUSES_MS = [200, 500, 1_000, 2_000, 4_000, 8_000];
const LIMIT_MS = 120_000;

/**
 * @param uri `http://…` or `https://…`; credentials in it count like those given
 * @throws SheafError `mlflow.uri`
 */
export function connectMlflow(uri: string, credentials: Credentials, signal?: AbortSignal): MlflowServer {
  const address = addressOf(uri);
  const shown = `${address.origin}${address.pathname}`.replace(/\/$/, '');
  const headers = {
    'content-type': 'application/json',
    ...authorization(credentials, address),
  };

  async function once({ method, path, body, file }: MlflowCall): Promise<HttpAnswer> {
    return httpRequest({
      method,
      url: `${shown}/api/2.0${path}`,
      headers: file === undefined ? headers : { ...headers, 'content-type': 'application/octet-stream' },
      ...(file === undefined ? (body === undefined ? {} : { body: JSON.stringify(body) }) : { body: { file } }),
      timeoutMs: LIMIT_MS,
      signal,
    });
  }

  const server: MlflowServer = {
    uri: shown,
    ask: async (request, again) => {
      let asked: MlflowCall | undefined = request;
      for (let tries = 0; ; tries += 1) {
        const answer = await once(asked);
        if (!isPassing(answer)) return read(answer, shown);
        const pause = PAUSES_MS[tries];
        if (pause === undefined) throw unreachable(shown, answer);
        await sleep(Math.max(pause, waitAsked(answer)) * (1 + jitter(tries)), signal);
        asked = again === undefined ? request : await again();
        if (asked === undefined) return {};
      }
    },
  };
  return server;
}

function addressOf(uri: string): URL {
  const address = URL.parse(uri);
  if (address !== null && /^https?:$/.test(address.protocol)) return address;
  throw inputError('mlflow.uri', `${JSON.stringify(uri)} is not the address of a tracking server`, {
    why: 'runs are sent to a server, by http or https',
    fix: 'for a database or a folder start one: mlflow server --backend-store-uri …, and give its address: http://127.0.0.1:5000',
    now: 'nothing was sent',
  });
}

function authorization({ token, username, password }: Credentials, address: URL): Record<string, string> {
  const user = username ?? decodeURIComponent(address.username);
  const word = password ?? decodeURIComponent(address.password);
  if (user !== '') return { authorization: `Basic ${Buffer.from(`${user}:${word}`).toString('base64')}` };
  return token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };
}

/** May be otherwise in a moment. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

function isPassing({ status }: HttpAnswer): boolean {
  return status === undefined || PASSING.has(status);
}

/** Of several that fail together not all come back at once: a spread that needs no chance. */
function jitter(tries: number): number {
  return ((tries * 7) % 5) / 20;
}

function waitAsked(answer: HttpAnswer): number {
  const seconds = answer.status === undefined ? 0 : Number(answer.retryAfter);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0) * 1000, 30_000) : 0;
}

function read(answer: HttpAnswer, uri: string): Record<string, unknown> | Refused {
  const { status = 0, text = '' } = answer as { status?: number; text?: string };
  const body = jsonMap(text);
  if (status === 401 || status === 403) throw denied(uri, body, text);
  if (status >= 200 && status < 300) {
    if (body !== undefined || text === '') return body ?? {};
    throw noMlflow(uri, `it answers with something else: ${text.slice(0, 100)}`);
  }
  if (typeof body?.['error_code'] !== 'string') throw noMlflow(uri, `it answers ${status}: ${text.slice(0, 100)}`);
  return { refused: { code: body['error_code'], message: words(body['message']), status } };
}

function jsonMap(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function unreachable(uri: string, answer: HttpAnswer): SheafError {
  const said = answer.status === undefined ? answer.failed : `${answer.status} ${answer.text.slice(0, 200)}`.trim();
  return failure('mlflow.unreachable', `the tracking server ${uri} does not answer`, {
    said,
    fix: 'when it is up again, give the same command: it goes on where it stopped',
  });
}

function denied(uri: string, body: Record<string, unknown> | undefined, text: string): SheafError {
  return failure('mlflow.denied', `the tracking server ${uri} does not let you in`, {
    said: words(body?.['message']) || text.slice(0, 200),
    fix: 'set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN',
  });
}

function noMlflow(uri: string, why: string): SheafError {
  return failure('mlflow.server', `${uri} is not a tracking server of MLflow`, { why, fix: 'check its address' });
}

/** @throws SheafError `mlflow.refused` with the words of the server */
export function requireAccepted(answer: Record<string, unknown> | Refused, doing: string): Record<string, unknown> {
  if (!isRefused(answer)) return answer;
  throw failure('mlflow.refused', `MLflow refused ${doing}`, { said: answer.refused.message || answer.refused.code });
}

export function isRefused(answer: Record<string, unknown> | Refused): answer is Refused {
  return typeof answer['refused'] === 'object';
}
