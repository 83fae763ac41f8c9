import { join } from 'node:path';
import { SheafError } from '../core/errors.ts';
import type { EventBody } from '../core/experiment/event.ts';
import { formatCount, formatList } from '../core/text/phrases.ts';
import type { Experiment } from '../core/experiment/experiment.ts';
import { wasSubmitted } from '../core/experiment/status.ts';
import { getVersionInForce } from '../core/experiment/version.ts';
import {
  getFileFacts,
  isWritable,
  listFolder,
  nowMs,
  ownerState,
  ownerWords,
  removePath,
  renamePath,
} from '../system/index.ts';
import { isCopyCurrent, writeCopies } from './experiments/experiment-folder.ts';
import { experimentFolder, type Project } from './project/project.ts';
import { reconcile } from './observe/reconcile.ts';
import type { DoctorFinding } from './project/types.ts';
import { checkClocks, checkJournal, checkNames, ok, problem, repaired } from './record-checks.ts';

/** Names in one finding. */
const MOST_NAMED = 5;

/** Temporary files older than this belong to no command that still runs. */
const STALE_MS = 3_600_000;

export interface ExamineOptions {
  /** Rebuild the view from the journal first. */
  readonly rebuild?: boolean;
  /** Repair what can be derived from the journal; false: only report it. Default: true. */
  readonly repair?: boolean;
}

/** Something wrong that can be derived from the journal. Checks only look; this is what puts it right. */
interface Repairable {
  /** What is wrong. */
  readonly wrong: string;
  readonly repair: () => readonly DoctorFinding[] | Promise<readonly DoctorFinding[]>;
}

type Found = DoctorFinding | Repairable;

/**
 * Checks journal, view, claims, folders, submissions, scheduler and clocks; repairs what can be
 * derived from the journal, and says what cannot.
 */
export async function examine(project: Project, { rebuild, repair = true }: ExamineOptions): Promise<DoctorFinding[]> {
  if (rebuild) await project.store.rebuild();
  const writable = isWritable(project.store.paths.sheaf);
  const checks: readonly (() => readonly Found[] | Promise<readonly Found[]>)[] = [
    () => (rebuild ? [repaired('rebuilt the view from the journal')] : []),
    () => access(project, writable),
    () => checkJournal(project),
    () => checkNames(project),
    () => checkClocks(project),
    () => claims(project),
    () => (writable ? folders(project) : []),
    () => (writable ? leftovers(project) : []),
    () => setAside(project),
    () => (writable ? pins(project) : []),
    () => (writable ? checkouts(project) : []),
    () => (writable ? submissions(project) : []),
    () => scheduler(project),
  ];
  const findings: DoctorFinding[] = [];
  for (const check of checks) {
    for (const found of await tolerant(check)) {
      if ('level' in found) findings.push(found);
      else if (repair) findings.push(...(await tolerant(found.repair)));
      else findings.push(problem(found.wrong, 'sheaf doctor'));
    }
  }
  return findings;
}

/** What keeps one check from its end must not hide what the others find. */
async function tolerant<T extends Found>(
  check: () => readonly T[] | Promise<readonly T[]>,
): Promise<readonly (T | DoctorFinding)[]> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return error.problems.map(({ message, said, fix }) =>
      problem(said === undefined ? message : `${message} (${said})`, fix),
    );
  }
}

function access({ store }: Project, writable: boolean): DoctorFinding[] {
  return [
    writable
      ? ok(`the record can be written: ${store.paths.sheaf}`)
      : problem(`${store.paths.sheaf} cannot be written: reading works`),
    store.localFolder === undefined
      ? problem(
          'no folder on this machine can hold the view and the writer',
          'set SHEAF_LOCAL_DIR to a folder of your own on a local disk',
        )
      : ok(`view and writer of this host: ${store.localFolder}`),
    ...store.warnings.map((warning) => problem(warning)),
  ];
}

/** Names claimed by a command that died before it made its experiment: free, and told. */
function claims({ store }: Project): DoctorFinding[] {
  const unused = store.claims.names().flatMap((expId) => {
    const holder = store.claims.nameHolder(expId);
    return holder !== undefined && store.findByKey(holder.key) === undefined ? [{ expId, holder }] : [];
  });
  return unused.map(({ expId, holder }) => {
    const state = ownerState(holder.owner);
    const what = `the name ${expId} was claimed by a command that made no experiment`;
    if (state === 'dead') return ok(`${what} and has ended: the name is free`);
    return problem(
      `${what} (${ownerWords(holder.owner)})`,
      'it may be running now; if that host is gone permanently, choose another name',
    );
  });
}

