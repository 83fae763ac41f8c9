import type { Environment } from '../core/value.ts';
import type { EventBody, Via } from '../core/experiment/event.ts';
import { failure } from '../core/errors.ts';
import type { ExpId, Key, Token } from '../core/ids.ts';
import type { SubmissionRecord, SweepRecord } from '../core/experiment/record.ts';
import type { Status } from '../core/experiment/status.ts';
import { openTurns } from '../core/turns.ts';
import type { Experiment } from '../core/experiment/experiment.ts';
import { isWritable } from '../system/index.ts';
import { openClaims, type Claims } from './folders/claims.ts';
import * as read from './experiments.ts';
import type { HarvestedAlike, Selection } from './experiments.ts';
import { localFolder } from './folders/local-folder.ts';
import type { ProjectPaths } from './folders/paths.ts';
import { isSqliteError } from './sqlite.ts';
import { readStamp, readVersion, selectActivity, selectChanges, type Activity, type Changes } from './changes.ts';
import { countSweeps, readFacets, type FacetTable, type SweepsByStatus } from './facets.ts';
import { openKeptTables, type KeptTables } from './kept-tables.ts';
import { openPages, type Pages } from './pages.ts';
import type { BadRange } from './tail.ts';
import { selectSummaries, type ExperimentSummary } from './experiment-summaries.ts';
import { listOutlines, type DiskOutline } from './disk-outlines.ts';
import { tabulate, type Tabulation } from './tabulate.ts';
import { forgetView, openView } from './view.ts';
import { openWriter } from './writer.ts';

/** The record of a project: append events, read the result. */
export interface Store {
  readonly paths: ProjectPaths;
  readonly claims: Claims;
  /** The folder of this host and user for this project; undefined when there is none that will do. */
  readonly localFolder: string | undefined;
  /** Folds what others have written since. */
  refresh(): Promise<void>;
  /** Throws the view away and folds the whole journal. */
  rebuild(): Promise<void>;
  /**
   * Records events durably, then shows them. When this returns they survive a power cut.
   *
   * @throws SheafError when they cannot be recorded; then none of them is
   */
  append(bodies: readonly EventBody[], signal?: AbortSignal): Promise<void>;
  find(expId: string): Experiment | undefined;
  /** {@link find} for many, in their order; those that do not exist are left out. */
  findAll(expIds: readonly ExpId[]): ReadonlyMap<ExpId, Experiment>;
  findByKey(key: Key): { readonly live: boolean; readonly expId: ExpId | null } | undefined;
  /** Those with a checkpoint that has a name in the project. */
  pinned(): Experiment[];
  /** Those that start from a checkpoint of this one. */
  startedFrom(key: Key): Experiment[];
  /** Their names, also of very many. */
  namesStartedFrom(key: Key): ExpId[];
  select(selection: Selection): Generator<Experiment>;
  /** {@link select} for tables of many. */
  selectBriefs(selection: Selection): Generator<ExperimentSummary>;
  /** Reads many experiments by columns, all as of one moment. */
  tabulate<T>(selection: Selection, read: (table: Tabulation) => T): T;
  /** Experiments in few words, archived ones too, in no order: for looking at the folder of each. By default all. */
  outlines(keys?: readonly Key[]): DiskOutline[];
  /** Parts of long lists. */
  readonly pages: Pages;
  /** What was made of many experiments, kept until the view changes. */
  readonly keptTables: KeptTables;
  /** The version of what the view shows; each change of it makes it higher. */
  version(): number;
  /** A text for these experiments that is another one as soon as one of them changed. */
  stampOf(keys: readonly Key[]): string;
  /** What changed since a version, as far as the view was refreshed. */
  changes(since: number): Changes;
  /** What happened since a time, milliseconds since 1970. @param limit of each list */
  activity(sinceMs: number, limit: number): Activity;
  /** Counts values of the chosen experiments, all as of one moment. */
  facets<T>(selection: Selection, read: (table: FacetTable) => T): T;
  /** The sweeps by the statuses of their members: those with active ones first, then the newest. */
  countSweeps(limit: number): SweepsByStatus;
  count(selection: Selection): number;
  /** The templates of the chosen experiments, each once. */
  templates(selection: Selection): string[];
  /** The chosen experiments by the versions of the rules that they were harvested with. */
  harvestedAlike(selection: Selection): readonly HarvestedAlike[];
  /** What completed and has unread results, archived experiments left out: how many, and a stamp that other ones hardly have. */
  unread(): { readonly count: number; readonly stamp: string };
  countByStatus(): { readonly [status: string]: number };
  /** Whether anything is queued or running. */
  hasActive(): boolean;
  /** Those with an attempt that is queued or running. */
  active(): Experiment[];
  /**
   * Those, and the ones that were lost, preempted or had a failing node since then: more may be learned of them.
   *
   * @param endedSinceMs also any that had a job and ended, however, since then; by default none
   */
  watched(sinceMs: number, endedSinceMs?: number): Experiment[];
  /** Those with an attempt that runs, or ended after `sinceMs` (milliseconds since 1970), also while it was queued; archived ones too. */
  ranSince(sinceMs: number): Experiment[];
  /** Those with a deferred attempt, and perhaps some more. */
  deferred(): Experiment[];
  /** At most `limit` experiments that failed after `sinceMs` (milliseconds since 1970), newest first, without archived ones. */
  failedSince(sinceMs: number, limit: number): Experiment[];
  /** What failed since then, milliseconds since 1970, and may have rules for what to try again. */
  failedWithRules(sinceMs: number): Experiment[];
  /** The status of each of these; by default of all that are active. */
  statuses(keys?: readonly Key[]): ReadonlyMap<Key, { readonly expId: ExpId; readonly status: Status }>;
  submission(token: Token): SubmissionRecord | undefined;
  openSubmissions(): SubmissionRecord[];
  sweep(name: string): SweepRecord | undefined;
  /** The names of the sweeps that go on by themselves. */
  adaptiveSweeps(): string[];
  recentNames(limit: number): string[];
  knownNames(kind: 'params' | 'results' | 'sweeps'): string[];
  doubledNames(): { readonly expId: string; readonly keys: string[] }[];
  badRanges(): BadRange[];
  /** What a person should know about how the record was read. */
  readonly warnings: readonly string[];
  close(): void;
  [Symbol.dispose](): void;
}

