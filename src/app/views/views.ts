import { join } from 'node:path';
import { inputError, SheafError, type Problem } from '../../core/errors.ts';
import { parseName } from '../../core/ids.ts';
import { suggestName } from '../../core/text/nearest.ts';
import type { SavedView } from '../../core/validation/view-settings.ts';
import { getFileFacts, listFolder, makeFolder, readTextIfThere, removePath, writeAtomic } from '../../system/index.ts';
import { VIEW_SCHEMA_LINE, writeEditorSchemas } from '../project/editor-schemas.ts';
import type { Project } from '../project/project.ts';

/** A view with its name. */
export interface NamedView extends SavedView {
  readonly name: string;
}

/** A saved view, or what is wrong with its file. */
export type ViewLine =
  | { readonly name: string; readonly path: string; readonly view: SavedView }
  | { readonly name: string; readonly path: string; readonly problems: readonly Problem[] };

/** A view that was saved. */
export interface ViewSaved {
  /** Of its file, relative to the project. */
  readonly path: string;
  /** Whether it replaced another one. */
  readonly replaced: boolean;
}

const FOLDER = 'views';
const ENDING = '.yaml';

function pathOf(name: string): string {
  return `${FOLDER}/${name}${ENDING}`;
}

/** The saved views of a project by name; one that cannot be read does not hide the others. */
export async function listViews(project: Project): Promise<ViewLine[]> {
  const { parseView } = await import('../../template/index.ts');
  return listNames(project).flatMap((name): ViewLine[] => {
    const path = pathOf(name);
    try {
      const text = readFile(project, parseName('view', name));
      return text === undefined ? [] : [{ name, path, view: parseView(text, path) }];
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      return [{ name, path, problems: error.problems }];
    }
  });
}

function listNames({ root }: Project): string[] {
  return listFolder(join(root, FOLDER))
    .filter((file) => file.endsWith(ENDING) && !file.startsWith('.'))
    .map((file) => file.slice(0, -ENDING.length));
}

/** Far above any view. */
const MOST_BYTES = 1 << 20;

/** The text of a view; undefined if there is no file. @throws SheafError `view.file` for a pipe, a folder, a huge file */
function readFile({ root }: Project, name: string): string | undefined {
  const path = pathOf(name);
  const facts = getFileFacts(join(root, path), { follow: true });
  if (facts !== undefined && (facts.kind !== 'file' || facts.size > MOST_BYTES)) {
    throw inputError('view.file', `${path} is not the file of a view`, {
      why: facts.kind === 'file' ? 'it is larger than 1 MiB' : 'it is not a regular file',
      fix: 'remove it, or move it out of views/',
      at: { file: path },
    });
  }
  return facts && readTextIfThere(join(root, path));
}

/** @throws SheafError `view.unknown` with the nearest name; `yaml.*`, `config.*`, `query.*` for what is wrong in the file */
export async function openView(project: Project, name: string): Promise<SavedView> {
  const text = readFile(project, parseName('view', name));
  if (text === undefined) throw unknownView(project, name);
  const { parseView } = await import('../../template/index.ts');
  return parseView(text, pathOf(name));
}

function unknownView(project: Project, name: string): SheafError {
  const names = listNames(project);
  return inputError('view.unknown', `there is no view "${name}"`, {
    why: names.length === 0 ? `${FOLDER}/ has no views` : `the views are ${names.join(', ')}`,
    fix: suggestName(name, names, `to make it: sheaf list --where QUERY --save-view ${name}`),
    now: 'nothing was changed',
  });
}

/**
 * Saves a view, also in place of one of that name. Comments in its file stay, unless a key goes.
 *
 * @throws SheafError `view.name`; `config.*`, `query.*` for what is wrong with the view
 */
export async function saveView(project: Project, { name, ...view }: NamedView): Promise<ViewSaved> {
  const { formatView, parseView } = await import('../../template/index.ts');
  const before = readFile(project, parseName('view', name));
  const path = pathOf(name);
  const text = formatView(view, VIEW_SCHEMA_LINE, before);
  parseView(text, path);
  if (before === undefined) await writeEditorSchemas(project.root);
  makeFolder(join(project.root, FOLDER));
  writeAtomic(join(project.root, path), text);
  return { path, replaced: before !== undefined };
}

/** Removes the file of a view. @throws SheafError `view.name`, `view.unknown` */
export async function removeView(project: Project, name: string): Promise<{ readonly path: string }> {
  const path = pathOf(parseName('view', name));
  const file = join(project.root, path);
  const facts = getFileFacts(file);
  if (facts === undefined || facts.kind === 'folder') throw unknownView(project, name);
  removePath(file);
  return { path };
}
