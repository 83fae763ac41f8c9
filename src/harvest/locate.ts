import { posix, relative, resolve } from 'node:path';
import type { HarvestRule } from '../core/harvest-rule.ts';
import type { MissingMetric } from '../core/metric.ts';
import { didYouMean } from '../core/nearest.ts';
import { findFile } from './find-file.ts';
import type { HarvestAttempt, HarvestRequest } from './request.ts';
import type { FoundFile } from './source.ts';
import { missing } from './words.ts';

/** The file that a rule reads, or why there is none. */
export type Located = {
  /** The attempt that was looked at; absent when none has started. */
  readonly attempt?: string;
} & (
  | {
      readonly file: FoundFile;
      /** Set when the file is not of the newest attempt. */
      readonly note?: string;
      readonly missing?: never;
    }
  | { readonly missing: MissingMetric; readonly file?: never }
);

/** An attempt that has a folder. */
interface Started extends HarvestAttempt {
  readonly folder: string;
}

const LOGS: ReadonlyMap<string, string> = new Map([
  ['out', 'out.log'],
  ['err', 'err.log'],
]);

/**
 * Finds the file of a rule: in the newest attempt of its stage that has it, else (but for the logs of an attempt)
 * in the experiment's folder, and nowhere else. What is no plain file inside the experiment's folder is reported, not read.
 */
export function locate(request: HarvestRequest, rule: HarvestRule): Located {
  const stage = rule.stage ?? lastStage(request.attempts);
  const attempts = newestFirst(request.attempts, stage);
  const started = attempts.filter(hasFolder);
  const [newest] = started;
  if (newest === undefined) return notRun(request, stage);
  const logName = LOGS.get(rule.file);
  const wanted = logName ?? posix.normalize(rule.file);
  if (leadsOut(wanted)) return { attempt: newest.name, ...outside(rule.file) };
  const located = inAttempts(request, started, attempts, wanted);
  if (located) return located;
  if (logName !== undefined) return { attempt: newest.name, ...missing('no_file', `${newest.name} has no ${logName}`) };
  return inExperiment(request, newest, wanted) ?? { attempt: newest.name, ...noFile(request, started, wanted) };
}

function hasFolder(attempt: HarvestAttempt): attempt is Started {
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

function inAttempts(
  request: HarvestRequest,
  started: readonly Started[],
  attempts: readonly HarvestAttempt[],
  wanted: string,
): Located | undefined {
  for (const attempt of started) {
    const result = findFile(
      request.experimentFolder,
      folderOf(request, attempt),
      wanted,
      attempt.status !== 'completed',
    );
    if (result === undefined) continue;
    if (result.missing) return { attempt: attempt.name, missing: result.missing };
    const [newest] = attempts;
    const note =
      newest === undefined || newest === attempt
        ? {}
        : { note: `from ${attempt.name}: ${newest.name} has no ${wanted}` };
    return { attempt: attempt.name, file: result.file, ...note };
  }
  return undefined;
}

function inExperiment(request: HarvestRequest, newest: Started, wanted: string): Located | undefined {
  const result = findFile(request.experimentFolder, '', wanted, request.partial);
  return result && { attempt: newest.name, ...(result.missing ? { missing: result.missing } : { file: result.file }) };
}

/** Inside the experiment's folder. */
function folderOf({ experimentFolder }: HarvestRequest, { folder }: Started): string {
  return relative(experimentFolder, resolve(experimentFolder, folder));
}

function leadsOut(path: string): boolean {
  return path.startsWith('/') || path === '..' || path.startsWith('../') || path.includes('\0');
}

function outside(file: string): { missing: MissingMetric } {
  return missing('unreadable', `${JSON.stringify(file)} leads out of the experiment's folder, and is not read`, {
    fix: 'name a file inside the folder of the attempt or of the experiment',
  });
}

function notRun({ attempts }: HarvestRequest, stage: string | undefined): Located {
  const swept = attempts.findLast(
    (attempt) => attempt.status === 'completed' && (stage === undefined || attempt.stage === stage),
  );
  if (swept !== undefined) return missing('no_file', `${swept.name} completed, but its folder is gone`);
  if (stage === undefined) return missing('not_run', 'no attempt has started');
  const stages = attempts.map((attempt) => attempt.stage);
  if (stages.includes(stage)) return missing('not_run', `no attempt of the stage ${stage} has started`);
  const known = `its stages so far: ${[...new Set(stages)].join(', ') || 'none'}`;
  return missing('not_run', `there is no attempt of a stage ${stage}`, { fix: didYouMean(stage, stages, known) });
}

function noFile(request: HarvestRequest, started: readonly Started[], wanted: string): { missing: MissingMetric } {
  const places = started.map(({ name }) => name).join(', ');
  const said = `there is no ${wanted} in the folder of ${places} or of the experiment`;
  return missing('no_file', said, {
    fix: otherStage(request, started, wanted) ?? `write it as "$SHEAF_OUT/${wanted}"`,
  });
}

/** A rule without a stage reads the last one; the file may be of one before. */
function otherStage(request: HarvestRequest, started: readonly Started[], wanted: string): string | undefined {
  const owner = request.attempts
    .filter(hasFolder)
    .findLast(
      (attempt) =>
        attempt.stage !== started[0]?.stage &&
        findFile(request.experimentFolder, folderOf(request, attempt), wanted, false) !== undefined,
    );
  return owner && `${owner.name} has it: add "stage: ${owner.stage}" to the rule`;
}
