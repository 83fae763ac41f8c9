import { formatBytePath, type BytePath } from '../../provenance/index.ts';
import type { ListedEntry } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { explainRefusal, openExperimentFolder } from './walk.ts';

/** One entry of a folder. */
export interface FileEntry {
  /** For people: what is not UTF-8 is shown as U+FFFD. */
  readonly name: string;
  /** In the folder of the experiment, one character a byte (latin1), since names need not be UTF-8. */
  readonly path: BytePath;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes of a file; absent for anything else. */
  readonly bytes?: number;
  /** Milliseconds since 1970. */
  readonly changedMs: number;
  /** What a link points to, as it is written there. */
  readonly target?: string;
  /** Why it cannot be opened. */
  readonly refused?: string;
}

/** The entries of one folder. */
export interface FileList {
  readonly path: BytePath;
  /** The folders from that of the experiment down to this one, this one included. */
  readonly parents: readonly { readonly name: string; readonly path: BytePath }[];
  /** The first 2,000, sorted by name. */
  readonly entries: readonly FileEntry[];
  /** How many entries the folder has. */
  readonly total: number;
}

const MOST_ENTRIES = 2_000;

/**
 * What is in the folder of an experiment, or in one below it. Links are listed and never followed.
 *
 * @param path one character a byte, as {@link FileEntry.path}; empty for the folder of the experiment
 * @throws SheafError `experiment.unknown`, `files.*`, `file.*`
 */
export async function listFiles(project: Project, expId: string, path: BytePath = ''): Promise<FileList> {
  using folder = openExperimentFolder(project, expId, path);
  const { entries, total } = await folder.list(MOST_ENTRIES);
  const names = path === '' ? [] : path.split('/');
  const parents = names.map((name, i) => ({ name: formatBytePath(name), path: names.slice(0, i + 1).join('/') }));
  return { path, parents, entries: entries.map((entry) => describeEntry(path, entry)), total };
}

function describeEntry(folder: BytePath, { name, kind, size, mtimeMs, target }: ListedEntry): FileEntry {
  const path = `${folder}${folder === '' ? '' : '/'}${name.toString('latin1')}`;
  const refused = explainRefusal(path, kind);
  return {
    name: name.toString(),
    path,
    kind,
    ...(kind === 'file' ? { bytes: size } : {}),
    changedMs: mtimeMs,
    ...(target === undefined ? {} : { target: target.toString() }),
    ...(refused === undefined ? {} : { refused }),
  };
}
