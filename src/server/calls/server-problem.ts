import { SheafError, toProblem, type Problem } from '../../core/errors.ts';
import { damagedFile } from '../../system/index.ts';

/** What is wrong, of whatever was thrown: a server whose own files were replaced under it has no bug. */
export function toServerProblem(error: unknown): Problem {
  return error instanceof SheafError ? toProblem(error) : (findUpdate() ?? toProblem(error));
}

/** That sheaf was installed again since this process began; undefined if it was not. */
export function findUpdate(): Problem | undefined {
  if (damagedFile() === undefined) return undefined;
  return {
    code: 'server.updated',
    message: 'sheaf was updated while `sheaf serve` was running; restart it',
    why: 'files of the version that is running are gone',
    fix: 'sheaf serve --stop\nsheaf serve',
  };
}
