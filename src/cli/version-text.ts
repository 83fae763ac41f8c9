import { findInstallation } from '../app/index.ts';
import type { Environment } from '../core/value.ts';
import { VERSION } from './shell/version.ts';
import { formatPairs } from './shell/words.ts';

/** The version; with `--verbose`, also how sheaf was installed and how it is updated. */
export function versionText(verbose: boolean, env: Environment): string {
  const version = `sheaf ${VERSION}\n`;
  if (!verbose) return version;
  const { how, path, runtime, nodeFrom, update } = findInstallation(env);
  const pairs = formatPairs([
    ['installed', `${how}: ${path}`],
    ['node', `${runtime.node}, ${nodeFrom}: ${runtime.program}`],
    ['update', update],
  ]);
  return version + pairs;
}
