import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An experiment's folder on disk for one test, with a name that is hard on careless code. */
export interface RunFolder {
  readonly path: string;
  readonly write: (file: string, content: string | Uint8Array) => void;
  readonly fifo: (file: string) => void;
}

export function newRunFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): RunFolder {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-harvest-'));
  onTestFinished(() => rmSync(outer, { recursive: true, force: true }));
  const path = join(outer, `it's a "run" $(x)`);
  mkdirSync(path);
  const folder: RunFolder = {
    path,
    write: (file, content) => {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), content);
    },
    fifo: (file) => {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      execFileSync('python3', ['-c', 'import os, sys; os.mkfifo(sys.argv[1])', join(path, file)]);
    },
  };
  for (const [file, content] of Object.entries(files)) folder.write(file, content);
  return folder;
}

/** A real output of a training run. */
export function harvestFixture(name: string): Buffer {
  return readFileSync(harvestFixturePath(name));
}

export function harvestFixturePath(name: string): string {
  return join(import.meta.dirname, '../fixtures/harvest', name);
}
