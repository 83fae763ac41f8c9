import { isAbsolute, join, relative } from 'node:path';
import { DEFAULT_CODE } from '../../core/settings/run-settings.ts';
import { SheafError } from '../../core/errors.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getFileFacts, isWritable, writeAtomic } from '../../system/index.ts';
import type { Project } from './project.ts';
import type { Environment } from '../../core/value.ts';

/**
 * What to know of the code of experiments before they run: lines of their commands that leave the snapshot; and once a
 * project, that nothing keeps its code.
 *
 * @param isInGit the project is in a git repository
 */
export async function getCodeNotes(
  project: Project,
  { settings }: Pick<Experiment, 'settings'>,
  isInGit: boolean,
): Promise<string[]> {
  const { mode, link } = settings.code ?? DEFAULT_CODE;
  if (mode === 'live') return [];
  if (mode === undefined && !isInGit) return warnOfUnkeptCode(project.store.paths.sheaf, project.env);
  const texts = stagesOf(settings).flatMap(({ command, run }) => [command, run.script?.text ?? '']);
  const lines = await Promise.all(texts.map((text) => getLeavingNotes(project, text, link)));
  return [...new Set(lines.flat())];
}

/** For each line of a shell text that leaves the snapshot: which, what comes of it, and what to write. */
export async function getLeavingNotes(
  { root, store, env }: Project,
  text: string,
  link: readonly string[],
): Promise<string[]> {
  const { findLeavingLines } = await import('../../template/index.ts');
  const { experiments } = store.paths;
  const apart = [isAbsolute(experiments) ? relative(root, experiments) : experiments, ...link];
  const home = env['HOME'];
  return findLeavingLines(text, { root, apart, ...(home !== undefined && { home }) }).map(
    ({ line, fix }) =>
      `the command leaves the snapshot of the code: "${line}" runs the files of the project folder as they are at that time; ${fix} (or say code: live)`,
  );
}

/** There until the user of a project was warned that its code is not kept. */
const TOLD = 'told-not-kept';

/** That it will be said again is no reason to fail. */
function remember(told: string): void {
  try {
    writeAtomic(told, '');
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
  }
}

/**
 * Said once a project: jobs run the project folder as it is, and no record has the code.
 *
 * @param sheaf the folder `.sheaf`
 */
export function warnOfUnkeptCode(sheaf: string, env: Environment): string[] {
  const told = join(sheaf, TOLD);
  if (env['SHEAF_TEST_TOLD_NOT_KEPT'] || getFileFacts(told) !== undefined) return [];
  if (getFileFacts(sheaf) !== undefined && isWritable(sheaf)) remember(told);
  return [
    'no git repository here: sheaf does not keep the code of your runs, and jobs run the files as they are when they start. Run git init to keep it (or write code: snapshot in the template)',
  ];
}
