import { dirname, join } from 'node:path';
import { quoteShellWord } from '../../core/text/bash.ts';
import type { Environment } from '../../core/value.ts';
import { describeRuntime, getFileFacts, installationFolder, type Runtime } from '../../system/index.ts';

/** How sheaf came onto this machine, and how a newer one does. */
export interface Installation {
  readonly kind: 'clone' | 'npm' | 'wheel' | 'single-file' | 'copy';
  /** In words: `with uv tool`. */
  readonly how: string;
  /** The folder, or the one file, that was installed. */
  readonly path: string;
  /** The file that a shell is to find. */
  readonly command: string;
  readonly runtime: Runtime;
  /** Where the Node comes from, in words. */
  readonly nodeFrom: string;
  /** A command that installs a newer version in its place. */
  readonly update: string;
}

/** Finds out how the sheaf that runs was installed. */
export function findInstallation(env: Environment): Installation {
  const runtime = describeRuntime();
  const folder = runtime.isSingleFile ? undefined : installationFolder();
  if (folder === undefined) {
    const path = runtime.program;
    const update = `mv -f sheaf-linux-x64 ${quoteShellWord(path)}, with the file of the new version`;
    const nodeFrom = 'inside the file';
    return { kind: 'single-file', how: 'as a single file', path, command: path, runtime, nodeFrom, update };
  }
  const kind = kindOf(folder);
  const command = join(kind.kind === 'wheel' ? dirname(dirname(folder)) : folder, 'bin/sheaf');
  return { ...kind, path: folder, command, runtime, nodeFrom: findNodeFrom(folder, runtime, env) };
}

type Kind = Pick<Installation, 'kind' | 'how' | 'update'>;

function kindOf(folder: string): Kind {
  // npm leaves the lock file out of what it packs.
  if (isThere(folder, 'package-lock.json')) {
    const update = `cd ${quoteShellWord(folder)} && git pull && npm ci && npm run build`;
    return { kind: 'clone', how: 'from a clone', update };
  }
  const wheel = wheelTool(folder);
  if (wheel !== undefined) return wheel;
  const parent = dirname(folder);
  if (!parent.endsWith('/node_modules')) {
    return { kind: 'copy', how: 'as a copied folder', update: 'copy the folder of the new version there' };
  }
  const prefix = /^(.+)\/lib\/node_modules$/.exec(parent)?.[1];
  const where = prefix === undefined ? '' : ` --global --prefix ${quoteShellWord(prefix)}`;
  return { kind: 'npm', how: 'with npm', update: `npm install${where} FILE, with the sheaf-….tgz of the new version` };
}

/** What put the wheel there; undefined if the folder is not that of a wheel, which is `libexec/sheaf` of an environment. */
function wheelTool(folder: string): Kind | undefined {
  if (!folder.endsWith('/libexec/sheaf')) return undefined;
  const environment = dirname(dirname(folder));
  const file = 'FILE, with the sheaf_slurm-….whl of the new version';
  if (isThere(environment, 'uv-receipt.toml'))
    return { kind: 'wheel', how: 'with uv tool', update: `uv tool install --force ${file}` };
  if (isThere(environment, 'pipx_metadata.json'))
    return { kind: 'wheel', how: 'with pipx', update: `pipx install --force ${file}` };
  const python = join(environment, 'bin/python3');
  const start = isThere(environment, 'bin/python3') ? quoteShellWord(python) : 'python3';
  return { kind: 'wheel', how: 'with pip', update: `${start} -m pip install --upgrade ${file}` };
}

function findNodeFrom(folder: string, { program }: Runtime, env: Environment): string {
  if (program.startsWith(`${folder}/`)) return 'brought by sheaf';
  return env['SHEAF_NODE'] ? 'named by SHEAF_NODE' : 'from the PATH';
}

function isThere(folder: string, name: string): boolean {
  return getFileFacts(join(folder, name)) !== undefined;
}
