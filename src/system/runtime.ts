import { dirname, join } from 'node:path';
import { isSingleFile, readAsset, unpackAssets } from './assets.ts';
import { getFileFacts, listFolder, readRange, readTextIfThere, realPath } from './files.ts';
import { readPack } from './app-pack.ts';

/** The Node that runs this, and the machine as it sees it. */
export interface Runtime {
  /** Version of Node, without a `v`. */
  readonly node: string;
  /** Path of the program that runs: Node, or sheaf itself if it is one file. */
  readonly program: string;
  /** As `uname -m` calls it: `x86_64`, `aarch64`. */
  readonly architecture: string;
  /** Version of the C library; undefined on systems without glibc. */
  readonly glibc?: string;
  /** Sheaf is one executable file with Node inside. */
  readonly isSingleFile: boolean;
  /** Where Node keeps what it compiled; undefined if no folder for it can be written. */
  readonly compileCache?: string;
}

/** `uname -m` says it differently from Node. */
const MACHINES: { readonly [arch: string]: string } = { x64: 'x86_64', arm64: 'aarch64', ppc64: 'ppc64le' };

export function describeRuntime(): Runtime {
  const { versions, execPath, arch } = process;
  const compileCache = process.getBuiltinModule('node:module').getCompileCacheDir();
  const glibc = findGlibc();
  return {
    node: versions.node,
    program: execPath,
    architecture: MACHINES[arch] ?? arch,
    isSingleFile: isSingleFile(),
    ...(glibc === undefined ? {} : { glibc }),
    ...(compileCache === undefined ? {} : { compileCache }),
  };
}

function findGlibc(): string | undefined {
  // Names of the hosts that it is connected to would be looked up.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime;
}

/** The folder that sheaf is installed in, which has its `package.json`; undefined if it is one file. */
export function installationFolder(): string | undefined {
  for (let at = dirname(import.meta.filename); at !== dirname(at); at = dirname(at))
    if (getFileFacts(join(at, 'package.json')) !== undefined) return realPath(at);
  return undefined;
}

/** A folder that comes with sheaf, beside its `package.json`, or inside if it is one file. It may be missing. */
export function getInstalledFolder(name: 'examples'): string {
  return isSingleFile() ? unpackAssets(name) : join(installationFolder() ?? '', name);
}

/** The files of the dashboard's page by their paths, as they were built; empty if they were not. */
export function readWebFiles(): ReadonlyMap<string, Uint8Array> {
  if (isSingleFile()) return readPack(readAsset(WEB_PACK));
  const pack = join(installationFolder() ?? '', WEB_PACK);
  if (getFileFacts(pack) !== undefined) return readPack(readWhole(pack));
  const folder = join(installationFolder() ?? '', WEB_FOLDER);
  const names = listFolder(folder).flatMap((name) =>
    getFileFacts(join(folder, name))?.kind === 'folder'
      ? listFolder(join(folder, name)).map((inner) => `${name}/${inner}`)
      : [name],
  );
  return new Map(names.map((name) => [name, readWhole(join(folder, name))]));
}

const WEB_FOLDER = 'dist/web';
/** Instead of the folder in packages, which are to have few files. */
const WEB_PACK = 'dist/web.pack';

function readWhole(path: string): Uint8Array {
  return readRange(path, 0, getFileFacts(path)?.size ?? 0);
}

/** Whether the file system of a folder is mounted so that no program in it can be executed; Linux alone says so. */
export function isMountedNoexec(path: string): boolean {
  const real = realPath(path);
  const mounts = (readTextIfThere('/proc/self/mountinfo') ?? '').split('\n').flatMap((line) => {
    // man proc_pid_mountinfo: id, parent, device, root, mount point, options.
    const [, , , , point, options] = line.split(' ');
    return point === undefined || options === undefined ? [] : [{ point: unescapeOctal(point), options }];
  });
  // The last of those mounted at the same place hides the others.
  const holding = mounts
    .filter(({ point }) => real === point || real.startsWith(point === '/' ? '/' : `${point}/`))
    .toSorted((a, b) => a.point.length - b.point.length)
    .at(-1);
  return holding?.options.split(',').includes('noexec') ?? false;
}

/** Blanks in names of mount points are written as `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
