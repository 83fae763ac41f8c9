import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, projectPaths, type Store } from '../../src/store/index.ts';
import { created } from '../support/events.ts';

let folder: string;
let root: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sheaf-journal-'));
  root = join(folder, "pro ject's $x");
  mkdirSync(join(root, '.sheaf'), { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const local = (name = 'local'): string => join(folder, name);

function open(where = local()): Promise<Store> {
  return openStore(projectPaths(root, join(root, 'experiments')), { env: { SHEAF_LOCAL_DIR: where } });
}

function names(store: Store): string[] {
  return [...store.select({ nowMs: 0 })].map(({ expId }) => expId as string).toSorted();
}

function journals(): string[] {
  return readdirSync(join(root, '.sheaf', 'journal')).map((name) => join(root, '.sheaf', 'journal', name));
}

function theJournal(): string {
  const [path, ...more] = journals();
  if (path === undefined || more.length > 0) throw new Error(`${journals().length} journal files`);
  return path;
}

/** Runs `append-events.ts`; resolves to the names it acknowledged, even when it was killed. */
function append(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ said: string[]; code: number | null }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'append-events.ts'), root, ...args], {
    env: { ...process.env, SHEAF_LOCAL_DIR: local(), ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ said: text.split('\n').filter(Boolean), code })),
  );
}

