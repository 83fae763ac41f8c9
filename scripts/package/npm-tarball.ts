import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { run } from '../run-program.ts';

/**
 * Makes the package for npm from the files of the commit: the command as `npm run build` makes it, and the library.
 *
 * @param into the folder that it is written to
 * @returns its path
 */
export function makeNpmTarball(folder: string, into: string): string {
  // Named by the version, so that the same commit gives the same bytes.
  run('node', ['scripts/build.ts'], { cwd: folder, env: { SHEAF_BUILD_NAME: `build-${manifest.version}` } });
  const name = run('npm', ['pack', '--silent', '--pack-destination', into], { cwd: folder });
  return join(into, name.toString().trim());
}
