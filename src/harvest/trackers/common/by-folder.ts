import type { FoundFile } from '../../base/found-file.ts';

export interface FilesOfFolder {
  /** Below the folder that all of them have in common; empty for that one itself. */
  readonly name: string;
  readonly files: readonly FoundFile[];
}

/** Files by the folder that they are in; folders and files in the order of their names. */
export function groupByFolder(files: readonly FoundFile[]): FilesOfFolder[] {
  const sorted = files.toSorted((a, b) => (a.shown < b.shown ? -1 : 1));
  const groups = Map.groupBy(sorted, ({ shown }) => shown.slice(0, Math.max(0, shown.lastIndexOf('/'))));
  const folders = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const paths = folders.map(([path]) => path.split('/'));
  const common = commonSteps(paths);
  return folders.map(([, inside], i) => ({ name: (paths[i] ?? []).slice(common).join('/'), files: inside }));
}

/** How many steps at their start all paths share. */
function commonSteps([first = [], ...others]: readonly (readonly string[])[]): number {
  const differing = first.findIndex((step, i) => others.some((path) => path[i] !== step));
  return differing < 0 ? first.length : differing;
}

/** What several folders hold, by its key. */
export interface MergedFolders<T> {
  readonly merged: ReadonlyMap<string, T>;
  /** Keys of which folders hold different things: each gets the folder as a prefix. */
  readonly clashes: readonly string[];
  /** Keys that with their folder before them are the same as another one, and so are left out. */
  readonly hidden: readonly string[];
}

/** A key that only one folder has stays as it is, and so does one of which all that have it hold the same. */
export function mergeFolders<T>(
  folders: readonly { readonly name: string; readonly entries: ReadonlyMap<string, T> }[],
  isSame: (a: T, b: T) => boolean,
): MergedFolders<T> {
  const [plain, clashes] = firstOfEach(folders, isSame);
  const merged = new Map([...plain].filter(([key]) => !clashes.has(key)));
  const hidden: string[] = [];
  for (const { name, entries } of folders) {
    for (const [key, entry] of entries) {
      if (!clashes.has(key)) continue;
      const whole = folderKey(name, key);
      if (merged.has(whole)) hidden.push(whole);
      else merged.set(whole, entry);
    }
  }
  return { merged, clashes: [...clashes], hidden };
}

function firstOfEach<T>(
  folders: readonly { readonly entries: ReadonlyMap<string, T> }[],
  isSame: (a: T, b: T) => boolean,
): [Map<string, T>, Set<string>] {
  const first = new Map<string, T>();
  const clashes = new Set<string>();
  for (const { entries } of folders) {
    for (const [key, entry] of entries) {
      const other = first.get(key);
      if (other === undefined) first.set(key, entry);
      else if (!isSame(other, entry)) clashes.add(key);
    }
  }
  return [first, clashes];
}

/** The key of what a folder holds, where other folders hold something of the same key. */
export function folderKey(folder: string, key: string): string {
  return folder === '' ? key : `${folder}/${key}`;
}
