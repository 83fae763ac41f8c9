import type { Problem } from '../../core/errors.ts';
import { problemJson } from '../../json/index.ts';
import type { ServedAnswer } from '../../system/index.ts';

/**
 * On every answer. The page may load and ask this server alone, runs no inline script, and turns no text into markup:
 * Trusted Types without any policy. See docs/decisions/014-dashboard-server.md.
 */
const HEADERS: { readonly [name: string]: string } = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** An answer with the headers that every answer has; `headers` of its own win. */
export function answerWith(
  status: number,
  headers: { readonly [name: string]: string },
  body?: ServedAnswer['body'],
): ServedAnswer {
  return { status, headers: { ...HEADERS, ...headers }, ...(body === undefined ? {} : { body }) };
}

export function answerJson(
  status: number,
  value: unknown,
  headers: { readonly [name: string]: string } = {},
): ServedAnswer {
  return answerWith(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value));
}

/** What is wrong, as the page reads it. */
export function answerProblem(status: number, problem: Problem): ServedAnswer {
  return answerJson(status, { error: problemJson(problem) });
}
