import type { Problem } from '../../core/errors.ts';
import type { Json } from './json.ts';

/** A problem with the keys that scripts may rely on. */
export function problemJson({ code, message, at, why, fix, said, ran, now }: Problem): Json {
  return {
    code,
    message,
    why: why ?? null,
    fix: fix ?? null,
    at: at === undefined ? null : { file: at.file, line: at.line ?? null, column: at.column ?? null },
    said: said ?? null,
    ran: ran ?? null,
    now: now ?? null,
  };
}
