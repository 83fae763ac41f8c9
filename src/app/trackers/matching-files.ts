import { join } from 'node:path';
import { compileGlob } from '../../core/text/glob.ts';
import { folderEntries } from '../../system/index.ts';

/**
 * Plain files below a folder that fit a pattern: `*` and `?` within a name, `**` any folders. Links are not followed.
 *
 * @param folder inside `root`
 * @returns paths inside `root`, sorted
 */
export function findMatchingFiles(root: string, folder: string, pattern: string): string[] {
  return [
    ...walk(
      root,
      folder,
      pattern.split('/').filter((step) => step !== '' && step !== '.'),
    ),
  ].toSorted();
}

function* walk(root: string, folder: string, [step, ...rest]: readonly string[]): Generator<string> {
  if (step === undefined) return;
  if (step === '**') yield* walk(root, folder, rest.length === 0 ? ['*'] : rest);
  const fits = step === '**' ? () => true : compileGlob(step);
  for (const { name, kind } of entriesOf(join(root, folder))) {
    const path = join(folder, name);
    // What is hidden is asked for by name.
    if (!fits(name) || (name.startsWith('.') && !step.startsWith('.'))) continue;
    if (kind === 'folder') yield* walk(root, path, step === '**' ? [step, ...rest] : rest);
    else if (kind === 'file' && step !== '**' && rest.length === 0) yield path;
  }
}

function entriesOf(folder: string): { readonly name: string; readonly kind: string }[] {
  return folderEntries(folder).map(({ name, kind }) => ({ name: name.toString(), kind }));
}
