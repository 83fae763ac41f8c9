import { join } from 'node:path';
import { throwProblems, type Problem } from '../../core/errors.ts';
import type { Environment } from '../../core/value.ts';
import { getFileFacts, nowMs, runCommand } from '../../system/index.ts';
import type { RequirementsHere } from '../../template/index.ts';
import { makeJobEnvironment } from '../project/job-environment.ts';
import type { Project } from '../project/project.ts';
import { runOf } from './run-of.ts';
import type { Batch, BatchMember } from './submit-plan.ts';

/** A Python that takes longer to start leaves the check to the job. */
const CHECK_MS = 20_000;

/** A command checks before it makes an experiment and again when it submits it: what was met in between stays so. */
const MET_FOR_MS = 60_000;
const metAtMs = new WeakMap<Project, Map<string, number>>();

/** What the program found; see `REQUIREMENTS_CHECK`. */
interface Answer {
  readonly message: string;
  readonly fix: string;
  readonly then: string;
  readonly hint: string;
}

/**
 * Checks the packages that jobs require with the Python that they are going to have, if it can be run here: one process for
 * each different environment. What cannot be found out here is left to the job.
 *
 * @throws SheafError `environment.requires`
 */
export async function requirePackages(project: Project, batches: readonly Batch[]): Promise<void> {
  const { findRequirementsHere } = await import('../../template/index.ts');
  const home = project.env['HOME'] ?? '';
  const checks = new Map<string, { readonly check: RequirementsHere; readonly members: BatchMember[] }>();
  const met = metAtMs.get(project) ?? new Map<string, number>();
  metAtMs.set(project, met);
  for (const { code, members } of batches) {
    for (const member of members) {
      const check = findRequirementsHere(runOf(project, member, code), home);
      if (check === undefined) continue;
      const key = JSON.stringify(check);
      const known = checks.get(key);
      if (nowMs() - (met.get(key) ?? -Infinity) < MET_FOR_MS) continue;
      if (known === undefined) checks.set(key, { check, members: [member] });
      else known.members.push(member);
    }
  }
  const found = [...checks].map(async ([key, { check, members }]) => {
    const problem = await findProblem(project, check, describeWho(members));
    if (problem === undefined) met.set(key, nowMs());
    return problem;
  });
  throwProblems((await Promise.all(found)).filter((problem) => problem !== undefined));
}

function describeWho(members: readonly BatchMember[]): string {
  const names = [...new Set(members.map(({ experiment }) => experiment.expId))];
  return names.length === 1 ? (names[0] ?? '') : `${names[0] ?? ''} and ${names.length - 1} more`;
}

async function findProblem(project: Project, check: RequirementsHere, who: string): Promise<Problem | undefined> {
  const { venv } = check;
  const python = venv === undefined ? 'python3' : join(venv.path, 'bin/python3');
  const code = 'environment.requires';
  const now = 'nothing was submitted';
  const isThere = venv === undefined || getFileFacts(python, { follow: true }) !== undefined;
  if (venv !== undefined && !isThere) {
    const message = `there is no virtual environment in ${venv.folder}`;
    return { code, message, why: `the environment of ${who} names it`, fix: venv.make, now };
  }
  const { REQUIREMENTS_CHECK } = await import('../../template/index.ts');
  const { exitCode, stdout, notStarted } = await runCommand(
    [python, '-c', REQUIREMENTS_CHECK, '--json', ...check.words],
    { cwd: project.root, env: environmentOf(project, check), timeoutMs: CHECK_MS },
  );
  const why = `environment.requires of ${who} names them`;
  if (notStarted === 'ENOENT') {
    return { code, message: 'there is no python3 on the PATH', why, fix: 'name one: environment: {venv: .venv}', now };
  }
  const answer = exitCode === NOT_MET ? (JSON.parse(stdout) as Answer) : undefined;
  if (answer === undefined) return undefined;
  const { message, fix, then, hint } = answer;
  return {
    code,
    message,
    why: hint === '' ? why : `${why}; ${hint}`,
    fix: then === '' ? fix : `${fix}\n${then}`,
    now,
  };
}

const NOT_MET = 78;

/** The variables that tell a Python where it is, as the lines of a job set them. */
function environmentOf({ env, root }: Project, { exports, venv }: RequirementsHere): Environment {
  const job = makeJobEnvironment(env);
  const inVenv = venv && {
    VIRTUAL_ENV: venv.path,
    PATH: `${join(venv.path, 'bin')}:${job['PATH'] ?? ''}`,
    PYTHONHOME: undefined,
    ...(venv.isUv && { UV_PROJECT_ENVIRONMENT: venv.path }),
  };
  return { ...job, ...inVenv, ...exports, SHEAF_PROJECT: root };
}
