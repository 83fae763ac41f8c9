import type { Experiment } from '../../core/experiment/experiment.ts';
import { describeInputNow, isSameInput } from '../../core/files/compare-fingerprints.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { getNewestInputs } from '../../core/experiment/recorded-inputs.ts';
import type { Inputs } from '../../core/settings/inputs.ts';
import { listTags } from '../../core/experiment/record.ts';
import { inputError } from '../../core/errors.ts';
import { parseExpId } from '../../core/ids.ts';
import { withoutUndefined } from '../../core/value.ts';
import { getStart } from '../checkpoints/start-file.ts';
import { createExperiments } from './create.ts';
import type { RunOptions } from '../project/types.ts';
import { getFrozenCode, getSeenCode } from '../code/code.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';

/** A new experiment that repeats an old one. */
export interface Rerun {
  readonly experiment: Experiment;
  readonly warnings: readonly string[];
}

/**
 * The same parameters, resources and code under a new name; it points to the old one.
 *
 * @param newId by default the old name with `_rerun1`, `_rerun2`, …
 * @throws SheafError `rerun.never` for what was never submitted, so that its code is not known
 */
export async function createRerun(
  project: Project,
  expId: string,
  newId?: string,
  options: RunOptions = {},
): Promise<Rerun> {
  const source = findExperiment(project, expId);
  const code = getFrozenCode(source);
  if (code === undefined) {
    throw inputError('rerun.never', `${expId} was never submitted: there is nothing to repeat`, {
      fix: `sheaf submit ${expId}, or: sheaf clone ${expId}`,
      now: 'nothing was made',
    });
  }
  const [made = ''] = await createExperiments(project, [
    {
      expId: parseExpId(newId ?? freeName(project, expId, '_rerun')),
      description: source.description,
      tags: listTags(source.record),
      notes: [],
      config: source.config,
      rerun: { key: source.key, exp: source.expId },
      code,
      ...withoutUndefined({ start: getStart(source) }),
    },
  ]);
  const experiment = findExperiment(project, made);
  const live = `${expId} ran in the project folder: this one runs whatever code is there now`;
  const warnings = code.mode === 'live' ? [live] : seenWarnings(source);
  return { experiment, warnings: [...warnings, ...(await warnOfChangedInputs(project, source, options))] };
}

/** Longer than this, a walk is left to the submission, or to the job. Seconds. */
const LONGEST_WALK_S = { submit: 10, job: 1 };

/** Data that changed since the run that is repeated. */
async function warnOfChangedInputs(
  project: Project,
  { expId, record, settings }: Experiment,
  options: RunOptions,
): Promise<string[]> {
  const recorded = getNewestInputs(record);
  const inputs = Object.assign({}, ...stagesOf(settings).map(({ run }) => run.inputs)) as Inputs;
  const warnings: string[] = [];
  for (const [name, each] of Object.entries(recorded)) {
    const input = inputs[name];
    if (input === undefined) continue;
    const { walk, limit } = input;
    const { lookAgain } = await import('../inputs/look-again.ts');
    const now = await lookAgain(project, each, Math.min(limit, LONGEST_WALK_S[walk]), options);
    // Perhaps only jobs can see it, or it is too large for this command.
    if (walk === 'job' && (now.kind === 'gone' || now.kind === 'unknown')) continue;
    if (now.kind === 'gone') warnings.push(`${each.path}, which ${expId} read as inputs.${name}, is no longer there`);
    else if (!isSameInput(now)) warnings.push(`inputs.${name} of ${expId} (${each.path}): ${describeInputNow(now)}`);
  }
  return warnings;
}

/** Code that left the snapshot cannot be repeated. */
function seenWarnings(source: Experiment): string[] {
  const seen = getSeenCode(source);
  if (seen === 'not observed')
    return [`which code ${source.expId} ran was not observed: this one runs the snapshot on record`];
  if (seen?.where !== 'live') return [];
  return [
    `${source.expId} left its snapshot: ${seen.program} ran ${seen.path}, whose code was not kept; this one may run other code`,
  ];
}

/** The first name that is free: `r50_rerun1`, `r50_rerun2`, … */
export function freeName(project: Project, expId: string, suffix: string): string {
  for (let n = 1; ; n += 1) {
    const name = `${expId}${suffix}${n}`;
    if (project.store.find(name) === undefined) return name;
  }
}
