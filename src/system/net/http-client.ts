import { openAsBlob } from 'node:fs';
import { runEffect } from '../fault.ts';

/** What a server is asked. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or a file that is read while it is sent. */
  readonly body?: string | { readonly file: string };
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What it says; nothing is thrown for a server that says no, or nothing at all. */
export type HttpAnswer =
  | { readonly status: number; readonly text: string; readonly retryAfter?: string; readonly failed?: never }
  /** Nobody answered, and whether the request was carried out is not known. */
  | { readonly failed: string; readonly status?: never };

/** Asks once. @throws what `signal` is aborted with; SheafError `file.*` for a file that cannot be opened */
export async function httpRequest({ method, url, headers, body, timeoutMs, signal }: HttpRequest): Promise<HttpAnswer> {
  signal?.throwIfAborted();
  runEffect('request', url, () => undefined);
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      ...(headers && { headers }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : await openAsBlob(body.file) }),
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
    });
    const text = await response.text();
    runEffect('answer', url, () => undefined);
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, text, ...(retryAfter === null ? {} : { retryAfter }) };
  } catch (error) {
    signal?.throwIfAborted();
    return { failed: limit.aborted ? `no answer within ${timeoutMs / 1000} s` : causeOf(error) };
  }
}

/** `fetch failed` alone says nothing: what is behind it does. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return causeOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : error.message;
}
