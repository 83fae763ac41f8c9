import { join, posix, relative, resolve } from 'node:path';
import type { MissingMetric } from '../../core/experiment/metric.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { makeCodeFileTest } from './code-copy.ts';
import { findFiles, type FilesInFolder } from './find-file.ts';
import type { HarvestAttempt, HarvestRequest } from '../base/request.ts';
import type { WantedFiles } from '../base/source.ts';
import type { FoundFile } from '../base/found-file.ts';
import { formatNames, makeMissing } from '../base/words.ts';

/** The files that a rule reads, or why there are none. */
export type Located =
  | {
      readonly attempt: AttemptWithFolder;
      readonly files: readonly FoundFile[];
      /** What earlier attempts of the stage have of the same files, oldest attempt first. */
      readonly earlier: readonly EarlierFiles[];
      /** Set when they are not of the newest attempt. */
      readonly note?: string;
      readonly missing?: never;
    }
  | {
      /** The attempt that was read; absent when none has started. */
      readonly attempt?: AttemptWithFolder;
      readonly missing: MissingMetric;
      readonly files?: never;
    };

/** The files of an attempt before the one that a rule reads. */
export interface EarlierFiles {
  readonly attempt: HarvestAttempt;
  /** None when they are gone, or were never written. */
  readonly files: readonly FoundFile[];
}

/** An attempt that has a folder. */
export interface AttemptWithFolder extends HarvestAttempt {
  readonly folder: string;
}

const LOGS: ReadonlyMap<string, string> = new Map([
  ['out', 'out.log'],
  ['err', 'err.log'],
]);

/** What jobs and their monitor write of themselves into the folder of the attempt, which is no result. */
const OF_JOBS: ReadonlySet<string> = new Set(['params.json', 'started.json', 'ended.json', 'usage.csv', 'gpu.csv']);

/** What sheaf writes into the experiment's folder of what it harvested. */
const OF_HARVEST = 'results.json';

/** Where a job of a snapshot starts: what its program writes without saying where lies there. */
const WORK = 'work';

/**
 * Finds the files of a rule: in the newest attempt of its stage that has them, else (but for the logs of an attempt)
 * in the experiment's folder, and nowhere else. What is no plain file inside the experiment's folder is reported, not read.
 */
export function locate(request: HarvestRequest, ruleStage: string | undefined, wanted: WantedFiles): Located {
  const stage = ruleStage ?? lastStage(request.attempts);
  const attempts = newestFirst(request.attempts, stage);
  const started = attempts.filter(hasFolder);
  const [newest] = started;
  if (newest === undefined) return notRun(request, stage);
  const [only = ''] = wanted.patterns;
  const logName = wanted.patterns.length === 1 ? LOGS.get(only) : undefined;
  const paths = { ...wanted, patterns: logName === undefined ? wanted.patterns.map(normal) : [logName] };
  const leading = wanted.patterns.find((pattern) => leadsOut(normal(pattern)));
  if (leading !== undefined) return { attempt: newest, ...outside(leading) };
  const isLog = logName !== undefined;
  const located = inAttempts(request, { started: sinceCompleted(started), attempts, isLog }, paths);
  if (located) return located;
  if (isLog) return { attempt: newest, ...makeMissing('no_file', `${newest.name} has no ${logName}`) };
  const shared = inExperiment(request, paths);
  if (shared?.files) return { attempt: newest, files: shared.files, earlier: [] };
  if (shared) return { attempt: newest, missing: shared.missing };
  if (wanted.mayLack) return { attempt: newest, files: [], earlier: [] };
  return { attempt: newest, ...noFile(request, started, paths) };
}

/**
 * What ran before an attempt that completed, or that is fresh, is an earlier run: nothing of it is a result of this one. An
 * attempt that completed after it had resumed from a checkpoint finished the run of the attempts before it: one that was
 * interrupted at its last step may leave nothing to write.
 */
function sinceCompleted(started: readonly AttemptWithFolder[]): readonly AttemptWithFolder[] {
  const completed = started.findIndex(({ status }) => status === 'completed');
  const last = started.findIndex(
    ({ isFresh, start }, i) => isFresh === true || (completed !== -1 && i >= completed && start !== 'resumed'),
  );
  return last === -1 ? started : started.slice(0, last + 1);
}

/**
 * Whether sheaf or the job wrote a file, rather than the program: a file of the same name elsewhere is the program's.
 *
 * @param shown the path inside the experiment's folder
 */
