import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { detectSlurm } from './presence.ts';

test('a host with the programs of Slurm and no configuration belongs to no cluster, without words of scontrol', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-fakes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'scontrol');
  writeFileSync(program, '#!/bin/sh\necho "scontrol: fatal: Could not establish a configuration source" >&2\nexit 1\n');
  chmodSync(program, 0o755);
  expect(await detectSlurm({ PATH: `${folder}:/usr/bin:/bin` })).toEqual({
    kind: 'absent',
    why: 'the programs of Slurm are installed, but belong to no cluster',
  });
});
