import type { ExitCode } from '../../core/errors.ts';

/** 0 if none of them failed, 1 if all did, 3 if some did. */
export function exitCodeOf(failed: number, all: number): ExitCode {
  if (failed === 0) return 0;
  return failed === all ? 1 : 3;
}
