import type { StartPoint } from '../../core/experiment/checkpoint-file.ts';
import type { CodeRecord, GitState } from '../../core/experiment/code.ts';
import { inputError, SheafError } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import type { Frozen } from '../../core/experiment/frozen.ts';
import { asKey, type ExpId, type Key } from '../../core/ids.ts';
import { ownerState, ownerWords, randomId } from '../../system/index.ts';
import type { NameHolder } from '../../store/index.ts';
import { formatList } from '../../core/text/phrases.ts';
import { checkStarts } from '../checkpoints/check-starts.ts';
import { refusePinnedNames } from '../checkpoints/pins.ts';
import type { Project } from '../project/project.ts';
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
  /** The checkpoint that its settings name, see `withStart`. */
  readonly start?: StartPoint;
}

/** A draft whose name was chosen. */
export type NamedDraft = Draft & { readonly expId: ExpId };

const KEY_LENGTH = 10;

/** A key for something that is being made. */
export function makeKey(): Key {
  return asKey(randomId(KEY_LENGTH));
}

/**
 * Makes experiments: claim each name, then record all in one append. Nothing is recorded unless every name could be
 * claimed. They have no folders until they are submitted: see `experiment-folder.ts`.
 *
 * @param also events recorded in the same append, before the experiments
 * @returns their names, in the order of the drafts
 * @throws SheafError `experiment.exists` that names those which exist, `experiment.pinned`
 */
export async function createExperiments(
  project: Project,
  drafts: readonly Draft[],
  also: readonly EventBody[] = [],
  signal?: AbortSignal,
): Promise<ExpId[]> {
  refuseExisting(project, drafts);
  const starting = drafts.flatMap(({ start }) => (start === undefined ? [] : [{ start }]));
  await checkStarts(project, starting, 'nothing was made');
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
  const names = made.map(({ exp }) => exp);
  // Before it was on record that they are needed, another command may have deleted them.
  await checkStarts(project, starting, describeMade(names, drafts[0]?.sweep));
  return names;
}

function describeMade(names: readonly ExpId[], sweep: string | undefined): string {
  const [only = '', ...others] = names;
  if (others.length === 0) return `${only} is made and cannot be submitted without it: sheaf rm ${only}`;
  return `${formatList(names)} are made and cannot be submitted without it: sheaf rm --sweep ${sweep} --where "status = created"`;
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

function refuseExisting(project: Project, drafts: readonly Draft[]): void {
  const asked = drafts.map(({ expId }) => expId).filter((expId) => expId !== undefined);
  const existing = [...project.store.findAll(asked).keys()];
  if (existing.length > 0) throw existsError(existing);
  refusePinnedNames(project, asked, 'nothing was made');
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
      fix: 'wait for that command; if its host is gone permanently, choose another name',
    },
  );
}
