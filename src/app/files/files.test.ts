import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recordedProject, type RecordedProject } from '../../../test/support/recorded-project.ts';
import { SheafError } from '../../core/errors.ts';
import { writeParquet } from '../../system/index.ts';
import { readFileHead } from './file-head.ts';
import { listFiles } from './list-files.ts';
import { openFile } from './open-file.ts';

interface Folder extends RecordedProject {
  /** The folder of the experiment `run`, absolute. */
  readonly folder: string;
}

/** A project with an experiment and files in its folder. */
async function projectWithFiles(files: { readonly [path: string]: string | Buffer } = {}): Promise<Folder> {
  const recorded = await recordedProject({ run: {} }, { 'experiments/run/experiment.yaml': 'exp_id: run\n' });
  const folder = join(recorded.project.root, 'experiments/run');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return { ...recorded, folder };
}

/** The code of a refusal, and why. */
async function refusalOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof SheafError) return `${error.code}: ${error.problems[0].why ?? ''}`;
    throw error;
  }
  return 'nothing was refused';
}

async function contentOf({ project }: Folder, path: string): Promise<string> {
  using file = openFile(project, 'run', path);
  const pieces: Buffer[] = [];
  for await (const piece of file.pieces()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

describe('the files of an experiment', () => {
  test('are listed with their sizes, folder by folder', async () => {
    const { project, folder } = await projectWithFiles({ 'a.txt': 'abc', 'sub/inner/b.txt': '' });
    symlinkSync('/etc/passwd', join(folder, 'link'));
    const { entries, total, parents } = await listFiles(project, 'run');
    expect(entries.map(({ name, kind, bytes, target }) => [name, kind, bytes, target])).toEqual([
      ['a.txt', 'file', 3, undefined],
      ['experiment.yaml', 'file', 12, undefined],
      ['link', 'link', undefined, '/etc/passwd'],
      ['sub', 'folder', undefined, undefined],
    ]);
    expect([total, parents, entries[2]?.refused]).toEqual([4, [], 'links are not followed']);
    const inner = await listFiles(project, 'run', 'sub/inner');
    expect(inner.entries.map(({ path }) => path)).toEqual(['sub/inner/b.txt']);
    expect(inner.parents).toEqual([
      { name: 'sub', path: 'sub' },
      { name: 'inner', path: 'sub/inner' },
    ]);
  });

  test('are listed and opened when their names are not UTF-8', async () => {
    const folder = await projectWithFiles();
    writeFileSync(Buffer.concat([Buffer.from(`${folder.folder}/gr`), Buffer.from([0xfc, 0xff])]), 'bytes');
    writeFileSync(join(folder.folder, 'größe'), 'text');
    const { entries } = await listFiles(folder.project, 'run');
    const named = entries.filter(({ name }) => name.startsWith('gr'));
    expect(named.map(({ name }) => name)).toEqual(['größe', 'gr\ufffd\ufffd']);
    expect(await Promise.all(named.map(({ path }) => contentOf(folder, path)))).toEqual(['text', 'bytes']);
  });

  test('are at most 2,000 of a folder, with the number of all', async () => {
    const names = Array.from({ length: 2_003 }, (_, i) => [`step_${String(i).padStart(5, '0')}`, ''] as const);
    const { project } = await projectWithFiles(Object.fromEntries(names));
    const { entries, total } = await listFiles(project, 'run');
    expect([entries.length, total, entries[1]?.name]).toEqual([2_000, 2_004, 'step_00000']);
  });

  test('are not there for an experiment that has no folder, and stay what they are', async () => {
    const { project } = await recordedProject({ run: {} });
    expect(await refusalOf(() => listFiles(project, 'run'))).toMatch(/^files\.missing/);
    expect(await refusalOf(() => listFiles(project, 'nobody'))).toMatch(/^experiment\.unknown/);
    const folder = await projectWithFiles({ 'a.txt': 'abc' });
    expect(await refusalOf(() => listFiles(folder.project, 'run', 'a.txt'))).toContain('it is a file, not a folder');
    expect(await refusalOf(() => openFile(folder.project, 'run', ''))).toContain('it is a folder');
    expect(await refusalOf(() => openFile(folder.project, 'run', 'a.txt/b'))).toMatch(/^files\.missing/);
  });
});

describe('a path that leads out of the folder', () => {
  test('is refused, whatever is there', async () => {
    const { project } = await projectWithFiles({ 'a.txt': '', 'sub/b': '' });
    for (const path of [
      '/etc/passwd',
      '//etc/passwd',
      '..',
      '../run/a.txt',
      'sub/../../../sheaf.yaml',
      './a.txt',
      'sub//b',
      'sub/',
      'a.txt\0.png',
      '..\\..\\sheaf.yaml',
      'a\u0100.txt',
      'x/'.repeat(3_000),
    ]) {
      expect(await refusalOf(() => openFile(project, 'run', path)), path).toMatch(/^files\.path/);
      expect(await refusalOf(() => listFiles(project, 'run', path)), path).toMatch(/^files\.path/);
    }
  });

  test('is never decoded a second time', async () => {
    const { project } = await projectWithFiles({ 'a.txt': '' });
    for (const path of ['..%2f..%2fsheaf.yaml', '%2e%2e', '..%5csheaf.yaml']) {
      expect(await refusalOf(() => openFile(project, 'run', path))).toMatch(/^files\.missing/);
    }
  });

  test('is refused when it has a link in it, wherever that points to', async () => {
    const { project, folder } = await projectWithFiles({ 'sub/a.txt': 'abc' });
    symlinkSync('sub', join(folder, 'inside'));
    symlinkSync('/etc', join(folder, 'outside'));
    symlinkSync('sub/a.txt', join(folder, 'a.txt'));
    for (const path of ['inside/a.txt', 'outside/passwd', 'a.txt']) {
      expect(await refusalOf(() => openFile(project, 'run', path))).toBe('files.refused: links are not followed');
    }
    expect(await refusalOf(() => listFiles(project, 'run', 'outside'))).toBe('files.refused: links are not followed');
    renameSync(folder, `${folder}-moved`);
    symlinkSync('/etc', folder);
    expect(await refusalOf(() => listFiles(project, 'run'))).toBe('files.refused: links are not followed');
  });
});

test('a folder that a link replaces again and again is never left while files are opened', async () => {
  const recorded = await projectWithFiles({ 'real/a.txt': 'inside' });
  const { folder } = recorded;
  mkdirSync(join(folder, '../outside'));
  writeFileSync(join(folder, '../outside/a.txt'), 'outside');
  renameSync(join(folder, 'real'), join(folder, 'sub'));
  const swap = `while :; do mv sub real; ln -s ../outside sub; rm sub; mv real sub; done`;
  const shell = spawn('bash', ['-c', swap], { cwd: folder, stdio: 'ignore' });
  const closed = new Promise((resolve) => shell.once('close', resolve));
  const seen = new Map<string, number>();
  try {
    // Until each of both was met: the folder, and something else in its place.
    for (let i = 0; i < 500 || seen.size < 2; i += 1) {
      const content = await contentOf(recorded, 'sub/a.txt').catch((error: unknown) => (error as SheafError).code);
      seen.set(content, (seen.get(content) ?? 0) + 1);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  } finally {
    shell.kill('SIGKILL');
    await closed;
  }
  expect([...seen.keys()].filter((key) => !['inside', 'files.refused', 'files.missing'].includes(key))).toEqual([]);
});

describe('what is no plain file', () => {
  test('is listed and never opened: a pipe, a socket, a device', async () => {
    const { project, folder } = await projectWithFiles();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
    if (process.getuid?.() === 0) execFileSync('mknod', [join(folder, 'device'), 'c', '1', '3']);
    const { entries } = await listFiles(project, 'run');
    const others = entries.filter(({ kind }) => kind === 'other');
    expect(others.length).toBeGreaterThanOrEqual(2);
    for (const { path, refused } of others) {
      expect(refused).toBe('it is a pipe, a socket or a device');
      expect(await refusalOf(() => openFile(project, 'run', path))).toBe(`files.refused: ${refused}`);
      expect(await refusalOf(() => readFileHead(project, 'run', path))).toBe(`files.refused: ${refused}`);
    }
  });
});

describe('a file with passwords or keys', () => {
  test('is listed and not opened', async () => {
    const names = ['.env', '.env.local', 'server.pem', 'id_rsa', 'id_ed25519_cluster', '.netrc', '.ssh/config'];
    const { project } = await projectWithFiles(Object.fromEntries(names.map((name) => [name, 'secret'])));
    const { entries } = await listFiles(project, 'run');
    for (const path of names) {
      expect(await refusalOf(() => openFile(project, 'run', path)), path).toMatch(
        /^files\.refused: files with this name/,
      );
      expect(await refusalOf(() => readFileHead(project, 'run', path)), path).toMatch(/^files\.refused/);
      if (!path.includes('/')) expect(entries.find(({ name }) => name === path)?.refused, path).toBeDefined();
    }
  });

  test('is refused by what is in it, too', async () => {
    const { project } = await projectWithFiles({ 'notes.txt': '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n' });
    expect(await refusalOf(() => readFileHead(project, 'run', 'notes.txt'))).toBe(
      'files.refused: it holds a private key',
    );
    expect(await refusalOf(() => openFile(project, 'run', 'notes.txt'))).toBe('files.refused: it holds a private key');
  });
});

describe('the beginning of a file', () => {
  test('is text with replacement characters, cut after 64 KiB, also of HTML, SVG and notebooks', async () => {
    const { project } = await projectWithFiles({
      'page.html': '<script>alert(1)</script>',
      'image.svg': '<svg onload="alert(1)"/>',
      'long.txt': `ü${'€'.repeat(40_000)}`,
      'mixed.txt': Buffer.from(`${'a'.repeat(100)}\xff`, 'latin1'),
      empty: '',
    });
    const head = async (path: string) => readFileHead(project, 'run', path);
    expect((await head('page.html')).content).toEqual({ kind: 'text', text: '<script>alert(1)</script>' });
    expect((await head('image.svg')).content).toEqual({ kind: 'text', text: '<svg onload="alert(1)"/>' });
    const long = await head('long.txt');
    expect([long.isCut, long.bytes, long.content]).toEqual([
      true,
      120_002,
      { kind: 'text', text: `ü${'€'.repeat(Math.floor(65_534 / 3))}` },
    ]);
    expect((await head('mixed.txt')).content).toEqual({ kind: 'text', text: `${'a'.repeat(100)}\ufffd` });
    expect((await head('empty')).content).toEqual({ kind: 'text', text: '' });
  });

  test('is an image by its first bytes, whatever its name', async () => {
    const png = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1');
    const { project } = await projectWithFiles({
      'plot.txt': png,
      'photo.jpg': Buffer.from('\xff\xd8\xff\xe0\0', 'latin1'),
      'a.gif': Buffer.from('GIF89a\0'),
      'b.webp': Buffer.from('RIFF\0\0\0\0WEBPVP8 \0', 'latin1'),
      'large.png': Buffer.concat([png, Buffer.alloc(5_000_001)]),
      'no.png': '<svg/>',
    });
    const content = async (path: string) => (await readFileHead(project, 'run', path)).content;
    expect(await content('plot.txt')).toEqual({ kind: 'image', type: 'image/png', data: png.toString('base64') });
    expect(await content('photo.jpg')).toMatchObject({ kind: 'image', type: 'image/jpeg' });
    expect(await content('a.gif')).toMatchObject({ kind: 'image', type: 'image/gif' });
    expect(await content('b.webp')).toMatchObject({ kind: 'image', type: 'image/webp' });
    expect(await content('large.png')).toEqual({ kind: 'image', type: 'image/png' });
    expect(await content('no.png')).toEqual({ kind: 'text', text: '<svg/>' });
  });

  test('is a table of CSV or TSV with its columns, JSON, or nothing for other bytes', async () => {
    const { project } = await projectWithFiles({
      'a.csv': 'step,"a, b"\n1,2\n3,"x ""y"""\n',
      'b.tsv': 'step\tloss\n1\t0.5\n',
      'c.json': '{"a": 1}',
      'long.csv': `a,b\n${'1,2\n'.repeat(20_000)}`,
      'wide.csv': `a,b\n${`1,${'x'.repeat(9_000)}\n`.repeat(20)}`,
      'model.pt': Buffer.from('PK\x03\x04\0\0\0\0'),
    });
    const content = async (path: string) => (await readFileHead(project, 'run', path)).content;
    expect(await content('a.csv')).toMatchObject({
      kind: 'csv',
      columns: ['step', 'a, b'],
      rows: [
        ['1', '2'],
        ['3', 'x "y"'],
      ],
    });
    expect(await content('b.tsv')).toMatchObject({ kind: 'csv', columns: ['step', 'loss'], rows: [['1', '0.5']] });
    const long = await readFileHead(project, 'run', 'long.csv');
    expect([long.isCut, long.content.kind === 'csv' && long.content.rows.length]).toEqual([true, 100]);
    const wide = await content('wide.csv');
    expect(wide.kind === 'csv' && wide.rows.map((row) => row[1]?.length)).toEqual([
      9_000, 9_000, 9_000, 9_000, 9_000, 9_000, 9_000,
    ]);
    expect(await content('c.json')).toEqual({ kind: 'json', text: '{"a": 1}' });
    expect(await content('model.pt')).toMatchObject({ kind: 'binary' });
  });

  test('is a table of Parquet with types and the first rows, or why it cannot be read', async () => {
    const { project, folder } = await projectWithFiles({
      'bad.parquet': 'PAR1nothing',
      'short.parquet': 'PAR1',
      'damaged.parquet': 'PAR1nothing at all\x09\0\0\0PAR1',
    });
    await writeParquet(join(folder, 'a.parquet'), [
      { name: 'step', kind: 'int64', values: Float64Array.from({ length: 1_000 }, (_, i) => i) },
      { name: 'loss', kind: 'double', values: Float64Array.from({ length: 1_000 }, (_, i) => (i === 1 ? NaN : i / 2)) },
      { name: 'name', kind: 'string', values: Array.from({ length: 1_000 }, (_, i) => (i === 2 ? null : `n${i}`)) },
      { name: 'at', kind: 'timestamp', values: Float64Array.from({ length: 1_000 }, () => 0) },
    ]);
    const { content, isCut } = await readFileHead(project, 'run', 'a.parquet');
    expect(content).toMatchObject({
      kind: 'parquet',
      total: 1_000,
      columnTotal: 4,
      columns: [
        { name: 'step', type: 'int64' },
        { name: 'loss', type: 'double' },
        { name: 'name', type: 'string' },
        { name: 'at', type: 'timestamp' },
      ],
    });
    if (content.kind !== 'parquet') throw new Error('it is no Parquet');
    expect([isCut, content.rows.length, content.rows.slice(0, 3)]).toEqual([
      true,
      100,
      [
        [0, 0, 'n0', '1970-01-01T00:00:00.000Z'],
        [1, 'NaN', 'n1', '1970-01-01T00:00:00.000Z'],
        [2, 1, null, '1970-01-01T00:00:00.000Z'],
      ],
    ]);
    for (const path of ['bad.parquet', 'short.parquet', 'damaged.parquet']) {
      expect((await readFileHead(project, 'run', path)).content).toMatchObject({
        kind: 'binary',
        why: expect.stringContaining('Parquet'),
      });
    }
  });
});

test('an open file stays the same file when its name is given to another one', async () => {
  const { project, folder } = await projectWithFiles({ 'a.txt': 'first' });
  using file = openFile(project, 'run', 'a.txt');
  rmSync(join(folder, 'a.txt'));
  symlinkSync('/etc/passwd', join(folder, 'a.txt'));
  const pieces = await Array.fromAsync(file.pieces(), (piece) => Buffer.from(piece).toString());
  expect([file.name, file.bytes, pieces]).toEqual(['a.txt', 5, ['first']]);
});
