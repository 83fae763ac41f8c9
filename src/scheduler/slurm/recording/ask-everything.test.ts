import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askEverything } from './ask-everything.ts';

function fakes(programs: Readonly<Record<string, string>>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-fakes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(join(folder, 'slurm.conf'), 'ClusterName=lab\n');
  return { PATH: `${folder}:/usr/bin:/bin`, SLURM_CONF: join(folder, 'slurm.conf') };
}

test('a program that hangs is given up, and all others are asked', async () => {
  const env = fakes({
    scontrol: 'echo "Configuration data as of 1"; echo "PartitionName=gpu State=UP"',
    sinfo: 'exec sleep 100',
    squeue: 'exit 0',
    sacctmgr: 'exit 0',
    sacct: 'exit 0',
    sbatch: 'echo "sbatch: error: no" >&2; exit 1',
  });
  const heard = await askEverything(env, undefined, { first: 1_000, hung: 100 });
  const nodes = heard.filter(({ argv }) => argv[0] === 'sinfo');
  expect(nodes.map(({ timedOut }) => timedOut)).toEqual([true]);
  expect(new Set(heard.map(({ argv }) => argv[0]))).toEqual(
    new Set(['scontrol', 'sinfo', 'squeue', 'sacctmgr', 'sacct', 'sbatch']),
  );
});

test('each question is asked once, although several commands would ask it', async () => {
  const env = fakes({
    scontrol: 'echo "Configuration data as of 1"',
    sinfo: 'exit 0',
    squeue: 'exit 0',
    sacctmgr: 'exit 0',
  });
  const heard = await askEverything(env);
  const asked = heard.map(({ argv, input }) => JSON.stringify([argv, input]));
  expect(asked).toEqual([...new Set(asked)]);
});