export function isOwnFile(request: HarvestRequest, attempt: AttemptWithFolder, shown: string): boolean {
  return shown === OF_HARVEST || OF_JOBS.has(relative(folderOf(request, attempt), shown));
}

function normal(pattern: string): string {
  return posix.normalize(pattern);
}

function hasFolder(attempt: HarvestAttempt): attempt is AttemptWithFolder {
  return attempt.folder !== undefined;
}

function lastStage(attempts: readonly HarvestAttempt[]): string | undefined {
  const stages = [...new Set(attempts.map(({ stage }) => stage))];
  return stages.findLast((stage) => attempts.some((attempt) => attempt.stage === stage && hasFolder(attempt)));
}

function newestFirst(attempts: readonly HarvestAttempt[], stage: string | undefined): HarvestAttempt[] {
  return attempts
    .filter((attempt) => attempt.stage === stage && attempt.status !== 'void')
    .toSorted((a, b) => b.n - a.n);
}

interface Stage {
  readonly attempts: readonly HarvestAttempt[];
  readonly started: readonly AttemptWithFolder[];
  /** The file is a log of the attempt itself. */
  readonly isLog: boolean;
}

function inAttempts(
  request: HarvestRequest,
  { attempts, started, isLog }: Stage,
  wanted: WantedFiles,
): Located | undefined {
  for (const attempt of started) {
    const result = inAttempt(request, attempt, wanted, isLog);
    if (result === undefined) continue;
    if (result.missing) return { attempt, missing: result.missing };
    const [newest] = attempts;
    const isOlder = newest !== undefined && newest !== attempt;
    const note = { note: `from ${attempt.name}: ${newest?.name} has no ${shownAs(wanted)}` };
    const earlier = earlierFiles(request, { attempts, attempt, isLog }, wanted, result.files);
    return { attempt, files: result.files, earlier, ...(isOlder && note) };
  }
  return undefined;
}

/**
 * What the attempts before one have. A link that leads to the very file that the later attempt has, because all of them go on
 * in one place, is nothing of their own.
 */
function earlierFiles(
  request: HarvestRequest,
  { attempts, attempt, isLog }: { attempts: readonly HarvestAttempt[]; attempt: AttemptWithFolder; isLog: boolean },
  wanted: WantedFiles,
  files: readonly FoundFile[],
): EarlierFiles[] {
  const own = new Set(files.map(({ path }) => path));
  const before = attempts.filter(({ n, folder, hasStarted }) => n < attempt.n && (folder !== undefined || hasStarted));
  return before.toReversed().flatMap((each): EarlierFiles[] => {
    const found = hasFolder(each) ? inAttempt(request, each, wanted, isLog)?.files : undefined;
    if (found?.some(({ path }) => own.has(path))) return [];
    return [{ attempt: each, files: found ?? [] }];
  });
}

/** In its folder, then where it ran: there, files of the code may lie that are no results. */
function inAttempt(
  request: HarvestRequest,
  attempt: AttemptWithFolder,
  wanted: WantedFiles,
  isLog: boolean,
): FilesInFolder | undefined {
  const folder = folderOf(request, attempt);
  const isCode = makeCodeFileTest(request, folder);
  const place = { root: request.experimentFolder, unfinished: attempt.status !== 'completed', isForeign: isCode };
  const found = findFiles({ ...place, folder }, wanted);
  if (found !== undefined || isLog) return found;
  const inWork = findFiles({ ...place, folder: join(folder, WORK) }, wanted);
  return inWork?.missing?.reason === 'unreadable' ? undefined : inWork;
}

function inExperiment(request: HarvestRequest, wanted: WantedFiles): FilesInFolder | undefined {
  const { experimentFolder: root, partial } = request;
  return findFiles({ root, folder: '', unfinished: partial, except: ['attempts'] }, wanted);
}

/** Inside the experiment's folder. */
function folderOf({ experimentFolder }: HarvestRequest, { folder }: AttemptWithFolder): string {
  return relative(experimentFolder, resolve(experimentFolder, folder));
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || path === '..' || path.startsWith('../') || path.includes('\0');
}

function shownAs({ patterns }: WantedFiles): string {
  return patterns.map((pattern) => pattern.replace('**/', '')).join(' or ');
}

function outside(file: string): { missing: MissingMetric } {
  return makeMissing('unreadable', `${JSON.stringify(file)} leads out of the experiment's folder, and is not read`, {
    fix: 'name a file inside the folder of the attempt or of the experiment',
  });
}

