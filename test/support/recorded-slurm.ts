/** Answers of a real Slurm 24.11.5, recorded as user sheaf1 of a cluster with limits, as Slurm's programs would give them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCache } from '../../src/scheduler/slurm/ask/cache.ts';
import type { SlurmCommands } from '../../src/scheduler/slurm/ask/commands.ts';
import { userName } from '../../src/system/index.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/slurm/24.11');

export function recorded(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

const CONFIG = `Configuration data as of 2026-11-24T02:56:40
AccountingStorageEnforce = associations,limits,qos
AccountingStorageType   = accounting_storage/slurmdbd
ClusterName             = lab
DefMemPerCPU            = 2000
JobDefaults             = (null)
MaxArraySize            = 1001
MinJobAge               = 300 sec
SLURM_VERSION           = 24.11.5
`;

/** What each question is answered with, by words that are in it. */
const ANSWERS: readonly (readonly [string, () => string])[] = [
  ['show config', () => CONFIG],
  ['show partition', () => recorded('partitions.txt')],
  ['sinfo', () => recorded('nodes.txt')],
  ['show reservation', () => 'No reservations in the system\n'],
  ['assoc_mgr', () => recorded('usage.txt').replaceAll('sheaf1', userName())],
  ['show assoc ', () => recorded('associations.txt')],
  ['show qos', () => recorded('qos.txt')],
];

export interface RecordedSlurm extends SlurmCommands {
  /** The questions so far, each as one text. */
  readonly asked: string[];
}

/** @param failing words of questions that fail */
export function recordedSlurm(
  failing: readonly string[] = [],
  config: (text: string) => string = (text) => text,
): RecordedSlurm {
  const asked: string[] = [];
  const never = (): never => {
    throw new Error('this is only for questions');
  };
  const fails = (text: string): boolean => failing.some((words) => text.includes(words));
  const answerTo = (text: string): string => config(ANSWERS.find(([words]) => text.includes(words))?.[1]() ?? '');
  return {
    asked,
    ask: async (argv) => {
      const text = argv.join(' ');
      asked.push(text);
      return fails(text)
        ? { kind: 'failed', said: `${argv[0]}: no answer`, durationMs: 1 }
        : { kind: 'answer', stdout: answerTo(text), durationMs: 1 };
    },
    control: async (questions) => {
      asked.push(`scontrol < ${questions.join('; ')}`);
      const stdout = questions.map((text) => (fails(text) ? '' : answerTo(text))).join('\n');
      return questions.some(fails) ? { stdout, said: 'scontrol: no answer' } : { stdout };
    },
    tell: never,
    submit: never,
  };
}

export const noCache: ReturnType<typeof openCache> = openCache(undefined);
