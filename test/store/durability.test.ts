import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder } from '../support/run-sheaf.ts';
import { sheafArgv } from '../support/sheaf-argv.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
if (!hasStrace)
  process.stderr.write('SKIPPED: the order of write, fsync and print is not proved: strace is not installed\n');

const PROJECT = { 'sheaf.yaml': 'scheduler: local\n', 'templates/t.yaml': 'x: 1\ncommand: "true"\n' };

/** System calls of one command that touch the journal or stdout, in order: `write journal`, `fsync journal`, `write stdout`. */
function calls(trace: string): string[] {
  const journal = new Set<string>();
  return trace.split('\n').flatMap((line) => {
    const opened = /openat\(.*\.sheaf\/journal\/[^"]+\.jsonl".*\) = (\d+)/.exec(line);
    if (opened?.[1] !== undefined) journal.add(opened[1]);
    const closed = /close\((\d+)\)/.exec(line);
    if (closed?.[1] !== undefined) journal.delete(closed[1]);
    const [, name = '', fd = ''] = /\b(p?write(?:64|v)?|fsync|fdatasync)\((\d+)/.exec(line) ?? [];
    if (journal.has(fd)) return [`${name.includes('sync') ? 'fsync' : 'write'} journal`];
    return fd === '1' ? ['write stdout'] : [];
  });
}

describe('durability', () => {
  test.skipIf(!hasStrace)('a command writes the journal, syncs it, and only then prints its success', async () => {
    const folder = testFolder(PROJECT);
    await folder.sheaf(['list']);
    const out = join(folder.path, 'trace.txt');
    const trace = [
      'strace',
      '-f',
      '-o',
      out,
      '-e',
      'trace=openat,close,write,writev,pwrite64,fsync,fdatasync',
    ] as const;
    const { exitCode } = await folder.run([...trace, ...sheafArgv(), 'new', '--exp-id', 'a', '--template', 't']);
    expect(exitCode).toBe(0);
    const order = calls(readFileSync(out, 'utf8'));
    const print = order.indexOf('write stdout');
    expect(order.slice(0, print)).toContain('write journal');
    expect(order.slice(0, print).findLastIndex((call) => call === 'fsync journal')).toBeGreaterThan(
      order.slice(0, print).findLastIndex((call) => call === 'write journal'),
    );
    expect(order.slice(print)).not.toContain('write journal');
  });
});
