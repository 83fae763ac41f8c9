import { inputError } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { withoutUndefined, type ValueMap } from '../../core/value.ts';
import { yieldToEventLoop } from '../../system/index.ts';
import { withStart } from '../checkpoints/start-point.ts';
import { createExperiments, makeKey, type NamedDraft } from '../experiments/create.ts';
import { makeNotes } from '../experiments/new.ts';
import { claimNextSweepName } from '../experiments/numbered-names.ts';
import type { Project } from '../project/project.ts';
import type { NewSweep, SpaceTexts, SweepMade, SweepOptions } from '../project/types.ts';
import { compareSettings } from '../experiments/settings-differences.ts';
import {
  type PreparedSweep,
  splitIntoChunks,
  composeDrafts,
  isSameSweep,
  prepareExtension,
  prepareNewSweep,
  requireMaxParallel,
  withName,
} from './prepare-sweep.ts';
import { summarizeSweep } from './preview-sweep.ts';

/** Makes the members of a sweep. Repeating it makes what a crash left out. */
export async function createSweep(project: Project, sweep: NewSweep, options: SweepOptions = {}): Promise<SweepMade> {
  const prepared = await prepareNewSweep(project, sweep);
  const known = project.store.sweep(prepared.name);
  if (known !== undefined && !isSameSweep(known, prepared)) throw sweepExists(prepared.name);
  return make(project, prepared, known === undefined, options);
}

/** Adds values to a sweep: only members that it does not have yet are made. */
export async function extendSweep(
  project: Project,
  name: string,
  texts: SpaceTexts,
  options: SweepOptions = {},
): Promise<SweepMade> {
  return make(project, await prepareExtension(project, name, texts), true, options);
}

function sweepExists(name: string): Error {
  return inputError('sweep.exists', `the sweep ${name} exists already, with other values`, {
    fix: `add values: sheaf sweep extend ${name} --grid …\nchange how it goes on by itself: sheaf sweep set ${name} --stop …\nor choose another --name`,
    now: 'nothing was made',
  });
}

/** Up to this number of members are kept when they are checked; more are made again, so that memory stays flat. */
const KEPT = 2_000;

async function make(
  project: Project,
  prepared: PreparedSweep,
  record: boolean,
  options: SweepOptions,
): Promise<SweepMade> {
  const plan = await summarizeSweep(project, prepared);
  requireMaxParallel(project, prepared, options);
  // All are checked before the first is made: a wrong value in the last one changes nothing.
  const checked = plan.count <= KEPT ? [...composeDrafts(prepared)] : undefined;
  for (const draft of checked ?? composeDrafts(prepared)) await withStart(draft, prepared.findStart);
  const name = claimSweep(project, prepared);
  if (name !== prepared.name) return make(project, withName(prepared, name), record, options);
  const { maxParallel } = options;
  let also: EventBody[] = [
    ...(record ? [sweptEvent(prepared)] : []),
    ...(record && prepared.search ? [{ type: 'searched', sweep: name, search: prepared.search } as const] : []),
    ...(maxParallel === undefined ? [] : [{ type: 'throttled', sweep: name, maxParallel } as const]),
  ];
  let [created, existed] = [0, 0];
  const older = new Set<string>();
  for (const chunk of splitIntoChunks(checked ?? composeDrafts(prepared))) {
    await yieldToEventLoop();
    if (options.signal?.aborted) break;
    const known = project.store.findAll(chunk.map(({ expId }) => expId));
    const missing = chunk.filter(({ expId }) => !known.has(expId));
    const drafts = await Promise.all(missing.map((draft) => withStart(draft, prepared.findStart)));
    if (drafts.length > 0 || also.length > 0) await createExperiments(project, drafts, also, options.signal);
    also = [];
    created += missing.length;
    existed += known.size;
    for (const name of chunk.flatMap((draft) => otherSettings(known.get(draft.expId), draft))) older.add(name);
    options.progress?.(created, plan.count, 'made');
  }
  if (also.length > 0) await project.store.append(also, options.signal);
  const first = project.store.find(plan.firstId);
  const notes = first === undefined ? [] : await makeNotes(project, first);
  const warnings = [...plan.warnings, ...olderWords(prepared.name, older), ...notes];
  return { ...plan, created, existed, ...withoutUndefined({ maxParallel }), warnings };
}

/** Claims the name of a sweep, also one that a person chose: then no later number means something else. @returns it */
function claimSweep(project: Project, { name, isUnclaimed = false, templateName }: PreparedSweep): string {
  if (isUnclaimed) return claimNextSweepName(project, templateName, makeKey());
  project.store.claims.takeSweepName(name, makeKey());
  return name;
}

/** Names of settings that a member has otherwise than it would be made with now. */
function otherSettings(known: Experiment | undefined, { config }: NamedDraft): string[] {
  return known === undefined ? [] : compareSettings(known.settings, config.settings).map(({ name }) => name);
}

/** What exists is never overwritten, even if the mistake in it was corrected since. */
function olderWords(sweep: string, names: ReadonlySet<string>): string[] {
  if (names.size === 0) return [];
  const which = `--sweep ${sweep} --where "status = created"`;
  return [
    `members that existed already keep the settings they were made with; ${[...names].join(', ')} changed since ` +
      `(sheaf rm ${which} removes those that never ran, and the same command then makes them again)`,
  ];
}

function sweptEvent({ name, templateName, space, ids, id, common }: PreparedSweep): EventBody {
  return {
    type: 'swept',
    sweep: name,
    template: templateName,
    space,
    count: ids.length,
    ...(id === undefined ? {} : { id }),
    fixed: common as ValueMap,
  };
}
