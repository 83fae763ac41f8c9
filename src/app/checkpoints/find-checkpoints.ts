import { dirname, join, relative } from 'node:path';
import { compileCheckpointPattern } from '../../core/files/checkpoint-step.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf, type Stage } from '../../core/experiment/frozen.ts';
import type { Checkpoint } from '../../core/settings/run-settings.ts';
import { isOwnFile } from '../../core/files/own-files.ts';
import type { renderCheckpoint } from '../../template/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { entriesOf, findPaths, type WalkReport } from './find-paths.ts';
import { describeInterrupted } from './interrupted.ts';
import { toFoundCheckpoints, type Candidate, type FoundCheckpoint } from './found-checkpoint.ts';

/** The checkpoints of an experiment. */
export interface CheckpointSearch {
  /** By stage and attempt; then by step, those without one last; then the oldest first. */
  readonly checkpoints: readonly FoundCheckpoint[];
  /** Why sheaf does not look for any: no stage says where they are. */
  readonly why?: string;
  /** Folders that could not be read, absolute: what is in them is not known. */
  readonly unreadable: readonly string[];
  /** See {@link describeInterrupted}. */
  readonly interrupted?: string;
}

/**
 * Finds the checkpoints of all attempts of an experiment, where its jobs look for them. A folder is one checkpoint, with all
 * that is in it; a link to another checkpoint does not count. What changes during the search is reported as it was seen. Reads nothing of
 * an experiment that never started.
 */
export async function findCheckpoints(project: Project, experiment: Experiment): Promise<CheckpointSearch> {
  const stages = stagesOf(experiment.settings).filter(({ run }) => run.checkpoint !== undefined);
  if (stages.length === 0) return { checkpoints: [], why: NO_PATTERN, unreadable: [] };
  if (Object.keys(experiment.record.attempts).length === 0) return { checkpoints: [], unreadable: [] };
  const render = await getRenderer(stages);
  const unreadable = new Set<string>();
  const report: WalkReport = { onUnreadable: (folder) => unreadable.add(folder) };
  const folder = experimentFolder(project, experiment.expId);
  const names = entriesOf(join(folder, 'attempts'), report).map(({ name }) => name);
  const candidates = stages.flatMap((stage) =>
    findCandidates(folder, attemptsOf(stage, experiment, names), makeSearch(experiment, stage, render), report),
  );
  const interrupted = describeInterrupted(project, experiment);
  return {
    checkpoints: toFoundCheckpoints(folder, candidates, report),
    unreadable: [...unreadable],
    ...(interrupted !== undefined && { interrupted }),
  };
}

const NO_PATTERN =
  "its template does not say where checkpoints are: add checkpoint: {files: 'checkpoints/step_{step}.pt'}";

/** Undefined if all patterns are plain text, as most are: then neither the template module nor parameters are read. */
async function getRenderer(stages: readonly Stage[]): Promise<typeof renderCheckpoint | undefined> {
  if (stages.every(({ run }) => !/\{[{%#]/.test(run.checkpoint?.path ?? ''))) return undefined;
  return (await import('../../template/index.ts')).renderCheckpoint;
}

/** The numbers of the attempts that have a folder or are on record, the first one first. */
function attemptsOf({ name: stage }: Stage, { record }: Experiment, folders: readonly string[]): number[] {
  const found = [...folders, ...Object.keys(record.attempts)].flatMap((name) => {
    const n = name.startsWith(`${stage}-`) ? name.slice(stage.length + 1) : '';
    return /^[1-9][0-9]*$/.test(n) ? [Number(n)] : [];
  });
  return [...new Set(found)].toSorted((a, b) => a - b);
}

/** How to look for the checkpoints of a stage. */
export interface CheckpointPlaces {
  readonly stage: string;
  /** Folders of the project within its snapshots, each with the code of some attempt. */
  readonly prefixes: readonly string[];
  /** The pattern of an attempt, with Jinja rendered. */
  readonly patternOf: (attempt: number) => string;
}

/** @param render absent: no pattern has Jinja in it */
export function makeSearch(
  experiment: Experiment,
  stage: Stage,
  render: typeof renderCheckpoint | undefined,
): CheckpointPlaces {
  const { expId, record } = experiment;
  const codes = [record.code?.value, ...Object.values(record.attempts).map(({ version }) => version?.value.code)];
  const prefixes = codes.flatMap((code) => (code?.mode === 'snapshot' && code.prefix !== '' ? [code.prefix] : []));
  const checkpointOf = (attempt: number): Checkpoint | undefined => {
    if (render === undefined) return stage.run.checkpoint;
    const { params, written } = experiment.config;
    return render({ expId, stage, attempt, params, written });
  };
  return {
    stage: stage.name,
    prefixes: [...new Set(prefixes)],
    patternOf: (attempt) => checkpointOf(attempt)?.path ?? '',
  };
}

function findCandidates(
  folder: string,
  attempts: readonly number[],
  { stage, prefixes, patternOf }: CheckpointPlaces,
  report: WalkReport,
): Candidate[] {
  const patterns = new Set(attempts.map(patternOf));
  const find = (place: string, pattern: string, attempt?: string): Candidate[] => {
    const { glob, readStep } = compileCheckpointPattern(pattern);
    const about = attempt === undefined ? { stage } : { stage, attempt };
    return findPaths(place, glob, report).map(({ path, matched }) => {
      const step = readStep(matched);
      return step === undefined ? { ...about, file: path } : { ...about, file: path, step };
    });
  };
  const absolute = [...patterns].filter((pattern) => pattern.startsWith('/'));
  const inAttempts = attempts.flatMap((n) => {
    const pattern = patternOf(n);
    const name = `${stage}-${n}`;
    const place = join(folder, 'attempts', name);
    const places = [...prefixes.map((prefix) => join(place, 'work', prefix)), join(place, 'work'), place];
    return pattern.startsWith('/') ? [] : places.flatMap((each) => find(each, pattern, name));
  });
  const shared = [...patterns].flatMap((pattern) => (pattern.startsWith('/') ? [] : find(folder, pattern)));
  const found = [
    ...inAttempts,
    // A pattern such as **/*.pt finds those of all stages there.
    ...shared.filter(({ file }) => !file.startsWith(join(folder, 'attempts/'))),
    ...absolute.flatMap((pattern) => find(dirname(pattern), pattern)),
  ];
  return found.filter(({ file }) => !isOwnFile(toRelative(folder, file)));
}

/** `relative` of Node is slow for thousands of checkpoints: only `.` and `..` need it. */
function toRelative(folder: string, file: string): string {
  const isPlain = file.startsWith(`${folder}/`) && !file.includes('/.', folder.length);
  return isPlain ? file.slice(folder.length + 1) : relative(folder, file);
}
