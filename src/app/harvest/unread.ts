import { SheafError } from '../../core/errors.ts';
import type { ExpId } from '../../core/ids.ts';
import { openSelection, type ListSelector } from '../experiments/select.ts';
import type { Project } from '../project/project.ts';
import { openRuleBook } from './harvest-rules.ts';

/** Experiments that completed, and whose results nobody has read although their templates say what to read. */
export interface Unread {
  readonly count: number;
  /** The newest of them. */
  readonly newest: readonly ExpId[];
}

/** Experiments of whose runs there is nothing to read, by name. */
export type Unreadable = ReadonlySet<string>;

/** @param most how many to name */
export async function findUnread(project: Project, most: number): Promise<Unread> {
  if (project.store.unread().count === 0) return { count: 0, newest: [] };
  const all = openSelection(project, { unread: true }).templates();
  const without = await findWithoutRules(project, all);
  const templates = all.filter((template) => !without.has(template));
  if (templates.length === 0) return { count: 0, newest: [] };
  const selector = { unread: true, templates };
  const newest = [...openSelection(project, { ...selector, limit: most }).rows()].map(({ expId }) => expId);
  return { count: openSelection(project, selector).count(), newest };
}

/**
 * Those that completed and have no results, or old ones, and whose templates say nothing of what to read from a run.
 *
 * @throws SheafError as `openSelection`
 */
export async function findUnreadable(project: Project, selector: ListSelector): Promise<Unreadable> {
  const without = await findUnreadableTemplates(project, selector);
  if (without.size === 0) return new Set();
  const selection = openSelection(project, { ...onlyUnread(selector), templates: [...without] });
  return new Set([...selection.summaries()].map(({ expId }) => expId));
}

/** The templates of {@link findUnreadable}. */
export async function findUnreadableTemplates(project: Project, selector: ListSelector): Promise<ReadonlySet<string>> {
  if (project.store.unread().count === 0) return new Set();
  return findWithoutRules(project, openSelection(project, onlyUnread(selector)).templates());
}

function onlyUnread({ sort: _sort, limit: _limit, ...rows }: ListSelector): ListSelector {
  return { ...rows, unread: true };
}

/** Which of these templates say nothing of what to read from a run, or are gone. None if the project's settings are wrong. */
async function findWithoutRules(project: Project, templates: Iterable<string>): Promise<ReadonlySet<string>> {
  try {
    const book = await openRuleBook(project);
    return new Set([...templates].filter((template) => !book.hasRules(template)));
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    return new Set();
  }
}

/**
 * Reads a table in which values are missing because nobody has read them. Of a template without rules there is nothing to
 * read: then the table is read again, and says so.
 *
 * @param read asks about the templates of those that nobody has read
 */
export async function readWithRules<T>(
  project: Project,
  read: (hasRules: (template: string) => boolean) => T,
): Promise<T> {
  const asked = new Set<string>();
  const first = read((template) => {
    asked.add(template);
    return true;
  });
  const without = asked.size === 0 ? asked : await findWithoutRules(project, asked);
  return without.size === 0 ? first : read((template) => !without.has(template));
}
