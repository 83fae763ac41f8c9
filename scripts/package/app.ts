import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../list-files.ts';
import { run } from './run.ts';
import { toEntry } from './wheel.ts';
import type { ZipEntry } from './zip.ts';

/** Files of packages that sheaf reads as they are: fonts, and the program that draws PNG. */
export const PACKAGED_FILES: readonly string[] = [
  '@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf',
  '@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf',
  '@resvg/resvg-wasm/index_bg.wasm',
];

/** What else of the repository a package contains. */
const OF_REPOSITORY = ['bin/start.cjs', 'examples', 'schema'];

/** What the starter and the command read of `package.json`. */
const FIELDS: ReadonlySet<string> = new Set(['name', 'version', 'description', 'license', 'type', 'engines']);

/**
 * Builds the command with all its libraries inside, in few files, laid out as in a clone.
 *
 * @param folder the files of the commit; `packed` in it is written
 */
export function buildApp(folder: string): ZipEntry[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
  const build = `build-${manifest.version}`;
  const dist = join(folder, 'packed/dist');
  run('node_modules/.bin/rolldown', ['--config', 'rolldown.config.ts'], {
    cwd: folder,
    env: { SHEAF_BUILD_PACKED: '1', SHEAF_BUILD_FOLDER: dist, SHEAF_BUILD_NAME: build },
  });
  listFiles(join(dist, build));
  const own = Object.entries(manifest).filter(([key]) => FIELDS.has(key));
  return [
    ...OF_REPOSITORY.flatMap((path) => readAll(folder, path)),
    ...PACKAGED_FILES.flatMap((path) => readAll(folder, `node_modules/${path}`)),
    ...readAll(join(folder, 'packed'), 'dist'),
    toEntry('package.json', `${JSON.stringify(Object.fromEntries(own), undefined, 2)}\n`),
  ];
}

/** A file, or all files of a folder, sorted by path. */
function readAll(folder: string, path: string): ZipEntry[] {
  if (statSync(join(folder, path)).isFile()) return [{ path, data: readFileSync(join(folder, path)) }];
  return readdirSync(join(folder, path))
    .toSorted()
    .flatMap((name) => readAll(folder, join(path, name)));
}
