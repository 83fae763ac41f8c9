import type { Experiment, ExperimentManager } from '../app/index.ts';
import { listPins, listTags } from '../core/experiment/record.ts';
import { RECORD_FIELDS } from '../core/fields/record-fields.ts';
import { getExperimentStatus, STATUSES } from '../core/experiment/status.ts';
import { getVerb, type Command } from './shell/command.ts';
import { GLOBAL_FLAGS, type Flag, type CompletionKind, type Positional } from './flags/flags.ts';
import { COMMANDS, findEntry } from './registry.ts';
import type { Session } from './shell/session.ts';

/** A completion, and its description. */
export interface CompletionItem {
  readonly text: string;
  readonly help: string;
}

/**
 * Completions for the end of a command line. They come from the view; the scheduler is never asked.
 *
 * @param words the arguments of `sheaf`; the last one, which may be empty, is being typed
 */
export async function complete(words: readonly string[], session: Session): Promise<CompletionItem[]> {
  const typed = words.at(-1) === '=' ? '' : (words.at(-1) ?? '');
  // Bash gives `--flag=value` in three words.
  const before = words.slice(0, -1).filter((word) => word !== '=');
  const at = commandIndex(before);
  const candidates =
    at < 0 ? topLevel(typed) : await inCommand(before[at] ?? '', before.toSpliced(at, 1), typed, session);
  return candidates.filter(({ text }) => text.startsWith(typed));
}

function commandIndex(words: readonly string[]): number {
  return words.findIndex((word, i) => !word.startsWith('-') && !['--project', '--color'].includes(words[i - 1] ?? ''));
}

function topLevel(typed: string): CompletionItem[] {
  if (typed.startsWith('-')) return flagCandidates(GLOBAL_FLAGS);
  return COMMANDS.map(({ name, summary }) => ({ text: name, help: summary }));
}

async function inCommand(
  name: string,
  before: readonly string[],
  typed: string,
  session: Session,
): Promise<CompletionItem[]> {
  const loaded = await findEntry(name)?.load();
  if (loaded === undefined) return [];
  const { command, rest } = withVerb(loaded.command, before);
  const learned = await command.learn?.(rest, session);
  const flags = [...(command.flags ?? []), ...(learned?.flags ?? []), ...GLOBAL_FLAGS];
  const place = placeAfter(rest, flags);
  const verbs = rest.length === 0 ? Object.values(command.verbs ?? {}) : [];
  const [joined] = /^--[^=]+=/.exec(typed) ?? [];
  if (joined !== undefined) {
    const values = await flagValues(
      flags.find((flag) => joined === `--${flag.name}=`),
      session,
    );
    return values.map((candidate) => ({ ...candidate, text: joined + candidate.text }));
  }
  if (typed.startsWith('-') && !place.mustBeValue) return flagCandidates(flags);
  if (place.flag !== undefined) return flagValues(place.flag, session);
  return [
    ...verbs.map((verb) => ({ text: verb.name.split(' ')[1] ?? '', help: verb.summary })),
    ...(await offered(positionalAt(command.positionals ?? [], place.positionals)?.offers, session)),
  ];
}

function withVerb(command: Command, before: readonly string[]): { command: Command; rest: readonly string[] } {
  const verb = getVerb(command, before[0]);
  return verb === undefined ? { command, rest: before } : { command: verb, rest: before.slice(1) };
}

interface Place {
  /** The flag whose value comes next, or may come next. */
  readonly flag?: Flag;
  readonly mustBeValue: boolean;
  /** Positional words so far. */
  readonly positionals: number;
}

function placeAfter(words: readonly string[], flags: readonly Flag[]): Place {
  let place: Place = { mustBeValue: false, positionals: 0 };
  for (const word of words) {
    const flag = flags.find(({ name, short }) => word === `--${name}` || word === `-${short ?? ''}`);
    const { positionals } = place;
    if (flag !== undefined && !place.mustBeValue) {
      place = flag.value === undefined ? { mustBeValue: false, positionals } : { flag, mustBeValue: true, positionals };
    } else if (place.flag !== undefined) {
      place = place.flag.many === 'words' ? { ...place, mustBeValue: false } : { mustBeValue: false, positionals };
    } else if (!word.startsWith('-')) {
      place = { mustBeValue: false, positionals: positionals + 1 };
    }
  }
  return place;
}

function positionalAt(positionals: readonly Positional[], index: number): Positional | undefined {
  let end = 0;
  return positionals.find(({ max = 1 }) => (end += max) > index);
}

function flagCandidates(flags: readonly Flag[]): CompletionItem[] {
  return flags.map(({ name, help }) => ({ text: `--${name}`, help }));
}

async function flagValues(flag: Flag | undefined, session: Session): Promise<CompletionItem[]> {
  if (flag?.choices !== undefined) return plain(flag.choices);
  return offered(flag?.offers, session);
}

async function offered(offer: CompletionKind | undefined, session: Session): Promise<CompletionItem[]> {
  switch (offer) {
    case 'command':
      return topLevel('');
    case 'shell':
      return plain(['bash', 'zsh', 'fish']);
    case 'status':
      return plain(STATUSES);
    case 'experiment':
    case 'target':
    case 'sweep':
    case 'template':
    case 'tag':
    case 'field':
    case 'pin':
    case 'view':
      return fromProject(offer, await session.open());
    // The shell completes files itself.
    case 'file':
    case 'folder':
    case undefined:
      return [];
  }
}

type ProjectOffer = 'experiment' | 'target' | 'sweep' | 'template' | 'tag' | 'field' | 'pin' | 'view';

/** Number of experiments offered: users mean the newest ones. */
const RECENT = 200;

async function fromProject(offer: ProjectOffer, manager: ExperimentManager): Promise<CompletionItem[]> {
  const { store } = manager.project;
  switch (offer) {
    case 'experiment':
      return recent(manager).map(({ expId, record, config }) => ({
        text: expId,
        help: `${getExperimentStatus(record).status}, ${config.template}`,
      }));
    case 'target':
      return [...(await fromProject('experiment', manager)), ...(await fromProject('template', manager))];
    case 'tag':
      return plain([...new Set(recent(manager).flatMap(({ record }) => listTags(record)))]);
    case 'sweep':
      return plain(store.knownNames('sweeps'));
    case 'field':
      return plain([
        ...RECORD_FIELDS.map(({ name }) => name),
        ...store.knownNames('params'),
        ...store.knownNames('results'),
      ]);
    case 'pin':
      return store
        .pinned()
        .flatMap(({ expId, record }) =>
          listPins(record).map(([name, { path }]) => ({ text: name, help: `${expId}, ${path}` })),
        );
    case 'view':
      return (await manager.views()).map((line) => ({
        text: line.name,
        help: 'view' in line ? (line.view.description ?? line.view.where ?? '') : 'cannot be read',
      }));
    case 'template':
      return plain((await manager.templates()).map(({ name }) => name));
  }
}

function recent(manager: ExperimentManager): readonly Experiment[] {
  return manager.select({ limit: RECENT }).rows;
}

function plain(texts: readonly string[]): CompletionItem[] {
  return texts.map((text) => ({ text, help: '' }));
}