/** Folders and copies that the journal says should be there: those of all that were ever submitted. */
async function folders(project: Project): Promise<Found[]> {
  const experiments = [...project.store.select({ nowMs: 0 })];
  const known = new Set<string>(experiments.map(({ expId }) => expId));
  const strange = listFolder(project.store.paths.experiments).filter((name) => !known.has(name));
  const renamed = findRenamed(project, strange);
  const moved = new Set(renamed.map(({ experiment }) => experiment.key));
  const submitted = experiments.filter(wasSubmitted);
  const missing: Experiment[] = [];
  const old: Experiment[] = [];
  for (const experiment of submitted.filter(({ key }) => !moved.has(key))) {
    if (getFileFacts(join(experimentFolder(project, experiment.expId), 'experiment.yaml')) === undefined)
      missing.push(experiment);
    else if (getVersionInForce(experiment.record) !== undefined && !(await isCopyCurrent(project, experiment)))
      old.push(experiment);
  }
  const former = new Set(renamed.map(({ name }) => name));
  const unknown = strange.filter((name) => !former.has(name) && !name.startsWith('.'));
  const found = [
    ...repairableOf(
      renamed.map(({ experiment }) => experiment.expId),
      (names) => `the folder of ${names} still has the name from before sheaf rename`,
      async (names) => {
        for (const { name, folder } of renamed) renamePath(experimentFolder(project, name), folder);
        await writeCopies(
          project,
          renamed.map(({ experiment }) => experiment),
        );
        return `the folder of ${names} still had the name from before sheaf rename: renamed`;
      },
    ),
    ...repairableOf(
      missing.map(({ expId }) => expId),
      (names) => `experiment.yaml is missing for ${names}`,
      async (names) => {
        await writeCopies(project, missing);
        return `experiment.yaml was missing for ${names}: written from the journal`;
      },
    ),
    ...repairableOf(
      old.map(({ expId }) => expId),
      (names) => `experiment.yaml is older than the last sheaf retry --fresh of ${names}`,
      async (names) => {
        await writeCopies(project, old);
        return `experiment.yaml was older than the last sheaf retry --fresh of ${names}: written again`;
      },
    ),
    ...(unknown.length === 0
      ? []
      : [
          problem(
            `${project.store.paths.experiments} holds what no experiment is called: ${formatList(unknown, MOST_NAMED)}`,
            'move it elsewhere if you need it, otherwise remove it',
          ),
        ]),
  ];
  return found.length === 0 ? [ok(`folders: one for each of ${submitted.length} submitted experiments`)] : found;
}

/** @param repair says what was done */
function repairableOf(
  all: readonly string[],
  describe: (names: string) => string,
  repair: (names: string) => string | Promise<string>,
): Repairable[] {
  if (all.length === 0) return [];
  const names = formatList(all, MOST_NAMED);
  return [{ wrong: describe(names), repair: async () => [repaired(await repair(names))] }];
}

/** A folder with the former name of its experiment. */
interface Renamed {
  readonly name: string;
  readonly experiment: Experiment;
  /** Where it belongs; nothing is there. */
  readonly folder: string;
}

/** A rename that was cut off between the journal and the folder: the folder still has the old name. */
function findRenamed(project: Project, strange: readonly string[]): Renamed[] {
  return strange.flatMap((name) => {
    const holder = project.store.claims.nameHolder(name as Experiment['expId']);
    const expId = holder && project.store.findByKey(holder.key)?.expId;
    const experiment = project.store.find(expId ?? '');
    if (experiment === undefined || experiment.key !== holder?.key) return [];
    const folder = experimentFolder(project, experiment.expId);
    return getFileFacts(folder) === undefined ? [{ name, experiment, folder }] : [];
  });
}

/** Temporary files of commands that were killed. */
function leftovers({ store }: Project): Found[] {
  const folders = [store.paths.sheaf, store.paths.experiments];
  const stale = folders.flatMap((folder) =>
    listFolder(folder)
      .filter((name) => name.startsWith('.') && name.endsWith('.tmp'))
      .map((name) => join(folder, name))
      .filter((path) => nowMs() - (getFileFacts(path)?.mtimeMs ?? nowMs()) > STALE_MS),
  );
  if (stale.length === 0) return [];
  return [
    {
      wrong: `killed commands left ${formatCount(stale.length, 'temporary file')}`,
      repair: () => {
        for (const path of stale) removePath(path);
        return [repaired(`${stale.length} temporary files of killed commands were removed`)];
      },
    },
  ];
}

