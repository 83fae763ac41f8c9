/** Which sheaf the tests start: what `SHEAF_UNDER_TEST` names, or the one of this clone. */
import { existsSync, globSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root: string = join(import.meta.dirname, '../..');

/** The installed command that the tests are run against; undefined: the one of this clone. */
export function installedUnderTest(): string | undefined {
  const given = process.env['SHEAF_UNDER_TEST'];
  return given ? resolve(process.env['INIT_CWD'] ?? process.cwd(), given) : undefined;
}

/** The program as a user starts it: the built file, or the sources when that is missing or older than they are. */
function entryOfClone(): string {
  const built = join(root, 'dist/cli.cjs');
  const source = join(root, 'src/cli/main.ts');
  if (process.env['SHEAF_TEST_UNBUILT'] === '1' || !existsSync(built)) return source;
  const builtMs = statSync(built).mtimeMs;
  const isStale = globSync('src/**/*.ts', { cwd: root }).some(
    (path) => !path.endsWith('.test.ts') && statSync(join(root, path)).mtimeMs > builtMs,
  );
  return isStale ? source : built;
}

let chosen: [string, ...string[]] | undefined;

/** The argv that starts sheaf. */
export function sheafArgv(): [string, ...string[]] {
  const installed = installedUnderTest();
  chosen ??= installed === undefined ? [process.execPath, entryOfClone()] : [installed];
  return [...chosen];
}
