/** Follows a page that takes a project over, as a reader would: saves the files that it shows, and types its commands. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { blocksOf, expectShown, typeBlock } from './readme.ts';

interface PageFile {
  readonly path: string;
  readonly text: string;
  /** Where it begins in the page. */
  readonly at: number;
}

const FILE = /^```(?:python|sh|yaml)\n((?:#!.*\n)?# (\S+)\n[^]*?)^```$/gm;

/** The files that a page shows: a comment at the top of each has its path. */
function filesOf(page: string): readonly PageFile[] {
  return [...page.matchAll(FILE)].map(({ 1: text = '', 2: path = '', index: at }) => ({ path, text, at }));
}

/** What this machine pretends to have, for jobs that a page means for a cluster. */
const PRETENDED = 'cluster:\n  local: {cpus: 16, gpus: 8}\n';

/**
 * Saves all files of a page and types all of its commands, in their order, in a folder without a project of sheaf.
 * Fails if a command fails, or if it does not show what the page says.
 *
 * @returns the paths of the files
 */
export async function followPage(
  page: string,
  session: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<readonly string[]> {
  const files = filesOf(page);
  const blocks = blocksOf(page);
  // No code of the page is left out.
  expect(files.length + blocks.length).toBe([...page.matchAll(/^```(?!text)\w+$/gm)].length);
  for (const step of [...files, ...blocks].toSorted((a, b) => a.at - b.at)) {
    if ('path' in step) {
      const path = join(session.cwd, step.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, step.text);
    } else {
      const { screen } = await typeBlock(step.commands, session);
      if (step.shown !== undefined) expectShown(screen, step.shown);
      if (step.commands.startsWith('sheaf init\n')) appendFileSync(join(session.cwd, 'sheaf.yaml'), PRETENDED);
    }
  }
  return files.map(({ path }) => path);
}
