import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { App } from './app.ts';
import { describeForPypi } from './description.ts';
import { readWheelNode } from './node-binary.ts';
import type { Platform } from './node-pins.ts';
import { getDataFolder, getWheelName, makeWheel, type Wheel } from './wheel.ts';
import type { ZipEntry } from './zip.ts';

/** The name on PyPI, where `sheaf` belongs to someone else. */
const NAME = 'sheaf-slurm';

interface Contents {
  /** The files of the commit. */
  readonly folder: string;
  readonly app: App;
  /** The text with the licences of others. */
  readonly licences: string;
}

/**
 * Makes the wheel of sheaf for a platform: Node and the command, in `libexec/sheaf` of the environment, and a starter in `bin`.
 *
 * Both are found from each other, wherever pip, pipx or uv install the wheel: `bin` and `libexec` are always neighbours.
 */
export function makeSheafWheel(platform: Platform, { folder, app, licences }: Contents): NamedBytes {
  const read = (path: string): Buffer => readFileSync(join(folder, path));
  const top = getDataFolder(NAME, manifest.version);
  const lib = (file: ZipEntry): ZipEntry => ({ ...file, path: `${top}/data/libexec/sheaf/${file.path}` });
  const wheel: Wheel = {
    name: NAME,
    version: manifest.version,
    tag: `py3-none-${platform.tag}`,
    fields: [
      `Summary: ${manifest.description}`,
      'Author: The sheaf authors',
      `License-Expression: ${manifest.license}`,
      `Keywords: ${manifest.keywords.join(',')}`,
      'Classifier: Environment :: Console',
      'Classifier: Intended Audience :: Science/Research',
      `Classifier: Operating System :: ${platform.tag.startsWith('macosx') ? 'MacOS' : 'POSIX :: Linux'}`,
      'Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
    description: describeForPypi(read('README.md').toString()),
    licences: { LICENSE: read('LICENSE').toString(), 'THIRD-PARTY-LICENSES': licences },
    files: [
      ...app.files.map(lib),
      lib({ path: 'bin/start.cjs', data: read('bin/start.cjs') }),
      lib({ path: 'dist/cli.cjs', data: app.loader }),
      lib({ path: 'dist/app.pack', data: app.pack }),
      lib({ path: 'node_modules/node/bin/node', data: readWheelNode(platform), mode: 0o755 }),
      { path: `${top}/scripts/sheaf`, data: read('bin/sheaf'), mode: 0o755 },
    ],
  };
  return { name: getWheelName(wheel), bytes: makeWheel(wheel) };
}

/** A file of the release. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}
