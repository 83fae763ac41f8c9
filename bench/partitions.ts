/**
 * What discovery costs on a cluster of 10,000 nodes: `npm run bench:partitions`. The answers are made up in the form in
 * which Slurm 24.11 gives them; programs that print them stand in for Slurm's own, and are counted.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listOffers } from '../src/advisor/index.ts';
import { openCache } from '../src/scheduler/slurm/ask/cache.ts';
import type { SlurmCommands } from '../src/scheduler/slurm/ask/commands.ts';
import { askLiveFacts } from '../src/scheduler/slurm/live/live-facts.ts';
import { userName } from '../src/system/index.ts';
import { median, report, timeOnce } from './measure.ts';

const NODES = 10_000;
const PARTITIONS = 40;
const JOBS = 20_000;
const ROUNDS = 7;
const SEPARATOR = '\u001f';

const row = (...fields: readonly string[]): string => fields.map((field) => `${field}${SEPARATOR}`).join('');
const TYPES = ['a100', 'h100', 'l40s', 'h200'];

/** Each node is in two partitions; a part of them is mixed, full or drained. */
function nodesText(): string {
  const lines = Array.from({ length: NODES }, (_, i) => {
    const type = TYPES[i % TYPES.length] ?? '';
    const [state, used, cpus] =
      i % 10 === 0
        ? ['drained', 0, '0/0/128/128']
        : i % 3 === 0
          ? ['mixed', i % 8, '64/64/0/128']
          : ['allocated', 8, '128/0/0/128'];
    const gres = `gpu:${type}:8(S:0-1)`;
    const parts = [`p${i % PARTITIONS}`, 'preempt'];
    return parts
      .map((name) =>
        row(
          `n${i}`,
          name,
          gres,
          `gpu:${type}:${used}(IDX:0)`,
          `${state}`,
          `${cpus}`,
          '1024000',
          '512000',
          'ib,epyc',
          'none',
        ),
      )
      .join('\n');
  });
  return `${lines.join('\n')}\n`;
}

function jobsText(): string {
  const user = userName();
  const lines = Array.from({ length: JOBS }, (_, i) => {
    const state = i % 4 === 0 ? 'PD' : 'R';
    const id = i % 8 === 0 ? `${i}_[0-99%4]` : String(i);
    const tres = `cpu=16,mem=100G,node=1,billing=16,gres/gpu=${(i % 8) + 1}`;
    return row(id, `p${i % PARTITIONS}`, state, i % 50 === 0 ? user : 'other', 'normal', tres, 'N/A', '1', 'Resources');
  });
  return `${lines.join('\n')}\n`;
}

function controlText(): string {
  const names = [...Array.from({ length: PARTITIONS }, (_, i) => `p${i}`), 'preempt'];
  const partitions = names.map(
    (name) =>
      `PartitionName=${name} AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL Default=NO QoS=N/A DefaultTime=01:00:00 Hidden=NO MaxNodes=UNLIMITED MaxTime=2-00:00:00 OverSubscribe=NO PriorityTier=1 PreemptMode=OFF State=UP TotalCPUs=1 TotalNodes=1 TRES=cpu=1,gres/gpu=8`,
  );
  const reservation =
    'ReservationName=maintenance StartTime=1999999999 EndTime=2000099999 Nodes=n[0-9999] NodeCnt=10000 CoreCnt=1 Flags=MAINT,SPEC_NODES Users=root Groups=(null) Accounts=(null) State=INACTIVE';
  const config =
    'Configuration data as of 2026-11-25T17:09:35\nAccountingStorageEnforce = associations,limits,qos\nAccountingStorageType   = accounting_storage/slurmdbd\nClusterName             = big\nPriorityType            = priority/multifactor\nSLURM_VERSION           = 24.11.5\n';
  const associations = `Current Association Manager state\nAssociation Records\nClusterName=big Account=lab UserName= Partition= ParentAccount= DefAssoc=No GrpTRES=gres/gpu=N(0)\nClusterName=big Account=lab UserName=${userName()}(1) Partition= SharesRaw/Norm/Level/Factor=1/0.3/3/0.5 DefAssoc=Yes\nQOS Records\nQOS=normal(1) GrpTRES=gres/gpu=N(0)\n`;
  return [config, ...partitions, reservation, associations].join('\n');
}

