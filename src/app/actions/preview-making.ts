import { inputError } from '../../core/errors.ts';
import type { NamedDraft } from '../experiments/create.ts';
import type { Project } from '../project/project.ts';
import type { StageScripts } from '../submit/scripts.ts';
import { planDryRun, previewExperiment } from '../submit/submit.ts';
import { composeExample, prepareNewSweep } from '../sweeps/prepare-sweep.ts';
import type { ActionPlan, FormAction } from './action.ts';
import { composeAction, planMaking, toNewSweep } from './plan-making.ts';

/** What a form would make and submit. */
export interface MakingPreview extends Omit<ActionPlan, 'id'> {
  /** Whose scripts these are: the first of the runs. */
  readonly scriptsOf: string;
  readonly scripts: readonly StageScripts[];
}

/**
 * What a form would make, what its submission would take at most, and the scripts; nothing is changed or written.
 *
 * @throws SheafError for whatever would be refused
 */
export async function previewMaking(project: Project, action: FormAction): Promise<MakingPreview> {
  await project.store.refresh();
  const { id: _id, ...plan } = await planMaking(project, { ...action, submit: true });
  const first = await composeFirst(project, action);
  const { scripts } = await planDryRun(project, [previewExperiment(first)], {});
  return {
    ...plan,
    scriptsOf: first.expId,
    scripts: scripts.map(({ stage, script, run }) => ({ stage, script, run })),
  };
}

async function composeFirst(project: Project, action: FormAction): Promise<NamedDraft> {
  if (action.kind === 'new') return (await composeAction(project, action)).draft;
  const first = composeExample(await prepareNewSweep(project, toNewSweep(action)));
  if (first === undefined) throw inputError('sweep.nothing_new', 'the sweep has no members', { fix: 'give it values' });
  return first;
}
