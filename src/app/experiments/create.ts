import { experimentFolder, type Project } from '../project/project.ts';
import { join } from 'node:path';
import type { CodeRecord, GitState } from '../../core/experiment/code.ts';
import { failure, inputError, SheafError } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import type { Frozen } from '../../core/experiment/frozen.ts';
import { asKey, type ExpId, type Key } from '../../core/ids.ts';
import { listTags } from '../../core/experiment/record.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import {
  isSharedFolder,
  makeFolder,
  ownerState,
  ownerWords,
  randomId,
  readTextIfThere,
  writeAtomic,
} from '../../system/index.ts';
import type { NameHolder } from '../../store/index.ts';
import type { ExperimentHeader } from '../../template/index.ts';
import { claimNextExpId } from './numbered-names.ts';

/** An experiment before it has a name of its own in the project. */
export interface Draft {
  /** Absent: the next name of its template, see `findNextName`. */
  readonly expId?: ExpId | undefined;
  readonly description: string;
  readonly tags: readonly string[];
  readonly notes: readonly string[];
  readonly config: Frozen;
  readonly sweep?: string;
  /** The experiment that it repeats. */
  readonly rerun?: { readonly key: Key; readonly exp: ExpId };
  /** The code of that one. */
  readonly code?: CodeRecord;
}

/** A draft whose name was chosen. */
export type NamedDraft = Draft & { readonly expId: ExpId };

const KEY_LENGTH = 10;

/** A key for something that is being made. */
export function makeKey(): Key {
  return asKey(randomId(KEY_LENGTH));
}

/**
 * Makes experiments: claim each name, record all in one append, then write the copies for people.
 * Nothing is recorded unless every name could be claimed.
 *
 * @param also events recorded in the same append, before the experiments
 * @throws SheafError `experiment.exists` that names those which exist
 */
export async function createExperiments(
  project: Project,
  drafts: readonly Draft[],
  also: readonly EventBody[] = [],
  signal?: AbortSignal,
): Promise<Experiment[]> {
  refuseExisting(project, drafts);
  const made: Extract<EventBody, { type: 'created' }>[] = [];
  const git = await gitStateOf(project);
  for (const draft of drafts) {
    const { expId, ...rest } = draft;
    const key = makeKey();
    const exp = expId ?? claimNextExpId(project, draft.config.template, key);
    if (expId !== undefined) await claimName(project, expId, key);
    made.push({ type: 'created', key, exp, ...rest, ...(git && { git }) });
  }
  await project.store.append([...also, ...made], signal);
  const experiments = readMade(
    project,
    made.map(({ exp }) => exp),
  );
  await writeCopies(project, experiments);
  return experiments;
}

/** `submit`, which needs the repository, reports if git refuses to read it. */
async function gitStateOf({ root }: Project): Promise<GitState | undefined> {
  const { readGitState } = await import('../../provenance/index.ts');
  try {
    return await readGitState(root);
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

function readMade(project: Project, expIds: readonly ExpId[]): Experiment[] {
  const found = project.store.findAll(expIds);
  return expIds.map((expId) => {
    const experiment = found.get(expId);
    if (experiment === undefined) throw new Error(`${expId} was recorded but is not in the view`);
    return experiment;
  });
}

function refuseExisting(project: Project, drafts: readonly Draft[]): void {
  const asked = drafts.map(({ expId }) => expId).filter((expId) => expId !== undefined);
  const existing = [...project.store.findAll(asked).keys()];
  if (existing.length > 0) throw existsError(existing);
}

function existsError(expIds: readonly ExpId[]): SheafError {
  const [first, ...more] = expIds;
  const others = more.length === 0 ? '' : `, and so do ${more.length} others of these`;
  return inputError('experiment.exists', `${first} exists already${others}`, {
    why: 'an experiment is never overwritten',
    fix: `choose another --exp-id; to look at it: sheaf show ${first}`,
    now: 'nothing was made',
  });
}

/** Takes a name permanently; a name left by a command that died before it recorded anything is taken over. */
export async function claimName(project: Project, expId: ExpId, key: Key): Promise<void> {
  const { claims } = project.store;
  for (let holder = claims.takeName(expId, key); holder.key !== key;) {
    await project.store.refresh();
    if (!isFree(project, expId, holder)) throw existsError([expId]);
    holder = claims.takeOverName(expId, holder.key, key);
  }
}

/** Whether the holder of a name does not need it: removed, renamed, or dead before it was made. */
function isFree(project: Project, expId: ExpId, holder: NameHolder): boolean {
  const known = project.store.findByKey(holder.key);
  if (known !== undefined) return !known.live || known.expId !== expId;
  if (ownerState(holder.owner) === 'dead') return true;
  throw inputError(
    'experiment.pending',
    `${expId} is currently being made by another command (${ownerWords(holder.owner)})`,
    {
      now: 'nothing was changed',
      fix: 'wait for that command; if it is gone, sheaf doctor frees the name',
    },
  );
}

/**
 * Writes `experiment.yaml` of each: a copy for people, that doctor can make again.
 *
 * @throws SheafError `experiment.copy` when one cannot be written; the experiments are on record anyway
 */
export async function writeCopies(project: Project, experiments: readonly Experiment[]): Promise<void> {
  const { writeExperimentYaml } = await import('../../template/index.ts');
  for (const [done, experiment] of experiments.entries()) {
    const folder = experimentFolder(project, experiment.expId);
    try {
      makeFolder(folder);
      // In a shared project others may run attempts, and a job would make their folder for its own user alone.
      if (isSharedFolder(folder)) makeFolder(join(folder, 'attempts'));
      writeAtomic(join(folder, 'experiment.yaml'), writeExperimentYaml(experiment.config, headerOf(experiment)));
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      throw copyError(experiment.expId, experiments.length - done - 1, error);
    }
  }
}

/** Whether `experiment.yaml` says what the journal does. */
export async function isCopyCurrent(project: Project, experiment: Experiment): Promise<boolean> {
  const { writeExperimentYaml } = await import('../../template/index.ts');
  const text = readTextIfThere(join(experimentFolder(project, experiment.expId), 'experiment.yaml'));
  return text === writeExperimentYaml(experiment.config, headerOf(experiment));
}

function copyError(expId: ExpId, more: number, error: SheafError): SheafError {
  const others = more === 0 ? '' : ` and ${more} more`;
  return failure(
    'experiment.copy',
    `${expId}${others} ${more === 0 ? 'is' : 'are'} recorded, but experiment.yaml could not be written`,
    {
      said: error.message,
      now: 'nothing is lost: experiment.yaml is a copy for people',
      fix: 'fix this, then write the missing copies: sheaf doctor',
    },
    error,
  );
}

function headerOf({ expId, key, description, createdMs, user, record }: Experiment): ExperimentHeader {
  const notes = Object.values(record.notes).map(({ text }) => text);
  return { expId, key, description, tags: listTags(record), notes, createdMs, user };
}