describe('the journal', () => {
  test('what was appended is there for the next command, and for one on another host', async () => {
    {
      using store = await open();
      await store.append([created('one'), created('two')]);
      expect(names(store)).toEqual(['one', 'two']);
    }
    using again = await open();
    expect(names(again)).toEqual(['one', 'two']);
    using elsewhere = await open(local('other-host'));
    expect(names(elsewhere)).toEqual(['one', 'two']);
  });

  test('is one file a writer: a second local folder writes its own', async () => {
    using here = await open();
    using there = await open(local('other-host'));
    await here.append([created('here')]);
    await there.append([created('there')]);
    await here.append([created('here-again')]);
    await there.refresh();
    expect(names(there)).toEqual(['here', 'here-again', 'there']);
    expect(journals()).toHaveLength(2);
  });

  test('loses nothing when many commands append at once', async () => {
    const results = await Promise.all(Array.from({ length: 12 }, (_, i) => append([`p${i}`, '5'])));
    const said = results.flatMap((result) => result.said).toSorted();
    expect(said).toHaveLength(60);
    using store = await open();
    expect(names(store)).toEqual(said);
    expect(store.badRanges()).toEqual([]);
    const lines = readFileSync(theJournal(), 'utf8').trim().split('\n').slice(1);
    const seqs = lines.map((line) => (JSON.parse(line) as { seq: number }).seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  test('keeps every acknowledged event when the command is killed, or the disk fills, at any effect', async () => {
    const acknowledged: string[] = [];
    for (const what of ['kill', 'kill-after', 'torn', 'enospc', 'eio']) {
      for (let n = 1; n <= 12; n += 1) {
        const { said } = await append([`${what}-${n}`, '2', '2'], { SHEAF_TEST_FAULT: `${what}@${n}` });
        acknowledged.push(...said);
      }
    }
    using store = await open();
    const kept = new Set(names(store));
    expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(20);
    await store.append([created('afterwards')]);
    expect(names(store)).toContain('afterwards');
  }, 120_000);

  test('opens when its last lines are cut at any byte, and says nothing false', async () => {
    {
      using store = await open();
      await store.append([created('one')]);
      await store.append([created('two')]);
    }
    const whole = readFileSync(theJournal());
    const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let size = lastLine; size < whole.length; size += 1) {
      writeFileSync(theJournal(), whole.subarray(0, size));
      using store = await open(local(`cut-${size}`));
      expect(names(store)).toEqual(['one']);
    }
  });

  test('goes on after a torn last line: it is reported, what follows is read', async () => {
    {
      using store = await open();
      await store.append([created('one')]);
    }
    truncateSync(theJournal(), readFileSync(theJournal()).length - 5);
    {
      using store = await open(local('b'));
      await store.append([created('two')]);
    }
    appendFileSync(journals()[0] ?? '', Buffer.alloc(100));
    appendFileSync(journals()[0] ?? '', '\n');
    using store = await open(local('c'));
    expect(names(store)).toEqual(['two']);
    expect(store.badRanges().length).toBeGreaterThan(0);
  });

  test('reads a bad range again at each opening: what a file server showed torn may be whole by now', async () => {
    {
      using store = await open();
      await store.append([created('one')]);
      await store.append([created('two')]);
    }
    const whole = readFileSync(theJournal());
    const torn = Buffer.from(whole);
    torn.fill(0, whole.indexOf('"one"'), whole.indexOf('"one"') + 40);
    writeFileSync(theJournal(), torn);
    {
      using store = await open(local('b'));
      expect(names(store)).toEqual(['two']);
      expect(store.badRanges()).toHaveLength(1);
    }
    writeFileSync(theJournal(), whole);
    using store = await open(local('b'));
    expect(names(store)).toEqual(['one', 'two']);
    expect(store.badRanges()).toEqual([]);
  });

  test('says so when a file was replaced by an older copy, and shows what it holds now', async () => {
    {
      using store = await open();
      await store.append([created('one')]);
      copyFileSync(theJournal(), join(folder, 'older'));
      await store.append([created('two')]);
    }
    copyFileSync(join(folder, 'older'), theJournal());
    using store = await open();
    expect(names(store)).toEqual(['one']);
    expect(store.warnings.join()).toMatch(/lost what was seen in it before/);
    await store.append([created('three')]);
    expect(names(store)).toEqual(['one', 'three']);
    expect(journals()).toHaveLength(2);
  });

  test('is refused with a message when a newer sheaf wrote it', async () => {
    const { encodeHeader } = await import('../../src/store/journal-line.ts');
    const { checksum } = await import('../../src/system/index.ts');
    const body = '{"v":2,"seq":1,"type":"created"';
    const file = join(root, '.sheaf', 'journal', 'h-1-newer.jsonl');
    mkdirSync(join(root, '.sheaf', 'journal'));
    writeFileSync(
      file,
      `${encodeHeader({ type: 'journal', writer: 'newer', host: 'h', user: 'u' }, 0)}${body},"sum":"${checksum(body)}"}\n`,
    );
    await expect(open()).rejects.toMatchObject({ code: 'journal.version', exitCode: 1 });
  });

  test('a writer whose folder was wiped or copied while it was in use never shares a file', async () => {
    using store = await open();
    await store.append([created('one')]);
    execFileSync('cp', ['-a', local(), local('copy')]);
    using copy = await open(local('copy'));
    await copy.append([created('by-copy')]);
    rmSync(local(), { recursive: true });
    await expect(store.append([created('in-the-gap')])).resolves.toBeUndefined();
    using wiped = await open();
    await wiped.append([created('after-wipe')]);
    expect(names(wiped)).toEqual(['after-wipe', 'by-copy', 'in-the-gap', 'one']);
    expect(wiped.badRanges()).toEqual([]);
  });

  test('agrees on two hosts whose clocks are ten minutes apart, however their commands interleave', async () => {
    const hosts = [
      { SHEAF_TEST_HOST: 'fast', SHEAF_LOCAL_DIR: local('fast'), SHEAF_TEST_CLOCK_OFFSET_MS: '600000' },
      { SHEAF_TEST_HOST: 'slow', SHEAF_LOCAL_DIR: local('slow') },
    ];
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(hosts.map((env, i) => append([`h${i}-r${round}`, '2'], env)));
    }
    using fast = await open(local('fast'));
    using slow = await open(local('slow'));
    expect(names(fast)).toHaveLength(16);
    expect(names(fast)).toEqual(names(slow));
  });
});
