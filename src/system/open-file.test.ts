import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openWithin, type OpenFile } from './open-file.ts';

/** A folder with one file of 3 MB, whose bytes are numbered. */
function openNumbered(): OpenFile {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-open-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a'), new Uint8Array(Uint32Array.from({ length: 750_000 }, (_, i) => i).buffer));
  const found = openWithin(folder, [Buffer.from('a')]);
  if (found.kind !== 'file') throw new Error(`there is no file: ${found.kind}`);
  return found.file;
}

function listOpenFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The one of this listing itself.
      return [];
    }
  });
}

test('a file is read in pieces that overlap as asked, from any place to any other', async () => {
  using file = openNumbered();
  for (const [start, end, overlap] of [
    [0, 3_000_000, 0],
    [1, 2_500_000, 7],
    [2_999_999, 3_000_000, 999],
    [5, 5, 0],
  ] as const) {
    const read: Buffer[] = [];
    for await (const piece of file.pieces(start, end, overlap)) {
      const known = read.at(-1);
      if (known && overlap > 0) expect(piece.subarray(0, overlap).equals(known.subarray(-overlap))).toBe(true);
      read.push(Buffer.from(read.length === 0 ? piece : piece.subarray(overlap)));
    }
    expect(Buffer.concat(read).equals(file.read(start, end))).toBe(true);
  }
});

test('a file that is closed while a piece is read is closed after that, once', async () => {
  const file = openNumbered();
  const pieces = file.pieces(0, 3_000_000);
  const first = pieces.next();
  file[Symbol.dispose]();
  file[Symbol.dispose]();
  expect((await first).value?.length).toBe(1 << 20);
  await expect(pieces.next()).rejects.toThrow('was closed');
  expect(listOpenFiles().filter((path) => path.includes('sheaf-open-'))).toEqual([]);
});
