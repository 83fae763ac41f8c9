import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGED_FILES, type App } from './app.ts';
import { readWheelNode } from './node-binary.ts';
import { LINUX_X64 } from './node-pins.ts';
import { run } from '../run-program.ts';

/** The name of the single file. */
export const SINGLE_FILE = 'sheaf-linux-x64';

/** What Node looks for in its own program to find out whether a file was put into it (Node's documentation, "Single executable applications"). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const root: string = join(import.meta.dirname, '../..');

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
    // By names relative to the folder: they become part of the file, and the folder is called differently each time.
    const write = (name: string, data: Uint8Array): string => {
      writeFileSync(join(folder, name), data);
      return name;
    };
    const node = join(folder, write('node', readWheelNode(LINUX_X64)));
    chmodSync(node, 0o755);
    // Without the tables for debuggers, which are a fifth of the file.
    run('strip', ['--strip-all', node]);
    const assets = files.map(({ path: name, data }, i) => [toAssetName(name), write(`asset-${i}`, data)]);
    const config = {
      main: write('main.cjs', loader),
      output: 'blob',
      disableExperimentalSEAWarning: true,
      assets: { ...Object.fromEntries(assets), 'app.pack': write('app.pack', pack) },
    };
    write('config.json', Buffer.from(JSON.stringify(config)));
    run(node, ['--experimental-sea-config', 'config.json'], { cwd: folder });
    run('node_modules/.bin/postject', [node, 'NODE_SEA_BLOB', join(folder, config.output), '--sentinel-fuse', FUSE], {
      cwd: root,
    });
    copyFileSync(node, path);
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
