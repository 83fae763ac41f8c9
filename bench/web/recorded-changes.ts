import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** When one experiment started, or ended, in milliseconds since 1970. */
export interface RecordedChange {
  readonly id: string;
  readonly what: 'start' | 'end';
  /** When it was recorded: the journal has it from then on. */
  readonly recordedMs: number;
  /** When the job itself left a mark of it; undefined if it left none. */
  readonly happenedMs?: number;
}

interface JournalLine {
  readonly at: string;
  readonly type: string;
  readonly key?: string;
  readonly exp?: string;
  readonly attempts?: readonly { readonly key: string }[];
  readonly fact?: { readonly kind: string; readonly state?: string };
}

const FILES = { start: 'started.json', end: 'ended.json' } as const;

/** All starts and ends that the journal of a project has, each as it was first recorded. */
export function readRecordedChanges(project: string): RecordedChange[] {
  const journal = join(project, '.sheaf/journal');
  const lines = readdirSync(journal)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(journal, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as JournalLine);
  const ids = new Map(lines.flatMap(({ key, exp }) => (key === undefined || exp === undefined ? [] : [[key, exp]])));
  const changes = new Map<string, RecordedChange>();
  for (const { at, type, attempts = [], fact } of lines) {
    const whats = type === 'state' ? whatChanged(fact?.kind, fact?.state) : [];
    for (const what of whats) {
      for (const { key } of attempts) {
        const [name, recordedMs] = [`${key} ${what}`, Date.parse(at)];
        if (recordedMs >= (changes.get(name)?.recordedMs ?? Infinity)) continue;
        const id = ids.get(key) ?? key;
        const happenedMs = readTime(join(project, 'experiments', id, 'attempts/train-1', FILES[what]));
        changes.set(name, { id, what, recordedMs, ...(happenedMs === undefined ? {} : { happenedMs }) });
      }
    }
  }
  return [...changes.values()].toSorted((a, b) => a.recordedMs - b.recordedMs);
}

/** What ended had started. */
function whatChanged(kind = '', state = ''): ('start' | 'end')[] {
  if (kind === 'ended' || kind === 'accounted') return ['start', 'end'];
  return kind === 'started' || (kind === 'queue' && state === 'running') ? ['start'] : [];
}

function readTime(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