export interface StoreOptions {
  readonly env: Environment;
  /** Through what its user acts: events say so. */
  readonly by?: Via;
  /** Told how many events have been folded, while many are. */
  readonly progress?: (events: number) => void;
  /** Lets another process fold much, which takes memory that only the end of a process frees. */
  readonly foldElsewhere?: FoldElsewhere;
}

export interface FoldElsewhere {
  /** Less than this of the journal is folded here. */
  readonly fromBytes: number;
  /** Opens the same record in another process. What that one could not fold is folded here. */
  readonly fold: () => Promise<void>;
}

/** Records of submissions kept in memory between two refreshes. */
const MOST_KEPT = 64;

/** Forgets what this host has read of a project that was at this place before, and was removed: a new one begins there. */
export function forgetRemovedProject(root: string, env: Environment): void {
  const local = localFolder(root, env);
  if (local !== undefined) forgetView(local);
}

/** Opens the record of a project and catches up with the journal. */
export async function openStore(
  paths: ProjectPaths,
  { env, progress, foldElsewhere, by }: StoreOptions,
): Promise<Store> {
  const local = localFolder(paths.root, env);
  const view = openView(paths, local);
  const database = (): typeof view.database => view.database;
  const catchUp = async (): Promise<void> => {
    if (foldElsewhere !== undefined && view.countUnread() >= foldElsewhere.fromBytes) {
      await foldElsewhere.fold();
    }
    await view.refresh(progress);
  };
  try {
    await catchUp();
  } catch (error) {
    view.close();
    throw error;
  }

  // The record of an array is as long as the array, and each of its tasks asks for it.
  const submissions = new Map<Token, SubmissionRecord | undefined>();
  const submission = (token: Token): SubmissionRecord | undefined => {
    if (submissions.has(token)) return submissions.get(token);
    if (submissions.size >= MOST_KEPT) submissions.clear();
    const record = read.selectSubmission(database(), token);
    submissions.set(token, record);
    return record;
  };
  // One connection: what changes the view or the journal does so after whatever is on its way, as in a server.
  const inTurn = openTurns();
  const refresh = async (): Promise<void> => {
    submissions.clear();
    await catchUp();
  };

  const append = async (bodies: readonly EventBody[], signal?: AbortSignal): Promise<void> => {
    if (bodies.length === 0) return;
    if (local === undefined) throw noLocalFolder();
    requireWritable(paths);
    await writing(() => openWriter(paths, local, by).append(bodies, view.highestLt(), signal));
    await refresh();
  };

  return {
    paths,
    claims: openClaims(paths),
    localFolder: local,
    refresh: () => inTurn(refresh),
    rebuild: () =>
      inTurn(async () => {
        submissions.clear();
        await view.rebuild(progress);
      }),
    append: (bodies, signal) => inTurn(() => append(bodies, signal)),
    find: (expId) => read.findByName(database(), expId),
    findAll: (expIds) => read.findAllByName(database(), expIds),
    findByKey: (key) => read.findByKey(database(), key),
    pinned: () => read.selectPinned(database()),
    startedFrom: (key) => read.selectStartedFrom(database(), key),
    namesStartedFrom: (key) => read.selectNamesStartedFrom(database(), key),
    select: (selection) => read.select(database, selection),
    selectBriefs: (selection) => selectSummaries(database, selection),
    tabulate: (selection, reader) => tabulate(database(), selection, reader),
    outlines: (keys) => listOutlines(database(), keys),
    pages: openPages(database),
    keptTables: openKeptTables(database),
    version: () => readVersion(database()),
    stampOf: (keys) => readStamp(database(), keys),
    changes: (since) => selectChanges(database(), since),
    activity: (sinceMs, limit) => selectActivity(database(), sinceMs, limit),
    facets: (selection, reader) => readFacets(database(), selection, reader),
    countSweeps: (limit) => countSweeps(database(), limit),
    count: (selection) => read.count(database(), selection),
    templates: (selection) => read.selectTemplates(database(), selection),
    harvestedAlike: (selection) => read.groupHarvestedAlike(database(), selection),
    unread: () => read.unread(database()),
    countByStatus: () => read.countByStatus(database()),
    hasActive: () => read.hasActive(database()),
    active: () => read.selectActive(database),
    ranSince: (sinceMs) => read.selectRanSince(database, sinceMs),
    deferred: () => read.selectDeferred(database),
    failedSince: (sinceMs, limit) => read.selectFailedSince(database, sinceMs, limit),
    failedWithRules: (sinceMs) => read.selectFailedWithRules(database, sinceMs),
    statuses: (keys) => read.selectStatuses(database(), keys),
    watched: (sinceMs, endedSinceMs = Infinity) => read.selectWatched(database, sinceMs, endedSinceMs),
    submission,
    openSubmissions: () => read.openSubmissions(database()),
    sweep: (name) => read.selectSweep(database(), name),
    adaptiveSweeps: () => read.selectAdaptiveSweeps(database()),
    recentNames: (limit) => read.selectRecentNames(database(), limit),
    knownNames: (kind) => read.selectKnownNames(database(), kind),
    doubledNames: () => read.selectDoubledNames(database()),
    badRanges: () => view.bad(),
    warnings: view.warnings,
    close: () => view.close(),
    [Symbol.dispose]: () => view.close(),
  };
}

function noLocalFolder(): Error {
  return failure('local.none', 'no folder on this machine can hold the writer of this project', {
    why: '/var/tmp, /tmp and /dev/shm were tried: none is writable, private and on a disk of this machine',
    now: 'nothing was changed; reading works',
    fix: 'set SHEAF_LOCAL_DIR to a folder of your own on a local disk',
  });
}

function requireWritable(paths: ProjectPaths): void {
  if (isWritable(paths.sheaf)) return;
  throw failure('project.readonly', `you may not write in ${paths.sheaf}`, {
    now: 'nothing was changed; reading works',
    fix: 'ask the owner of the project for access, or make your own with: sheaf init DIR',
  });
}

async function writing(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    throw failure(
      'store.writer',
      'the writer of this project cannot be used',
      {
        said: (error as Error).message,
        now: 'nothing was recorded',
        fix: 'free space on the disk of the local folder (sheaf info names it), or set SHEAF_LOCAL_DIR to another one',
      },
      error,
    );
  }
}
