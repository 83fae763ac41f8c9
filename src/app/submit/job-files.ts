import { dirname, join } from 'node:path';
import { checksum, getFileFacts, makeFolder, writeAtomic } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { Token } from '../../core/ids.ts';
import { toJsonText } from '../../core/number-source.ts';
import { runOf } from './run-of.ts';
import type { Batch } from './submit-plan.ts';
import { isPacked } from '../observe/tasks.ts';

/** What a submission consists of. */
export interface JobFiles {
  /** `job.sbatch`: what the scheduler gets. */
  readonly script: string;
  /** `members.tsv`: what is particular to each attempt. */
  readonly members: string;
  /** `run.sh` of the first member. */
  readonly firstRun: string;
}

export async function makeJobFiles(
  project: Project,
  { token, batch, members }: { readonly token: Token; readonly batch: Batch; readonly members: Batch['members'] },
): Promise<JobFiles> {
  const { renderJobScript, formatMembersFile, RECORDER, renderCheckpoint, renderRun, findSharedText } =
    await import('../../template/index.ts');
  const { jobShell } = await project.schedulerKind();
  const packed = sharing(members) || isParentPacked(project, batch);
  const rows = members.map(({ experiment, stage, n, index = 0, fresh }) => {
    const { params, written } = experiment.config;
    const run = runOf(project, { experiment, stage, n, ...(fresh && { fresh }) }, batch.code);
    const checkpoint = renderCheckpoint(run);
    return {
      index,
      expId: experiment.expId,
      key: experiment.key,
      stage: stage.name,
      n,
      first: run.first,
      // In a pack each looks for itself: the scheduler knows only whether something of the other pack completed.
      ...(batch.parent !== undefined && stage.after !== undefined ? { needs: stage.after } : {}),
      paramsJson: toJsonText(params, written),
      ...(checkpoint && { checkpoint }),
      runSh: renderRun(run),
    };
  });
  const array = members.some(({ index }) => index !== undefined);
  const shared = findSharedText(rows.map(({ runSh }) => runSh));
  const monitor = members[0]?.stage.run.monitor;
  const script = renderJobScript({
    token,
    resources: batch.resources,
    array,
    ...(packed ? { packed: true } : {}),
    project: project.root,
    experiments: project.store.paths.experiments,
    about: about(members, batch.stage),
    shared,
    recorder: getRecorderPath(RECORDER),
    jobShell,
    ...(monitor && { monitor }),
    ...(batch.code.mode === 'snapshot' ? { snapshot: true, prefix: batch.code.prefix } : {}),
  });
  return { script, members: formatMembersFile(rows, shared), firstRun: rows[0]?.runSh ?? '' };
}

function sharing(members: Batch['members']): boolean {
  return new Set(members.map(({ index }) => index)).size < members.length;
}

/** The scheduler only knows how the whole pack ended: each that follows must look for its own parent. */
function isParentPacked(project: Project, { parent }: Batch): boolean {
  if (parent === undefined) return false;
  return 'token' in parent ? isPacked(project.store.submission(parent.token)) : sharing(parent.members);
}

function about(members: Batch['members'], stage: string): string[] {
  const [first] = members;
  if (first === undefined) return [];
  const { experiment } = first;
  return members.length === 1
    ? [`${experiment.expId}, stage ${stage}${experiment.description === '' ? '' : `: ${experiment.description}`}`]
    : [`Sweep ${experiment.sweep ?? ''}, stage ${stage}: ${members.length} experiments, ${experiment.expId} first`];
}

/** Where the program that records the environment of a run is, relative to the project: another text, another file. */
function getRecorderPath(text: string): string {
  return `.sheaf/lib/recorder-${checksum(text)}.sh`;
}

/** Puts the programs of jobs where they find them. One file of each serves all jobs. */
export async function writeJobPrograms({ root }: Project): Promise<void> {
  const { getInputWalkerPath, getRequirementsPath, INPUT_WALKER, RECORDER, REQUIREMENTS_CHECK } =
    await import('../../template/index.ts');
  // The lists of packages that the recorder writes, each once for all users.
  makeFolder(join(root, '.sheaf/packages'));
  writeProgram(join(root, getRecorderPath(RECORDER)), RECORDER);
  writeProgram(join(root, getRequirementsPath()), REQUIREMENTS_CHECK);
  writeProgram(join(root, getInputWalkerPath()), INPUT_WALKER);
}

function writeProgram(path: string, text: string): void {
  if (getFileFacts(path) !== undefined) return;
  makeFolder(dirname(path));
  writeAtomic(path, text);
}
