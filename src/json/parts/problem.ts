import type { Problem } from '../../core/errors.ts';

/** A problem with the keys that scripts may rely on. `code` is permanent. */
export type ProblemJson = {
  readonly code: string;
  readonly message: string;
  readonly why: string | null;
  readonly fix: string | null;
  /** Lines and columns count from 1. */
  readonly at: { readonly file: string; readonly line: number | null; readonly column: number | null } | null;
  /** Lines that replace those from `from` to `to` of the file. */
  readonly replacement: { readonly from: number; readonly to: number; readonly lines: readonly string[] } | null;
  /** The words of another program. */
  readonly said: string | null;
  /** The command that was run. */
  readonly ran: string | null;
  /** What was and was not done. */
  readonly now: string | null;
};

export function problemJson({ code, message, at, why, fix, said, ran, now, replacement }: Problem): ProblemJson {
  return {
    code,
    message,
    why: why ?? null,
    fix: fix ?? null,
    at: at === undefined ? null : { file: at.file, line: at.line ?? null, column: at.column ?? null },
    replacement: replacement === undefined ? null : { ...replacement },
    said: said ?? null,
    ran: ran ?? null,
    now: now ?? null,
  };
}