const ANSWERS: Readonly<Record<string, string>> = {
  sinfo: nodesText(),
  squeue: jobsText(),
  scontrol: controlText(),
  'sacctmgr assoc': 'lab||normal|normal|||||\n',
  'sacctmgr qos': 'normal|||||||||||0\n',
};

const answerTo = (argv: readonly string[]): string =>
  ANSWERS[argv[0] === 'sacctmgr' ? `sacctmgr ${argv.includes('qos') ? 'qos' : 'assoc'}` : (argv[0] ?? '')] ?? '';

/** Answers at once, so that only reading them is measured. */
const commands: SlurmCommands = {
  ask: async (argv) => ({ kind: 'answer', stdout: answerTo(argv), durationMs: 0 }),
  control: async () => ({ stdout: ANSWERS['scontrol'] ?? '' }),
  tell: () => Promise.reject(new Error('this is only for questions')),
  submit: () => Promise.reject(new Error('this is only for questions')),
};

async function parsed(): Promise<{ readonly ms: number; readonly offers: number }> {
  const began = performance.now();
  const facts = await askLiveFacts(commands, openCache(undefined), 'slurm:big');
  const offers = listOffers(facts);
  return { ms: performance.now() - began, offers: offers.length };
}

const folder = mkdtempSync(join(tmpdir(), 'sheaf-bench-'));
const calls = join(folder, 'calls');

/** Programs that print what is made up, by their names. */
function standIns(): NodeJS.ProcessEnv {
  const path = join(folder, 'bin');
  mkdirSync(path);
  for (const [name, text] of Object.entries(ANSWERS)) writeFileSync(join(folder, name.replace(' ', '-')), text);
  for (const program of ['sinfo', 'squeue', 'scontrol']) {
    const text = `#!/bin/sh\necho ${program} >> '${calls}'\nexec cat '${join(folder, program)}'\n`;
    writeFileSync(join(path, program), text);
  }
  writeFileSync(
    join(path, 'sacctmgr'),
    `#!/bin/sh\necho sacctmgr >> '${calls}'\ncase "$*" in *qos*) exec cat '${join(folder, 'sacctmgr-qos')}';; esac\nexec cat '${join(folder, 'sacctmgr-assoc')}'\n`,
  );
  for (const program of ['sinfo', 'squeue', 'scontrol', 'sacctmgr']) chmodSync(join(path, program), 0o755);
  writeFileSync(join(folder, 'slurm.conf'), 'ClusterName=big\n');
  return {
    ...process.env,
    PATH: `${path}:${process.env['PATH'] ?? ''}`,
    SLURM_CONF: join(folder, 'slurm.conf'),
    SHEAF_LOCAL_DIR: join(folder, 'local'),
  };
}

function callsSince(): number {
  const count = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0;
  rmSync(calls, { force: true });
  return count;
}

try {
  const runs = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await parsed());
  const env = standIns();
  writeFileSync(join(folder, 'sheaf.yaml'), 'scheduler: slurm\n');
  const argv = [resolve(import.meta.dirname, '..', 'bin', 'sheaf'), 'partitions', '--json'];
  const whole = (): { ms: number; calls: number } => ({
    ms: timeOnce(argv, { cwd: folder, env }),
    calls: callsSince(),
  });
  const cold = whole();
  const cached = [whole(), whole(), whole()];
  const ms = median(runs.map((run) => run.ms));
  const cachedMs = median(cached.map((run) => run.ms));
  const most = Math.max(...cached.map((run) => run.calls));
  process.stdout.write(
    `${NODES} nodes in ${PARTITIONS + 1} partitions, ${JOBS} jobs: ${runs[0]?.offers ?? 0} offers\n`,
  );
  report([
    { what: 'answers to offers, in the process', measured: `${ms.toFixed(0)} ms`, goal: '≤ 1 s', ok: ms <= 1000 },
    { what: 'programs of Slurm, cold', measured: String(cold.calls), goal: '≤ 6', ok: cold.calls <= 6 },
    { what: 'programs of Slurm, from cache', measured: String(most), goal: '0', ok: most === 0 },
    { what: 'sheaf partitions, cold', measured: `${cold.ms.toFixed(0)} ms`, goal: '≤ 2 s', ok: cold.ms <= 2000 },
    {
      what: 'sheaf partitions, from cache',
      measured: `${cachedMs.toFixed(0)} ms`,
      goal: '≤ 1 s',
      ok: cachedMs <= 1000,
    },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
