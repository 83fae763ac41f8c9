import { resolve } from 'node:path';
import { failure } from '../../core/errors.ts';
import { isoTime, nowMs, userId, userName, writeAtomic } from '../../system/index.ts';
import type { Environment } from '../../core/value.ts';

/** What was written. */
export interface ClusterRecording {
  readonly file: string;
  readonly questions: number;
  /** Questions without an answer: programs that failed or did not end in time, in their words. */
  readonly failed: readonly string[];
  /** How many names were replaced, by what they belong to. */
  readonly replaced: { readonly [kind: string]: number };
}

export interface RecordOptions {
  readonly file: string;
  readonly env: Environment;
  /** Of the program that asks, for readers of the file. */
  readonly version: string;
  /** Told after each answer how many there are. */
  readonly told?: (answers: number) => void;
}

const ABOUT = [
  'What the Slurm programs of a cluster answered to sheaf, for a bug report. sheaf doctor --record wrote it.',
  'Names of users, accounts, groups, reservations and jobs are replaced by user1, account1 and so on; e-mail addresses and notes of administrators are removed.',
  'Host names, partitions, QOS and job ids are as they are. Look the file over before you give it to anyone, and remove what should not be there.',
];

/**
 * Writes what the Slurm programs of this host answer into a file that can be attached to a bug report. Asks only: nothing is
 * submitted, cancelled or changed. An existing file is replaced.
 *
 * @throws SheafError `record.no_slurm` when none of the programs can be started
 */
export async function recordCluster({ file, env, version, told }: RecordOptions): Promise<ClusterRecording> {
  const { anonymise, askEverything, RECORDING_SCHEMA, toWrittenQuestion } = await import('../../scheduler/index.ts');
  const asked = await askEverything(env, told);
  if (asked.every(({ notStarted }) => notStarted !== undefined)) {
    throw failure('record.no_slurm', 'there is no Slurm on this machine to record', {
      why: 'none of its programs is on the PATH, or SLURM_CONF names a file that does not exist',
      fix: 'run it on a login node of the cluster, after module load slurm if the site needs that',
      now: 'no file was written',
    });
  }
  const { questions, asker, replaced } = anonymise(asked, { user: userName(), uid: userId() });
  const document = {
    schema: RECORDING_SCHEMA,
    about: ABOUT,
    sheaf: version,
    recorded_at: isoTime(nowMs()),
    user: asker.user,
    uid: asker.uid,
    questions: questions.map(toWrittenQuestion),
  };
  const path = resolve(file);
  writeAtomic(path, `${JSON.stringify(document, undefined, 2)}\n`);
  return { file: path, questions: questions.length, failed: questions.flatMap(failedWords), replaced };
}

function failedWords(question: {
  readonly argv: readonly string[];
  readonly exitCode?: number;
  readonly timedOut: boolean;
  readonly notStarted?: string;
  readonly durationMs: number;
}): string[] {
  const { argv, exitCode, timedOut, notStarted, durationMs } = question;
  // A job that would not be taken is an answer, too.
  if (exitCode === 0 || (argv.includes('--test-only') && exitCode !== undefined)) return [];
  const what = argv.slice(0, 4).join(' ');
  if (notStarted !== undefined) return [`${what}: could not be started (${notStarted})`];
  if (timedOut) return [`${what}: no answer within ${Math.round(durationMs / 1000)} s`];
  return [`${what}: ${exitCode === undefined ? 'was killed' : `exit code ${exitCode}`}`];
}