/** Checkpoints that a prune set aside; one that is at work may have done so. */
async function setAside(project: Project): Promise<DoctorFinding[]> {
  const { describeInterrupted } = await import('./checkpoints/interrupted.ts');
  return [...project.store.select({ nowMs: 0 })].filter(wasSubmitted).flatMap((experiment) => {
    const interrupted = describeInterrupted(project, experiment);
    const { expId } = experiment;
    return interrupted === undefined ? [] : [problem(`${expId}: ${interrupted}`, `sheaf checkpoints prune ${expId}`)];
  });
}

/** Links to checkpoints that have a name. */
async function pins(project: Project): Promise<Found[]> {
  const { findPinFaults, relinkPins, removePinLinks } = await import('./checkpoints/pins.ts');
  const { unlinked, strays, gone } = findPinFaults(project);
  return [
    ...repairableOf(
      unlinked.map(({ name }) => name),
      (names) => `pinned/ lacks or has wrong links: ${names}`,
      (names) => {
        relinkPins(project, unlinked);
        return `pinned/ lacked or had wrong links: ${names}`;
      },
    ),
    ...repairableOf(
      strays,
      (names) => `pinned/ has links of names that no checkpoint has: ${names}`,
      (names) => {
        removePinLinks(project, strays);
        return `pinned/ had links of names that no checkpoint has: ${names}`;
      },
    ),
    ...gone.map(({ name, file }) =>
      problem(`the checkpoint pinned as ${name} is gone: ${file}`, `to free the name: sheaf checkpoints unpin ${name}`),
    ),
  ];
}

/** Folders that not even their owner could remove, and checkouts that runs of older versions wrote into. */
async function checkouts({ store }: Project): Promise<Found[]> {
  const { findAlteredCheckouts, findClosedCheckouts, openOldCheckouts } = await import('../provenance/index.ts');
  const { code } = store.paths;
  const closed = findClosedCheckouts(code).length;
  const altered = findAlteredCheckouts(code).map(({ tree, files, isOnlyCopy }) =>
    problem(
      `runs wrote into the code checkout .sheaf/code/${tree}, which others share: ${formatList(files, MOST_NAMED)}`,
      isOnlyCopy
        ? 'it is the only copy of that code: move what was added elsewhere, and leave the rest'
        : `move what is of use elsewhere; sheaf makes it again, so when no run needs it: rm -rf ${join(code, tree)}`,
    ),
  );
  if (closed === 0) return altered;
  return [
    {
      wrong: `${formatCount(closed, 'code checkout')} of an older version: folders are read-only, so that rm -rf fails`,
      repair: () => {
        const count = openOldCheckouts(code);
        return [
          repaired(
            `${count} code checkouts of an older version had read-only folders: their owner can remove them now`,
          ),
        ];
      },
    },
    ...altered,
  ];
}

function submissions(project: Project): Found[] {
  const { store } = project;
  const open = store.openSubmissions();
  const known = new Set<string>(open.map(({ token }) => token));
  const orphans = listFolder(store.paths.submissions).filter(
    (token) =>
      !known.has(token) && store.submission(token as Extract<EventBody, { type: 'submitted' }>['token']) === undefined,
  );
  const wrong = `no answer on record of ${formatCount(open.length, 'submission')}: under way, or cut off`;
  return [
    ...(open.length === 0 ? [] : [{ wrong, repair: () => settle(project) }]),
    ...(orphans.length > 0
      ? [ok(`${orphans.length} submission folders were never submitted: ${formatList(orphans, MOST_NAMED)}`)]
      : []),
  ];
}

async function settle(project: Project): Promise<DoctorFinding[]> {
  const before = project.store.openSubmissions().length;
  const { underWay, warnings } = await reconcile(project);
  const completed = before - project.store.openSubmissions().length;
  return [
    ...(completed > 0 ? [repaired(`settled ${formatCount(completed, 'unfinished submission')}`)] : []),
    ...underWay.map(({ token }) => problem(`submission ${token} has no answer yet`, 'sheaf status looks it up again')),
    ...warnings.map((warning) => problem(warning)),
  ];
}

async function scheduler(project: Project): Promise<DoctorFinding[]> {
  const opened = await project.scheduler();
  const { name, version, cpus, gpus, notes } = await opened.describe();
  return [ok(`${name} (version ${version}): ${cpus} CPUs, ${gpus} GPUs`), ...notes.map(ok)];
}
