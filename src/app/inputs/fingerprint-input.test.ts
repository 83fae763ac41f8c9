import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { InputHash } from '../../core/settings/inputs.ts';
import { until } from '../../../test/support/until.ts';
import { INPUT_WALKER } from '../../template/index.ts';
import { fingerprintInput } from './fingerprint-input.ts';
import { lookAgain } from './look-again.ts';

/** Names that shells, line readers and decoders of UTF-8 stumble over; one character a byte. */
const ODD_NAMES = ['-', '-n', 'a b', 'a\nb', 'a\\b', 'a\\nb', "it's", '$(x)', '*', 'ü', '\xff\xfe', ' ', '-> x'];

interface Folders {
  readonly root: string;
  readonly data: string;
}

function makeFolders(): Folders {
  const root = mkdtempSync(join(tmpdir(), 'sheaf-inputs-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'data'));
  return { root, data: join(root, 'data') };
}

function makeOddTree(): Folders {
  const folders = makeFolders();
  const { data } = folders;
  const at = (name: string): Buffer => Buffer.concat([Buffer.from(`${data}/`), Buffer.from(name, 'latin1')]);
  for (const [i, name] of ODD_NAMES.entries()) {
    writeFileSync(at(name), 'x'.repeat(i));
    mkdirSync(at(`in ${name}`), { recursive: true });
    writeFileSync(at(`in ${name}/${name}`), `${i}`);
  }
  mkdirSync(at('empty'));
  linkSync(at('-'), at('hard'));
  writeFileSync(at('sparse'), '');
  truncateSync(at('sparse'), 5_000_000);
  symlinkSync('no such\nfile', at('dangling'));
  symlinkSync('/', at('to a folder'));
  execFileSync('mkfifo', [join(data, 'pipe')]);
  execFileSync('touch', ['-d', '@-6.000000001', join(data, 'hard')]);
  lutimesSync(at('dangling'), 1e9, 1e9);
  execFileSync('touch', ['-d', '@1700000000.999999999', join(data, 'sparse')]);
  return folders;
}

/** What a job records of an input. */
function walkInJob({ root }: Folders, path: string, hash: InputHash, limit = 10): { [key: string]: unknown } {
  const script = join(root, 'walker.sh');
  writeFileSync(script, INPUT_WALKER);
  execFileSync('bash', [script, 'train', path, hash, String(limit)], {
    env: { PATH: process.env['PATH'], SHEAF_OUT: root, SHEAF_PROJECT: root },
  });
  const { inputs } = JSON.parse(readFileSync(join(root, 'inputs.json'), 'utf8')) as { inputs: { train: object } };
  return { ...inputs.train };
}

/** The commands of the documentation. */
const COMMANDS = `list() { find -H . -type f -printf '%P//%s %T@\\0' -o -type l -printf '%P//-> %l %T@\\0' | LC_ALL=C sed -z 's/\\.[0-9]*$//' | LC_ALL=C sort -z; }
list | sha256sum
list | LC_ALL=C sed -z 's/ [^ ]*$//' | sha256sum`;

test('find, sed, sort and sha256sum make the same hashes of a tree with odd names as sheaf', async () => {
  const folders = makeOddTree();
  const found = await fingerprintInput(folders, { path: folders.data, hash: 'content', limit: 10 });
  expect(found).toMatchObject({ kind: 'whole', files: 2 * ODD_NAMES.length + 4, newestMs: expect.any(Number) });
  const said = execFileSync('bash', ['-c', COMMANDS], { cwd: folders.data, encoding: 'utf8' });
  expect(found).toMatchObject({ listing: said.slice(0, 64), names: said.split('\n')[1]?.slice(0, 64) });
});

test('a job records the same of an input as a submission, also through a link and of one file', async () => {
  const folders = makeOddTree();
  const link = join(folders.root, 'a "link"');
  symlinkSync(folders.data, link);
  for (const path of [folders.data, link, join(folders.data, 'sparse')]) {
    const { kind, newestMs, ...found } = await fingerprintInput(folders, { path, hash: 'content', limit: 10 });
    expect(kind).toBe('whole');
    rmSync(join(folders.root, '.sheaf'), { recursive: true });
    expect(walkInJob(folders, path, 'content')).toEqual({ ...found, newest_ms: newestMs });
  }
});

test('the contents of a tree are read once, by a command or a job, and again when its listing changes', async () => {
  const folders = makeFolders();
  const { root, data } = folders;
  const file = join(data, 'a');
  const input = { path: data, hash: 'content', limit: 10 } as const;
  const write = (text: string, time: number): void => {
    writeFileSync(file, text);
    utimesSync(file, time, time);
  };
  write('one', 1e9);
  const { content } = walkInJob(folders, data, 'content');
  // The same size and time: the listing is the same, and nothing is read.
  write('two', 1e9);
  expect(await fingerprintInput({ root }, input)).toMatchObject({ content });
  write('two', 2e9);
  const again = await fingerprintInput({ root }, input);
  expect(again).toMatchObject({ content: expect.not.stringMatching(String(content)) });
  expect(walkInJob(folders, data, 'content')).toMatchObject({ content: 'content' in again && again.content });
});

test('a walk that takes longer than its limit says so, with what it found until then', async () => {
  const folders = makeFolders();
  writeFileSync(join(folders.data, 'a'), 'x');
  mkdirSync(join(folders.data, 'not reached'));
  const found = await fingerprintInput(folders, { path: folders.data, hash: 'listing', limit: 0 });
  expect(found).toMatchObject({ kind: 'partial', files: 1, bytes: 1, why: 'it took longer than 0 s' });
});

test('contents that take longer to compare than the limit are not compared', async () => {
  const folders = makeFolders();
  const { data } = folders;
  writeFileSync(join(data, 'a'), '');
  truncateSync(join(data, 'a'), 1e12);
  const recorded = await fingerprintInput(folders, { path: data, hash: 'listing', limit: 10 });
  if (recorded.kind === 'partial') expect.unreachable();
  utimesSync(join(data, 'a'), 1e9, 1e9);
  const again = lookAgain(folders, { ...recorded, content: 'c' }, 0.1);
  expect(await again).toEqual({ kind: 'written again', newestMs: 1e12, newer: 0, why: 'reading them takes too long' });
});

test('an interrupted walk ends with the reason of its signal', async () => {
  const folders = makeOddTree();
  const signal = AbortSignal.abort(new Error('stopped'));
  const input = { path: folders.data, hash: 'content', limit: 10 } as const;
  await expect(fingerprintInput(folders, input, { signal })).rejects.toThrow('stopped');
});

test('a job whose program ends first records that the walk was not complete', async () => {
  const { root, data } = makeFolders();
  const find = join(root, 'bin/find');
  mkdirSync(join(root, 'bin'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  // A file system that does not answer.
  writeFileSync(find, `#!/bin/bash\nread -r line <'${root}/pipe'\n`, { mode: 0o755 });
  writeFileSync(join(root, 'walker.sh'), INPUT_WALKER);
  const walker = spawn('bash', [join(root, 'walker.sh'), 'train', data, 'listing', '600'], {
    env: { PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`, SHEAF_OUT: root, SHEAF_PROJECT: root },
  });
  const ended = once(walker, 'exit');
  await until(() => existsSync(join(root, '.inputs')));
  walker.kill('SIGTERM');
  await ended;
  const record: unknown = JSON.parse(readFileSync(join(root, 'inputs.json'), 'utf8'));
  expect(record).toEqual({
    schema: 1,
    inputs: { train: { path: data, files: 0, bytes: 0, why: 'the program ended before it was read' } },
  });
});
