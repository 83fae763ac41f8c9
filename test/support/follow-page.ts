/** Follows a page as a reader would: saves the files that it shows, and types its commands. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Session } from '../../scripts/tour/record.ts';
import { blocksOf, expectShown, typeBlock } from './readme.ts';

interface PageFile {
  readonly path: string;
  readonly text: string;
  /** Where it begins in the page. */
  readonly at: number;
}

const FILE = /^```(?:python|sh|yaml)\n((?:#!.*\n)?# (\S+)\n[^]*?)^```$/gm;

/** The files that a page shows: a comment at the top of each has its path. */
export function filesOf(page: string): readonly PageFile[] {
  return [...page.matchAll(FILE)].map(({ 1: text = '', 2: path = '', index: at }) => ({ path, text, at }));
}

/** What this machine pretends to have, for jobs that a page means for a cluster. */
const PRETENDED = 'cluster:\n  local: {cpus: 16, gpus: 8}\n';

/**
 * Saves all files of a page and types all of its commands, in their order, beginning in the folder of the session.
 * Fails if a command fails, or if it does not show what the page says. A comment `<!-- exits with 3 -->` before a block says
 * that its command does.
 *
 * @returns the folder that the reader is in at the end
 */
export async function followPage(page: string, session: Omit<Session, 'columns' | 'rows'>): Promise<string> {
  let { cwd } = session;
  const files = filesOf(page);
  const blocks = blocksOf(page);
  // No code of the page is left out.
  expect(files.length + blocks.length).toBe([...page.matchAll(/^```(?!text)\w+$/gm)].length);
  for (const step of [...files, ...blocks].toSorted((a, b) => a.at - b.at)) {
    if ('path' in step) {
      const path = join(cwd, step.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, step.text);
    } else {
      const ran = await typeBlock(step.commands, { ...session, cwd }, step.exitCode);
      if (step.shown !== undefined) expectShown(ran.screen, step.shown);
      ({ cwd } = ran);
      if (step.commands.startsWith('sheaf init\n')) appendFileSync(join(cwd, 'sheaf.yaml'), PRETENDED);
    }
  }
  return cwd;
}
