/** What `npm run package` wrote into `release`: sizes, platforms, licences, and that the single file works. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import lock from '../../package-lock.json' with { type: 'json' };
import { makeServerProject } from '../support/dashboard.ts';
import { testFolder } from '../support/run-sheaf.ts';

const release: string = join(import.meta.dirname, '../../release');
const NOT_BUILT = 'NOT RUN: npm run package makes it';

/** Tests of each file of the release with such a name; a single skipped test if there is none. */
function describeRelease(name: string, pattern: string, tests: (path: string) => void): void {
  const paths = globSync(pattern, { cwd: release }).toSorted();
  for (const path of paths) {
    describe(`${name} ${path}`, () => {
      tests(join(release, path));
    });
  }
  if (paths.length > 0) return;
  test(`${name}: ${NOT_BUILT}`, (context) => {
    context.skip(NOT_BUILT);
    expect.unreachable();
  });
}

function python(script: string, ...words: readonly string[]): Buffer {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', script, ...words], { maxBuffer: 1 << 28 });
  expect(status, stderr.toString()).toBe(0);
  return stdout;
}

interface Listed {
  readonly name: string;
  readonly bytes: number;
  readonly mode: number;
}

const LIST = `
import json, sys, zipfile
print(json.dumps([{"name": i.filename, "bytes": i.file_size, "mode": i.external_attr >> 16} for i in zipfile.ZipFile(sys.argv[1]).infolist()]))`;
const READ = 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))';

function listWheel(path: string): Listed[] {
  return JSON.parse(python(LIST, path).toString()) as Listed[];
}

function findFile(files: readonly Listed[], end: string): string {
  return files.find(({ name }) => name.endsWith(end))?.name ?? '';
}

/** The newest glibc of which a program uses a symbol, as its minor version; 0 for a program of another system. */
function newestGlibc(program: Buffer): number {
  const versions = [...program.toString('latin1').matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  return Math.max(0, ...versions);
}

/** What the first bytes of a program say about its platform (ELF: e_machine; Mach-O: cputype). */
function platformOf(program: Buffer): string {
  if (program.toString('latin1', 0, 4) === '\u007fELF')
    return { 0x3e: 'linux x86_64', 0xb7: 'linux aarch64' }[program.readUInt16LE(18)] ?? 'ELF of another machine';
  return program.readUInt32LE(0) === 0xfeedfacf && program.readUInt32LE(4) === 0x0100000c ? 'macos arm64' : 'unknown';
}

const PLATFORMS: { readonly [tag: string]: string } = {
  manylinux_2_28_x86_64: 'linux x86_64',
  manylinux_2_28_aarch64: 'linux aarch64',
  macosx_13_0_arm64: 'macos arm64',
};

describeRelease('the wheel', 'sheaf_slurm-*.whl', (path) => {
  const files = listWheel(path);

  test('is small: at most 100 files, 60 MB to fetch and 170 MB on disk', () => {
    expect(files.length).toBeLessThanOrEqual(100);
    expect(statSync(path).size).toBeLessThanOrEqual(60e6);
    expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(170e6);
  });

  test('has two programs: the starter, and a Node for its platform that runs with glibc 2.28', () => {
    const node = findFile(files, '/node_modules/node/bin/node');
    const programs = files.filter(({ mode }) => (mode & 0o111) !== 0).map(({ name }) => name);
    expect(programs.toSorted()).toEqual([node, findFile(files, '.data/scripts/sheaf')].toSorted());
    const program = python(READ, path, node);
    const [, tag = ''] = /-py3-none-(\w+)\.whl$/.exec(path) ?? [];
    expect(platformOf(program)).toBe(PLATFORMS[tag]);
    expect(newestGlibc(program)).toBeLessThanOrEqual(28);
  });

  test('has the licence of every package in it, and of Node', () => {
    const text = python(READ, path, findFile(files, '/licenses/THIRD-PARTY-LICENSES')).toString();
    const packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean }>> = lock.packages;
    const names = Object.entries(packages)
      .filter(([at, { dev }]) => at !== '' && !dev)
      .map(([at, { version }]) => `\n${at.replace(/^.*node_modules\//, '')} ${version} `);
    expect(names.length).toBeGreaterThan(50);
    // png-js does not name its licence in package.json.
    expect(names.filter((name) => !text.includes(name) && !text.includes(`${name.trimEnd()}\n`))).toEqual([]);
    expect(text).toContain('\nNode.js 24.');
  });

  test('has the page of the dashboard, with the notices of its libraries', () => {
    expect(findFile(files, '/dist/web.pack')).not.toBe('');
    expect(python(READ, path, findFile(files, '/dist/web/LICENSES.txt')).toString()).toContain('react-dom');
  });

  test('has a description whose links lead somewhere', () => {
    const text = python(READ, path, findFile(files, '.dist-info/METADATA')).toString();
    expect(text).toContain('\n# sheaf\n');
    expect(text).not.toMatch(/\]\((?!https?:|#)/);
    expect(text).not.toMatch(/src="(?!https?:)/);
  });
});

describeRelease('the single file', 'sheaf-linux-x64', (path) => {
  test('runs with glibc 2.28, and has at most 45 MB as xz', () => {
    expect(newestGlibc(readFileSync(path))).toBeLessThanOrEqual(28);
    if (existsSync(`${path}.xz`)) expect(statSync(`${path}.xz`).size).toBeLessThanOrEqual(45e6);
  });

  test('makes an example, runs it with the local scheduler, and draws figures in all formats', async () => {
    const folder = testFolder({}, { program: [path] });
    const ok = async (...words: readonly string[]): Promise<string> => {
      const ran = await folder.sheaf(words);
      expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
      return ran.stdout;
    };
    await ok('init', '--example', 'digits');
    await ok('run', 'softmax', 'lr', '--grid', 'learning_rate=0.1,1.0', '--epochs', '3', '--yes');
    expect(await ok('list', '--columns', 'exp_id,status')).toContain('lr_lr1.0\tcompleted');
    for (const format of ['svg', 'png', 'pdf', 'html']) await ok('plot', 'train_loss', '-o', `loss.${format}`);
    const head = (name: string): string => readFileSync(join(folder.path, name), 'latin1').slice(0, 4);
    expect([head('loss.svg'), head('loss.png'), head('loss.pdf')]).toEqual(['<svg', '\u0089PNG', '%PDF']);
    await ok('export', 'results.parquet');
    expect(head('results.parquet')).toBe('PAR1');
    expect(await ok('template', 'list', '--builtin')).toContain('lightning');
  });

  test('serves the dashboard', async () => {
    const project = makeServerProject([path]);
    onTestFinished(() => project.remove());
    const server = await project.serve();
    expect((await server.send({ method: 'GET', path: '/' })).text).toContain('<div id="root">');
    expect((await server.send({ method: 'GET', path: '/LICENSES.txt' })).text).toContain('react-dom');
    const headers = await server.logIn();
    expect((await server.send({ path: '/api/page', headers, body: {} })).text).toContain('"first"');
  });
});

describeRelease('the file', 'SHA256SUMS', (path) => {
  test('names every file of the release, with its sum', () => {
    const { status, stdout } = spawnSync('sha256sum', ['--check', basename(path)], { cwd: release, encoding: 'utf8' });
    expect(status, stdout).toBe(0);
    const others = globSync('*', { cwd: release }).filter((name) => name !== 'SHA256SUMS');
    expect(stdout.trim().split('\n').toSorted()).toEqual(others.map((name) => `${name}: OK`).toSorted());
  });
});
