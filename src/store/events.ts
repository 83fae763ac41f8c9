import { join } from 'node:path';
import type { SheafEvent } from '../core/experiment/event.ts';
import type { Key, Token } from '../core/ids.ts';
import { splitEvent } from '../core/experiment/record.ts';
import { decodeLine } from './journal-line.ts';
import type { ProjectPaths } from './folders/paths.ts';
import { readHeader, listJournalFiles, readJournalLines } from './tail.ts';

/**
 * All that the journal says of one experiment, in the order that all hosts agree on. Of an event about
 * many, only its part is given. Reads the whole journal; damaged lines are left out, as everywhere.
 *
 * @param tokens the experiment's submissions
 */
export function readEvents(paths: ProjectPaths, key: Key, tokens: readonly Token[]): SheafEvent[] {
  const names = [key, ...tokens].map((name) => Buffer.from(name));
  const found: SheafEvent[] = [];
  for (const name of listJournalFiles(paths.journal)) {
    const path = join(paths.journal, name);
    const header = readHeader(path);
    if (header === undefined) continue;
    for (const { line } of readJournalLines(path, header.end)) {
      // Most lines are about others: looking for a name is much cheaper than reading them.
      if (!names.some((each) => line.includes(each))) continue;
      const decoded = decodeLine(line, header.writer);
      if (decoded.kind === 'event') found.push(...partsAbout(decoded.event, key, tokens));
    }
  }
  return found.toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1));
}

function partsAbout(event: SheafEvent, key: Key, tokens: readonly Token[]): SheafEvent[] {
  if (event.type === 'submitted') return tokens.includes(event.token) ? [event] : [];
  return [...splitEvent(event)].filter(([about]) => about === key).map(([, part]) => part);
}
