import { formatNames } from '../base/words.ts';
import type { FoundFile } from '../base/found-file.ts';
import { groupByFolder, folderKey, mergeFolders, type FilesOfFolder, type MergedFolders } from './common/by-folder.ts';
import { readEventFile } from './event-file/event-file.ts';
import { EventRun } from './event-file/event-run.ts';
import type { TrackedRun, Tracker, TrackerOptions } from './common/tracker.ts';
import { isSameValue } from './common/values.ts';

/**
 * The scalars and hyperparameters of TensorBoard's event files, as PyTorch, Lightning, Transformers, Keras and
 * TensorFlow write them. Hyperparameters are values `hparams/<name>`. A tag that several folders have, one for each
 * writer, is `<folder>/<tag>`, from the folder on that all have in common.
 */
export const tensorboard: Tracker = {
  patterns: ['**/*tfevents*'],
  read: readTensorboard,
};

async function readTensorboard(files: readonly FoundFile[], options: TrackerOptions): Promise<TrackedRun> {
  const folders = groupByFolder(files.filter(mayHoldSummaries));
  const wants = wantsAnywhere(folders, options);
  const runs: FolderRun[] = [];
  for (const folder of folders) runs.push(await readFolder(folder, wants, options));
  const series = mergeFolders(
    runs.map(({ name, run }) => ({ name, entries: run.series() })),
    () => false,
  );
  const values = mergeFolders(
    runs.map(({ name, run }) => ({ name, entries: run.hparams })),
    isSameValue,
  );
  const notes = [...runs.flatMap((one) => one.notes), ...clashWords(series, runs), ...clashWords(values, runs)];
  return { series: series.merged, values: values.merged, notes };
}

/** TensorBoard skips the files that its profiler leaves behind. */
function mayHoldSummaries({ shown }: FoundFile): boolean {
  return !shown.endsWith('.profile-empty');
}

/** Only when all folders are read is it known whether a tag needs its folder before it. */
function wantsAnywhere(folders: readonly FilesOfFolder[], { wants }: TrackerOptions): (tag: string) => boolean {
  const known = new Map<string, boolean>();
  return (tag) => {
    const isWanted = known.get(tag) ?? (wants(tag) || folders.some(({ name }) => wants(folderKey(name, tag))));
    known.set(tag, isWanted);
    return isWanted;
  };
}

interface FolderRun {
  readonly name: string;
  readonly run: EventRun;
  readonly notes: readonly string[];
}

async function readFolder(
  { name, files }: FilesOfFolder,
  wants: (tag: string) => boolean,
  options: TrackerOptions,
): Promise<FolderRun> {
  const run = new EventRun(wants);
  const notes: string[] = [];
  for (const file of files) notes.push(...(await readEventFile(file, options, run)));
  return { name, run, notes: [...notes, ...run.notes] };
}

function clashWords<T>({ clashes, hidden }: MergedFolders<T>, runs: readonly FolderRun[]): string[] {
  if (clashes.length === 0) return [];
  const names = formatNames(runs.map(({ name }) => name || '.'));
  const said = `several of the folders ${names} have ${formatNames(clashes)}: names get the folder as a prefix`;
  return hidden.length === 0
    ? [said]
    : [said, `${formatNames(hidden)} could be either of two, and is the one so named`];
}
