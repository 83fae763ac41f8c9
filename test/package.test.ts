import { execFileSync } from 'node:child_process';
import { accessSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root: string = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the package', () => {
  test('names an exact version of everything that it depends on', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test('lets only its own Node run code at install', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { hasInstallScript?: boolean }> };
    const running = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    // macOS alone installs fsevents, which vite names as optional.
    expect(running.map(([path]) => path).filter((path) => !path.endsWith('/fsevents'))).toEqual(['node_modules/node']);
    expect(manifest.allowScripts).toEqual({ node: true });
  });

  test.each(['package-lock.json', 'docs/package-lock.json'])('has a lock file that names no registry: %s', (path) => {
    const lock = read(path);
    expect(lock).not.toContain('"resolved"');
    expect(lock).not.toMatch(/registry|npmjs|\.tgz/);
  });

  test('has a lock file that holds the programs of every platform', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
    };
    const wanted = Object.values(lock.packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    );
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((name) => lock.packages[`node_modules/${name}`]?.version === undefined)).toEqual([]);
  });

  test('brings what its exports and its bin name', () => {
    const { types, default: library } = manifest.exports['.'];
    expect([types, library].filter((path) => !existsSync(join(root, path)))).toEqual([]);
    accessSync(join(root, manifest.bin.sheaf), constants.X_OK);
  });

  test('brings the examples, without what running or testing them leaves', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
    const [{ files = [] } = {}] = Object.values(JSON.parse(listed.toString()) as PackedFiles);
    const packed = files.map(({ path }) => path).filter((path) => path.startsWith('examples/'));
    const tracked = execFileSync('git', ['ls-files', 'examples'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    expect(packed.toSorted()).toEqual(tracked.toSorted());
  });

  test('depends at run time on what the library imports, and on nothing more', () => {
    // At the beginning of a line: examples in comments are indented.
    const pattern =
      /(?:^(?:(?:import|export)\b.*|\}) from |\bawait import\(|\breadPackagedFile\()'(@[^/']+\/[^/']+|[^@.'/][^/']*)/gm;
    const modules = execFileSync('find', ['dist', '-name', '*.js', '-not', '-path', 'dist/build-*'], { cwd: root });
    const imported = modules
      .toString()
      .trim()
      .split('\n')
      .flatMap((path) => [...read(path).matchAll(pattern)]);
    const packages = new Set(imported.map(([, name]) => name).filter((name) => !name?.startsWith('node:')));
    expect(packages).toEqual(new Set(Object.keys(manifest.dependencies)));
  });
});

/** What `npm pack --json` prints, a list or a map by version of npm. */
interface PackedFiles {
  readonly [name: string]: { readonly files?: readonly { readonly path: string }[] };
}

describe('dist/cli.cjs', () => {
  test('answers --version alone, with the version of the package', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sheaf-one-file-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'dist'));
    copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
    copyFileSync(join(root, 'dist/cli.cjs'), join(folder, 'dist/cli.cjs'));
    const said = execFileSync(process.execPath, ['dist/cli.cjs', '--version'], { cwd: folder, encoding: 'utf8' });
    expect(said).toBe(`sheaf ${manifest.version}\n`);
  });

  test('loads no builtin of Node before it is used', () => {
    expect(read('dist/cli.cjs')).not.toMatch(/\brequire\(["'`]node:/);
  });
});
