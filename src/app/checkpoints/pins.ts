import { dirname, join, relative, resolve } from 'node:path';
import { inputError, failure } from '../../core/errors.ts';
import type { Pin } from '../../core/experiment/checkpoint-file.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { parseName } from '../../core/ids.ts';
import { listPins } from '../../core/experiment/record.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { withoutUndefined } from '../../core/value.ts';
import {
  claimLink,
  getFileFacts,
  listFolder,
  makeFolder,
  makeLink,
  nowMs,
  randomId,
  readClaim,
  removePath,
  renamePath,
} from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import type { ChosenCheckpoint } from './choose-checkpoint.ts';

/** Beside `sheaf.yaml`: one link for each checkpoint that has a name. */
const FOLDER = 'pinned';

/** A checkpoint that has a name in the project. */
export interface Pinned {
  readonly name: string;
  readonly experiment: Experiment;
  readonly pin: Pin;
  /** Absolute. */
  readonly file: string;
  /** Its link, absolute. */
  readonly link: string;
}

/** A checkpoint that had a name. */
export interface Unpinned extends Pinned {
  /** It is not there any more. */
  readonly isGone: boolean;
}

/** All checkpoints that have a name, by name. */
export function listPinned(project: Project): Pinned[] {
  const all = project.store.pinned().flatMap((experiment) =>
    listPins(experiment.record).map(([name, pin]): Pinned => {
      const file = resolve(experimentFolder(project, experiment.expId), pin.path);
      return { name, experiment, pin, file, link: linkOf(project, name) };
    }),
  );
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a name stands for; undefined when no checkpoint has it. */
export function findPinned(project: Project, name: string): Pinned | undefined {
  return listPinned(project).find((pinned) => pinned.name === name);
}

/** Words of commands that mean other checkpoints. */
const TAKEN_WORDS = /^(best|newest|[0-9]+)$/;

/** How old a link must be before it counts as left behind by a command that was killed, in milliseconds. */
const STALE_MS = 60_000;

/**
 * Gives a checkpoint a name in the project: a relative link `pinned/NAME`, which claims the name, and then an event.
 * Repeating it does nothing.
 *
 * @param name as {@link checkPinName} takes it
 * @throws SheafError `pin.taken`, `pin.file`, `pin.busy`; `pin.gone` if it was deleted at the same time
 */
export async function pinCheckpoint(
  project: Project,
  { key, expId }: Experiment,
  { checkpoint, metric }: ChosenCheckpoint,
  name: string,
): Promise<Pinned> {
  await project.store.refresh();
  const { file, kind: _kind, outside: _outside, stage: _stage, ...ref } = checkpoint;
  const pin: Pin = withoutUndefined({ ...ref, metric });
  const known = findPinned(project, name);
  if (known !== undefined && (known.experiment.key !== key || known.pin.path !== pin.path)) throw makeTakenError(known);
  claimPinLink(project, name, file, known !== undefined);
  if (known === undefined) {
    await project.store.append([{ type: 'pinned', key, exp: expId, name, pin }]);
    // Pruning looks for names after it has moved a checkpoint: of the two, the later one finds the other.
    if (getFileFacts(file) === undefined) await refuseGone(project, name, file);
  }
  const pinned = findPinned(project, name);
  if (pinned === undefined) throw new Error(`${name} was pinned and is not on record`);
  return pinned;
}

async function refuseGone(project: Project, name: string, file: string): Promise<never> {
  await unpinCheckpoint(project, name);
  throw failure('pin.gone', `${file} is gone`, {
    why: 'it was deleted, or is just being pruned',
    fix: 'see what is left: sheaf checkpoints list',
    now: `no checkpoint is pinned as ${name}`,
  });
}

/**
 * Takes a name from a checkpoint: an event, then the link goes. The checkpoint stays.
 *
 * @returns what had the name
 * @throws SheafError `pin.unknown`
 */
export async function unpinCheckpoint(project: Project, name: string): Promise<Unpinned> {
  await project.store.refresh();
  const known = findPinned(project, name);
  if (known === undefined) {
    const names = listPinned(project).map((pinned) => pinned.name);
    throw inputError('pin.unknown', `no checkpoint is pinned as ${JSON.stringify(name)}`, {
      fix: suggestName(name, names, 'see the names: sheaf checkpoints list --pinned'),
      now: 'nothing was changed',
    });
  }
  const { key, expId } = known.experiment;
  await project.store.append([{ type: 'pinned', key, exp: expId, name, pin: null }]);
  if (getFileFacts(known.link)?.kind === 'link') removePath(known.link);
  return { ...known, isGone: !isThere(known) };
}

/** What is wrong with the names of checkpoints. */
export interface PinFaults {
  /** Their links are missing or lead elsewhere. */
  readonly unlinked: readonly Pinned[];
  /** Links of names that no checkpoint has. */
  readonly strays: readonly string[];
  /** The checkpoints are not there any more. */
  readonly gone: readonly Pinned[];
}

/** Where the links in `pinned/` do not agree with the record. */
export function findPinFaults(project: Project): PinFaults {
  const pinned = listPinned(project);
  const gone = pinned.filter((each) => !isThere(each));
  const unlinked = pinned.filter(({ file, link }) => readClaim(link) !== targetOf(project, file) && !isNoLink(link));
  const names = new Set(pinned.map(({ name }) => name));
  const strays = listFolder(join(project.root, FOLDER)).filter((name) => {
    const facts = names.has(name) ? undefined : getFileFacts(linkOf(project, name));
    return facts?.kind === 'link' && nowMs() - facts.mtimeMs > STALE_MS;
  });
  return { unlinked, strays, gone };
}

export function relinkPins(project: Project, unlinked: PinFaults['unlinked']): void {
  for (const { file, link } of unlinked) replaceLink(link, targetOf(project, file));
}

export function removePinLinks(project: Project, strays: PinFaults['strays']): void {
  for (const name of strays) removePath(linkOf(project, name));
}

function isThere({ file }: Pinned): boolean {
  return getFileFacts(file, { follow: true }) !== undefined;
}

function linkOf({ root }: Project, name: string): string {
  return join(root, FOLDER, name);
}

function targetOf({ root }: Project, file: string): string {
  return relative(join(root, FOLDER), file);
}

function isNoLink(path: string): boolean {
  const kind = getFileFacts(path)?.kind;
  return kind !== undefined && kind !== 'link';
}

/** @throws SheafError `checkpoint.name` */
export function checkPinName({ store }: Project, name: string): void {
  parseName('checkpoint', name);
  if (store.find(name) !== undefined) {
    throw inputError('checkpoint.name', `${name} is the name of an experiment`, {
      why: `start_from: ${name} means its newest checkpoint`,
      fix: 'choose another name',
      now: 'nothing was changed',
    });
  }
  if (!TAKEN_WORDS.test(name)) return;
  throw inputError('checkpoint.name', `${JSON.stringify(name)} cannot be the name of a checkpoint`, {
    why: 'best, newest and numbers stand for checkpoints of an experiment',
    fix: `use ${/^[0-9]/.test(name) ? `step-${name}` : `${name}-1`}`,
  });
}

/**
 * Refuses names of experiments that pinned checkpoints have: `start_from: NAME` would mean something else from then on.
 *
 * @throws SheafError `experiment.pinned`
 */
export function refusePinnedNames(project: Project, names: readonly string[], now: string): void {
  const asked = new Set(names);
  const taken = listPinned(project).find(({ name }) => asked.has(name));
  if (taken === undefined) return;
  const { name, experiment } = taken;
  throw inputError('experiment.pinned', `${name} is the name of a pinned checkpoint of ${experiment.expId}`, {
    why: `start_from: ${name} means that checkpoint`,
    fix: `choose another name, or free it: sheaf checkpoints unpin ${name}`,
    now,
  });
}

/** @param isRecorded the name is known to be that of this checkpoint */
function claimPinLink(project: Project, name: string, file: string, isRecorded: boolean): void {
  const [link, target] = [linkOf(project, name), targetOf(project, file)];
  makeFolder(join(project.root, FOLDER));
  if (isNoLink(link)) {
    throw inputError('pin.file', `${FOLDER}/${name} is in the way: it is not a link of sheaf`, {
      fix: `move it elsewhere, or choose another name`,
      now: 'nothing was changed',
    });
  }
  if (claimLink(link, target) === target) return;
  // A name without an event is that of a command that was killed, or that is about to record it.
  const ageMs = nowMs() - (getFileFacts(link)?.mtimeMs ?? 0);
  if (!isRecorded && ageMs < STALE_MS) {
    throw failure('pin.busy', `another command is about to pin ${name}`, {
      why: `${link} is ${Math.max(0, Math.round(ageMs / 1000))} s old, and its pin is not on record`,
      fix: 'try again in a minute, or choose another name',
      now: 'nothing was changed',
    });
  }
  replaceLink(link, target);
}

/** So that the link is there at every moment. */
function replaceLink(link: string, target: string): void {
  const temporary = join(dirname(link), `.${randomId(8)}.tmp`);
  makeFolder(dirname(link));
  makeLink(temporary, target);
  renamePath(temporary, link);
}

function makeTakenError({ name, experiment, pin }: Pinned): Error {
  const step = pin.step === undefined ? pin.path : `step ${pin.step}`;
  return inputError('pin.taken', `${name} is the name of another checkpoint: ${step} of ${experiment.expId}`, {
    fix: `choose another name, or free it: sheaf checkpoints unpin ${name}`,
    now: 'nothing was changed',
  });
}
