import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { asKey, asToken, type ExpId, type Token } from '../../src/core/ids.ts';
import type { Requeue } from '../../src/core/settings/run-settings.ts';
import type { Pack, Resources } from '../../src/core/settings/settings.ts';
import { SCHEDULERS } from '../../src/scheduler/index.ts';
import { renderJobScript, type JobScriptRequest } from '../../src/template/job/job-script.ts';
import { formatMembersFile, type JobMember } from '../../src/template/job/members.ts';
import { findSharedText } from '../../src/template/job/shared-text.ts';
import { HOSTILE_NAME } from './hostile-name.ts';

/** A folder of its own for one test, removed after it. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

/** A project folder with one submission, as `submit` leaves it for the scheduler. */
export interface SubmittedProject {
  readonly root: string;
  readonly token: Token;
  readonly folder: string;
  readonly script: string;
  /** The text of a file of an attempt: `started.json` of `train-1`. */
  readonly read: (file: string, attempt?: string, expId?: string) => string;
  readonly claims: string;
}

export interface ProjectOptions {
  readonly token?: string;
  readonly experiments?: string;
  /** Text of `run.sh` of each member. */
  readonly runs?: readonly string[];
  /** A folder that is there already: a further submission into the same project. */
  readonly root?: string;
  readonly n?: number;
  /** All members run in one job. */
  readonly pack?: Pack;
  /** For each member: its requirements, its parameters, its array index. */
  readonly members?: readonly Partial<Pick<JobMember, 'index' | 'needs' | 'stage' | 'paramsJson' | 'checkpoint'>>[];
  readonly resources?: Resources;
  /** What else its script is made from. Nothing is recorded by default. */
  readonly script?: Partial<JobScriptRequest>;
}

/** It also does for jobs that are none of Slurm's. */
const SLURM_SHELL = SCHEDULERS.slurm.jobShell;

/** Half of the short time limits of tests is for saving. */
export const REQUEUE: Requeue = { on: ['timeout'], max: 2, signal: 'USR1', before: 120 };

export function submittedProject(options: ProjectOptions = {}): SubmittedProject {
  const { token: name = 'exp-train-abcdefgh2345', experiments = 'experiments', runs = ['true\n'], n = 1 } = options;
  const token = asToken(name);
  const root = options.root ?? join(temporaryFolder(), HOSTILE_NAME);
  const folder = join(root, '.sheaf/submissions', token);
  const claims = join(root, '.sheaf/claims');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(claims, 'attempts'), { recursive: true });
  const members = runs.map((runSh, index): JobMember => ({
    ...memberOf(index, runSh, n),
    ...(options.pack && { index: 0 }),
    ...options.members?.[index],
  }));
  for (const { key, stage } of members) claim(join(claims, 'attempts', `${key}.${stage}-${n}`), `${token} login:1:2:3`);
  const shared = findSharedText(runs);
  const script = renderJobScript({
    token,
    resources: { ...options.resources, ...(options.pack && { pack: options.pack }) },
    array: runs.length > 1 && options.pack === undefined,
    project: root,
    experiments,
    about: ['a test'],
    shared,
    monitor: { interval: 0 },
    jobShell: SLURM_SHELL,
    ...options.script,
  });
  writeFileSync(join(folder, 'members.tsv'), formatMembersFile(members, shared));
  writeFileSync(join(folder, 'job.sbatch'), script);
  const base = experiments.startsWith('/') ? experiments : join(root, experiments);
  return {
    root,
    token,
    folder,
    script,
    claims,
    read: (file, attempt = 'train-1', expId = 'exp0') =>
      readFileSync(join(base, expId, 'attempts', attempt, file), 'utf8'),
  };
}

function memberOf(index: number, runSh: string, n: number): JobMember {
  return {
    index,
    expId: `exp${index}` as ExpId,
    key: asKey(`key${index}`),
    stage: 'train',
    n,
    first: 1,
    paramsJson: JSON.stringify({ index, text: 'a\tb\n"é' }),
    runSh,
  };
}

/** A submission that is made again in the same project finds its claims there. */
function claim(path: string, target: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
