import { dirname, join } from 'node:path';
import { DEFAULT_TENSORBOARD } from '../../core/validation/integration-settings.ts';
import { failure, inputError } from '../../core/errors.ts';
import type { ExpId } from '../../core/ids.ts';
import { buildEventFile, findEventFolders, nameEventLinks } from '../../integrations/index.ts';
import {
  getFileFacts,
  makeFolder,
  makeLink,
  nowMs,
  randomId,
  removePath,
  replaceFile,
  runServer,
} from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { makeJobEnvironment } from '../project/job-environment.ts';
import { openSelection, type ListSelector } from '../experiments/select.ts';
import { hasSeriesFile, readSeriesFile, seriesPath } from '../series/series-file.ts';

export interface TensorboardServerOptions {
  /** Default: TensorBoard's own, 6006, or one that is free when that is taken. */
  readonly port?: number;
  /** Who may look: `127.0.0.1`, the default, is this machine alone. */
  readonly host?: string;
}

export interface TensorboardOptions {
  readonly signal?: AbortSignal;
  /** Told the address when it answers. */
  readonly ready?: (url: string) => void;
}

/** What TensorBoard is shown. */
export interface TensorboardPlan {
  /** Name of each run, as far as it is known without reading it → its folder, absolute. */
  readonly runs: ReadonlyMap<string, string>;
  /** Experiments without event files whose series were harvested: these are shown. */
  readonly drawn: readonly ExpId[];
  /** Experiments with neither. */
  readonly without: readonly ExpId[];
  readonly warnings: readonly string[];
}

/** The event files and series of experiments, named as TensorBoard will show them. @throws as `openSelection` */
export function planTensorboard(project: Project, selector: ListSelector): TensorboardPlan {
  const selection = openSelection(project, selector);
  const runs = new Map<string, string>();
  const [drawn, without]: [ExpId[], ExpId[]] = [[], []];
  for (const { expId } of selection.rows()) {
    const attempts = join(experimentFolder(project, expId), 'attempts');
    const isThere = getFileFacts(attempts, { follow: true })?.kind === 'folder';
    const links = nameEventLinks(expId, isThere ? findEventFolders(attempts) : []);
    if (links.size === 0) (hasSeriesFile(experimentFolder(project, expId)) ? drawn : without).push(expId);
    for (const [name, path] of links) runs.set(name, join(attempts, path));
  }
  return { runs, drawn, without, warnings: selection.warnings };
}

/**
 * Runs TensorBoard over just these experiments until it, or `signal`, ends. It looks at a folder of its own with a link
 * for each run, which is removed after it.
 *
 * @throws SheafError `tensorboard.empty`, `tensorboard.missing`, `tensorboard.failed`
 */
export async function runTensorboard(
  project: Project,
  { runs, drawn }: TensorboardPlan,
  { port, host = '127.0.0.1' }: TensorboardServerOptions,
  { signal, ready }: TensorboardOptions = {},
): Promise<void> {
  if (runs.size + drawn.length === 0) throw nothingToShow();
  const command = (await project.config()).integrations?.tensorboard?.command ?? DEFAULT_TENSORBOARD;
  const folder = join(project.store.localFolder ?? project.store.paths.sheaf, `tensorboard-${randomId(8)}`);
  try {
    for (const [name, path] of runs) linkTo(path, join(folder, name));
    for (const expId of drawn) await drawInto(project, expId, join(folder, expId));
    const [program = '', ...words] = command;
    const where = ['--logdir', folder, '--host', host, ...(port === undefined ? [] : ['--port', String(port)])];
    let said = '';
    let url: string | undefined;
    const ended = await runServer(
      [program, ...words, ...where],
      { cwd: project.root, env: makeJobEnvironment(project.env), signal },
      (text) => {
        said = `${said}${text}`.slice(-KEPT);
        if (url !== undefined) return;
        url = / at (https?:\/\/\S+)/.exec(said)?.[1];
        if (url !== undefined) ready?.(url);
      },
    );
    if (ended.notStarted !== undefined) throw notStarted(command, ended.notStarted);
    if (!signal?.aborted && ended.exitCode !== 0) throw failed(said, ended.exitCode ?? ended.signal);
  } finally {
    removePath(folder);
  }
}

/** Characters of its output that are kept, to be shown when it fails. */
const KEPT = 4_000;

/** Writes the series of an experiment as an event file. */
async function drawInto(project: Project, expId: ExpId, folder: string): Promise<void> {
  const from = experimentFolder(project, expId);
  const seconds = (getFileFacts(seriesPath(from), { follow: true })?.mtimeMs ?? nowMs()) / 1000;
  makeFolder(folder, 0o700);
  const bytes = buildEventFile(await readSeriesFile(from), seconds);
  replaceFile(join(folder, `events.out.tfevents.${Math.floor(seconds)}.sheaf`), (append) => append(bytes));
}

function linkTo(target: string, path: string): void {
  makeFolder(dirname(path), 0o700);
  makeLink(path, target);
}

function nothingToShow(): Error {
  return inputError(
    'tensorboard.empty',
    'none of these experiments has left event files, or a series that was harvested',
    {
      why: 'sheaf looks for event files in the folders of its attempts',
      fix: 'sheaf harvest, with rules that give series; or let the program write event files into "$SHEAF_OUT", or say integrations: {tensorboard: true} and use $SHEAF_TENSORBOARD',
    },
  );
}

function notStarted(command: readonly string[], why: string): Error {
  return failure(
    'tensorboard.missing',
    `${command.join(' ')} cannot be started: ${why === 'ENOENT' ? 'there is no such program' : why}`,
    {
      fix: 'pip install tensorboard, or say where it is: integrations: {tensorboard: {command: …/bin/tensorboard}}',
    },
  );
}

function failed(said: string, end: number | string | undefined): Error {
  return failure('tensorboard.failed', `TensorBoard ended with ${end ?? 'no status'}`, {
    said: said.trim().split('\n').slice(-5).join('\n'),
  });
}
