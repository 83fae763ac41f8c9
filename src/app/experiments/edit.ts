import { inputError } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import { parseExpId } from '../../core/ids.ts';
import { listTags } from '../../core/experiment/record.ts';
import { listStageStatuses } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { getFileFacts, removePath, renamePath } from '../../system/index.ts';
import { closeToSubmits } from './close-to-submits.ts';
import { refusePinnedNames } from '../checkpoints/pins.ts';
import { claimName } from './create.ts';
import { writeCopies } from './experiment-folder.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { findExperiment } from '../project/find.ts';
import type { Acted } from '../project/types.ts';

/** Experiments of one append: bounds memory and the time the mutex is held. */
const BATCH = 1_000;

const TAG = /^[^\s,]{1,64}$/;

/** @throws SheafError `tag.illegal` */
export function checkTags(tags: readonly string[]): void {
  const bad = tags.find((tag) => !TAG.test(tag));
  if (bad === undefined) return;
  throw inputError('tag.illegal', `${JSON.stringify(bad)} cannot be a tag`, {
    why: 'a tag has 1 to 64 characters, without space and comma',
    fix: `use ${bad.replace(/[\s,]+/g, '-').slice(0, 64) || 'a word'}`,
  });
}

export async function tag(
  project: Project,
  experiments: readonly Experiment[],
  add: readonly string[],
  remove: readonly string[],
): Promise<Acted> {
  checkTags(add);
  const changes = ({ record }: Experiment): boolean => {
    const tags = listTags(record);
    return add.some((name) => !tags.includes(name)) || remove.some((name) => tags.includes(name));
  };
  return each(project, experiments, 'has these tags already', (experiment) =>
    changes(experiment) ? { type: 'tagged', key: experiment.key, exp: experiment.expId, add, remove } : undefined,
  );
}

export async function note(project: Project, experiments: readonly Experiment[], text: string): Promise<Acted> {
  if (text.trim() === '') throw inputError('note.empty', 'the note is empty', { fix: 'sheaf note ID "what you saw"' });
  return each(project, experiments, '', ({ key, expId }) => ({ type: 'noted', key, exp: expId, text }));
}

export async function archive(project: Project, experiments: readonly Experiment[], archived: boolean): Promise<Acted> {
  return each(project, experiments, archived ? 'is archived already' : 'is not archived', (experiment) =>
    (experiment.record.archived?.value ?? false) === archived
      ? undefined
      : { type: 'archived', key: experiment.key, exp: experiment.expId, archived },
  );
}

/** Records one event for each experiment that needs one. */
async function each(
  project: Project,
  experiments: readonly Experiment[],
  otherwise: string,
  eventFor: (experiment: Experiment) => EventBody | undefined,
): Promise<Acted> {
  const done: Experiment[] = [];
  const skipped: Acted['skipped'][number][] = [];
  for (let start = 0; start < experiments.length; start += BATCH) {
    const events: EventBody[] = [];
    for (const experiment of experiments.slice(start, start + BATCH)) {
      const event = eventFor(experiment);
      if (event === undefined) skipped.push({ expId: experiment.expId, why: otherwise });
      else {
        events.push(event);
        done.push(experiment);
      }
    }
    await project.store.append(events);
  }
  return { done: done.map(({ expId }) => expId), skipped, failed: [], warnings: [] };
}

/** Gives an experiment that never ran another name. */
export async function rename(project: Project, expId: string, newName: string): Promise<Experiment> {
  const experiment = findExperiment(project, expId);
  const to = parseExpId(newName);
  requireNeverRan(experiment, 'renamed');
  if (project.store.find(to) !== undefined) {
    throw inputError('experiment.exists', `${to} exists already`, { now: 'nothing was changed' });
  }
  refusePinnedNames(project, [to], 'nothing was changed');
  const from = experimentFolder(project, experiment.expId);
  const release = await closeToSubmits(project, experiment, `renamed-${experiment.key}`);
  try {
    await claimName(project, to, experiment.key);
    await project.store.append([{ type: 'renamed', key: experiment.key, exp: to }]);
    const renamed = findExperiment(project, to);
    if (getFileFacts(from)?.kind === 'folder') {
      renamePath(from, experimentFolder(project, to));
      await writeCopies(project, [renamed]);
    }
    return renamed;
  } finally {
    release();
  }
}

/** Removes experiments that never ran, and their folders when there are any. */
export async function remove(project: Project, experiments: readonly Experiment[]): Promise<Acted> {
  for (const experiment of experiments) requireNeverRan(experiment, 'removed');
  for (const experiment of experiments) await closeToSubmits(project, experiment, `removed-${experiment.key}`);
  // The folders first: one that has no folder is whole, but a folder whose experiment is gone would stay.
  for (const { expId } of experiments) removePath(experimentFolder(project, expId));
  return each(project, experiments, '', ({ key, expId }) => ({ type: 'removed', key, exp: expId }));
}

function requireNeverRan(experiment: Experiment, what: string): void {
  if (listStageStatuses(experiment.record).length === 0) return;
  throw inputError('experiment.ran', `${experiment.expId} was submitted and cannot be ${what}`, {
    why: 'what ran stays on record',
    fix: `hide it: sheaf archive ${experiment.expId}\nor make another one: sheaf clone ${experiment.expId}`,
    now: 'nothing was changed',
  });
}