function notRun({ attempts }: HarvestRequest, stage: string | undefined): Located {
  const swept = attempts.findLast(
    (attempt) => attempt.status === 'completed' && (stage === undefined || attempt.stage === stage),
  );
  if (swept !== undefined) return makeMissing('no_file', `${swept.name} completed, but its folder is gone`);
  if (stage === undefined) return makeMissing('not_run', 'no attempt has started');
  const stages = attempts.map((attempt) => attempt.stage);
  if (stages.includes(stage)) return makeMissing('not_run', `no attempt of the stage ${stage} has started`);
  const known = `its stages so far: ${[...new Set(stages)].join(', ') || 'none'}`;
  return makeMissing('not_run', `there is no attempt of a stage ${stage}`, { fix: suggestName(stage, stages, known) });
}

function noFile(
  request: HarvestRequest,
  started: readonly AttemptWithFolder[],
  wanted: WantedFiles,
): { missing: MissingMetric } {
  const looked = sinceCompleted(started);
  const completed = looked.find(({ status }) => status === 'completed') ?? looked.at(-1);
  const places = looked.map(({ name }) => name).join(', ');
  const said = `there is no ${shownAs(wanted)} in the folder of ${places} or of the experiment`;
  const other =
    otherStage(request, started, wanted) ?? earlierRun(request, started.slice(looked.length), completed, wanted);
  const [newest] = started;
  // What was cut short may write it in another run; what completed did not.
  const cut = newest && CUT_SHORT[newest.status];
  if (other === undefined && cut !== undefined) return makeMissing('no_file', `${said}, and ${newest?.name} ${cut}`);
  const plain = wanted.patterns.find((pattern) => !pattern.includes('**'));
  const fix = other ?? suggestSimilar(request, newest, plain) ?? suggestPlace(plain);
  return makeMissing('no_file', said, { fix });
}

const CUT_SHORT: { readonly [status: string]: string } = {
  failed: 'failed',
  cancelled: 'was cancelled',
  stopped: 'was stopped',
};

/** Files of the same type that the attempt did write. */
function suggestSimilar(
  request: HarvestRequest,
  attempt: AttemptWithFolder | undefined,
  path: string | undefined,
): string | undefined {
  const type = path === undefined ? '' : posix.extname(path);
  if (attempt === undefined || type === '') return undefined;
  const found = inAttempt(request, attempt, { patterns: [`**/*${type}`], take: 'all', links: false }, false);
  const folder = folderOf(request, attempt);
  const names = (found?.files ?? [])
    .filter(({ shown }) => !isOwnFile(request, attempt, shown))
    .map(({ shown }) => relative(folder, shown).replace(`${WORK}/`, ''));
  return names.length === 0
    ? undefined
    : `${attempt.name} wrote ${formatNames(names)}: name it in the rule if it is the same, or write ${path} to "$SHEAF_OUT"`;
}

/** @param path where the rule looks, absent for a rule that looks everywhere */
function suggestPlace(path?: string): string {
  const folder = path === undefined || !path.includes('/') ? '' : `/${posix.dirname(path)}`;
  const place = path === undefined ? 'below "$SHEAF_OUT"' : `as "$SHEAF_OUT/${path}"`;
  return `write it ${place}; if the program has a flag for the folder, in the template: --outdir "$SHEAF_OUT${folder}"`;
}

/** What an attempt before the one that completed has is no result of it. */
function earlierRun(
  request: HarvestRequest,
  before: readonly AttemptWithFolder[],
  completed: AttemptWithFolder | undefined,
  wanted: WantedFiles,
): string | undefined {
  const owner = before.find((attempt) => inAttempt(request, attempt, wanted, false) !== undefined);
  return owner && `${owner.name} has it, but ${completed?.name} completed after it and wrote none`;
}

/** A rule without a stage reads the last one; the file may be of one before. */
function otherStage(
  request: HarvestRequest,
  started: readonly AttemptWithFolder[],
  wanted: WantedFiles,
): string | undefined {
  const owner = request.attempts
    .filter(hasFolder)
    .findLast(
      (attempt) => attempt.stage !== started[0]?.stage && inAttempt(request, attempt, wanted, false) !== undefined,
    );
  return owner && `${owner.name} has it: add "stage: ${owner.stage}" to the rule`;
}
