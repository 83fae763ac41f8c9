import type { ProblemJson } from '../../json/index.ts';
import type { Api, CallName } from '../../server/index.ts';
import { getToken, loseSession } from './session.ts';

/** What went wrong with a call, in the words of the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: ProblemJson;

  constructor(status: number, problem: ProblemJson) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
  }
}

/** The status of an {@link ApiError} when the server could not be reached at all. */
export const UNREACHABLE = 0;
const UNKNOWN_SESSION = 401;

/**
 * Asks the server. Paths are relative, so that the page works behind any prefix.
 *
 * @throws ApiError for whatever goes wrong; what `signal` is aborted with
 */
export async function callApi<N extends CallName>(
  name: N,
  request: Api[N]['request'],
  signal?: AbortSignal,
): Promise<Api[N]['answer']> {
  const response = await ask(name, request, signal);
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return (isJson ? await response.json() : new Uint8Array(await response.arrayBuffer())) as Api[N]['answer'];
}

/**
 * Asks for the events since a version, which come until `signal` is aborted.
 *
 * @throws ApiError for whatever goes wrong at the beginning; what `signal` is aborted with
 */
export async function askForEvents(
  since: number | undefined,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  // Some proxies pass an answer on in parts only if events are asked for.
  const { body } = await ask('events', { since }, signal, { accept: 'text/event-stream' });
  return body as NonNullable<typeof body>;
}

async function ask(
  name: string,
  request: unknown,
  signal: AbortSignal | undefined,
  headers: { readonly accept?: string } = {},
): Promise<Response> {
  const response = await post(name, request, signal, headers);
  if (response.status === UNKNOWN_SESSION) loseSession();
  if (!response.ok) throw new ApiError(response.status, await readProblem(response));
  return response;
}

async function post(
  name: string,
  request: unknown,
  signal: AbortSignal | undefined,
  headers: { readonly accept?: string },
): Promise<Response> {
  try {
    return await fetch(`api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sheaf-token': getToken(), ...headers },
      body: JSON.stringify(request),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new ApiError(UNREACHABLE, {
      ...NO_PROBLEM,
      code: 'server.unreachable',
      message: 'The server does not answer',
      why: String(error),
      fix: 'See whether sheaf serve still runs, and whether the tunnel to it is open',
    });
  }
}

async function readProblem(response: Response): Promise<ProblemJson> {
  const text = await response.text();
  try {
    return (JSON.parse(text) as { error: ProblemJson }).error;
  } catch {
    return { ...NO_PROBLEM, code: `http.${response.status}`, message: text.trim() || `Status ${response.status}` };
  }
}

const NO_PROBLEM = { why: null, fix: null, at: null, replacement: null, said: null, ran: null, now: null };
