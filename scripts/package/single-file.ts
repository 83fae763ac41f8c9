import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGED_FILES, type App } from './app.ts';
import { readNpmNode } from './node-binary.ts';
import { SINGLE_FILE_NODE } from './node-pins.ts';
import { run } from './run.ts';

/** The name of the single file. */
export const SINGLE_FILE = 'sheaf-linux-x64';

/**
 * Makes one executable file of Node and the command ("single executable application").
 *
 * @param into the folder that it is written to
 * @returns its path
 */
export function makeSingleFile({ pack, loader, files }: App, into: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-single-file-'));
  const path = join(into, SINGLE_FILE);
  try {
    const write = (name: string, data: Uint8Array): string => {
      const file = join(folder, name);
      writeFileSync(file, data);
      return file;
    };
    const node = write('node', readNpmNode(SINGLE_FILE_NODE, 'bin/node'));
    chmodSync(node, 0o755);
    // Without the tables for debuggers, which are a fifth of the file.
    run('strip', ['--strip-all', node]);
    const assets = files.map(({ path: name, data }, i) => [toAssetName(name), write(`asset-${i}`, data)]);
    const config = {
      main: write('main.cjs', loader),
      output: path,
      executable: node,
      disableExperimentalSEAWarning: true,
      assets: { ...Object.fromEntries(assets), 'app.pack': write('app.pack', pack) },
    };
    run(node, ['--build-sea', write('config.json', Buffer.from(JSON.stringify(config)))]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return path;
}

/** Compresses a copy of a file with xz, which takes about a minute. Returns its path. */
export function compress(path: string): string {
  run('xz', ['--keep', '--force', '--threads=1', '-6', path]);
  return `${path}.xz`;
}

/** A file of a package is read by the name of the package, everything else by its path. */
function toAssetName(path: string): string {
  const name = path.replace(/^node_modules\//, '');
  return PACKAGED_FILES.includes(name) ? name : path;
}
