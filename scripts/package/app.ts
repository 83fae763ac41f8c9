import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { buildWeb } from '../build-web.ts';
import { run } from '../run-program.ts';
import { toEntry } from './wheel.ts';
import type { ZipEntry } from './zip.ts';

/** Files of packages that sheaf reads as they are: fonts, and the program that draws PNG. */
export const PACKAGED_FILES: readonly string[] = [
  '@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf',
  '@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf',
  '@resvg/resvg-wasm/index_bg.wasm',
];

/** What else of the repository a package contains. */
const OF_REPOSITORY = ['examples', 'schema'];

/** The page of the dashboard, built; in a package it is one archive, and the notices of its libraries. */
const PAGE = 'dist/web';

/** What the starter and the command read of `package.json`. */
const FIELDS: ReadonlySet<string> = new Set(['name', 'version', 'description', 'license', 'type', 'engines']);

/** The command with all its libraries inside. */
export interface App {
  /** Its files in one archive, for `loader.cjs`. */
  readonly pack: Buffer;
  /** The program that loads it: the main program of the single file, `dist/cli.cjs` elsewhere. */
  readonly loader: Buffer;
  /** The files beside it that it reads: fonts, examples, schemas, the page of the dashboard. */
  readonly files: readonly ZipEntry[];
}

/**
 * Builds the command.
 *
 * @param folder the files of the commit; `packed` in it is written, and `dist/web` unless the package for npm has made it
 */
export function buildApp(folder: string): App {
  const built = join(folder, 'packed');
  run('node_modules/.bin/rolldown', ['--config', 'rolldown.config.ts'], {
    cwd: folder,
    env: { SHEAF_BUILD_PACKED: '1', SHEAF_BUILD_FOLDER: built },
  });
  if (!existsSync(join(folder, PAGE))) buildWeb(folder, join(folder, PAGE));
  const manifest = toEntry('package.json', shortManifest(readFileSync(join(folder, 'package.json'), 'utf8')));
  return {
    pack: makePack(
      [manifest, { path: 'main.cjs', data: readFileSync(join(folder, 'bin/start.cjs')) }, ...readAll(folder, 'packed')],
      (path) => basename(path),
    ),
    loader: readFileSync(join(folder, 'scripts/package/loader.cjs')),
    files: [
      manifest,
      ...OF_REPOSITORY.flatMap((path) => readAll(folder, path)),
      ...readAll(folder, `${PAGE}/LICENSES.txt`),
      { path: `${PAGE}.pack`, data: makePack(readAll(folder, PAGE), (path) => relative(PAGE, path)) },
      ...PACKAGED_FILES.flatMap((path) => readAll(folder, `node_modules/${path}`)),
    ],
  };
}

function shortManifest(text: string): string {
  const fields = Object.entries(JSON.parse(text) as object).filter(([key]) => FIELDS.has(key));
  return `${JSON.stringify(Object.fromEntries(fields), undefined, 2)}\n`;
}

/**
 * An archive: the length of its index, the index (where each file begins and ends behind it), and the files.
 *
 * @param nameOf what a file of a path is called in it
 */
function makePack(files: readonly ZipEntry[], nameOf: (path: string) => string): Buffer {
  const places: Record<string, readonly [from: number, to: number]> = {};
  let at = 0;
  for (const { path, data } of files) {
    const name = nameOf(path);
    if (name in places) throw new Error(`two files of an archive are called ${name}`);
    places[name] = [at, at + data.length];
    at += data.length;
  }
  const index = Buffer.from(JSON.stringify(places));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(index.length);
  return Buffer.concat([length, index, ...files.map(({ data }) => data)]);
}

/** A file, or all files of a folder, sorted by path. */
function readAll(folder: string, path: string): ZipEntry[] {
  if (statSync(join(folder, path)).isFile()) return [{ path, data: readFileSync(join(folder, path)) }];
  return readdirSync(join(folder, path))
    .toSorted()
    .flatMap((name) => readAll(folder, join(path, name)));
}
