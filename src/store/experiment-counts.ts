import type { DatabaseSync } from 'node:sqlite';
import type { Counted } from './experiment-row.ts';
import { prepareOnce } from './sqlite.ts';

/** Keeps how many experiments there are of each kind, so that no list has to count them. Removed ones are not among them. */
export interface ExperimentCounts {
  /** An experiment was counted as the one, and now counts as the other. */
  move(from: Counted | undefined, to: Counted): void;
  flush(): void;
}

export function openExperimentCounts(database: DatabaseSync): ExperimentCounts {
  const changes = new Map<string, { readonly counted: Counted; n: number }>();
  const add = (counted: Counted, n: number): void => {
    if (counted.live === 0) return;
    const name = `${counted.status} ${counted.archived} ${counted.rules} ${counted.template}`;
    const change = changes.get(name);
    if (change === undefined) changes.set(name, { counted, n });
    else change.n += n;
  };
  return {
    move: (from, to) => {
      if (from !== undefined) add(from, -1);
      add(to, 1);
    },
    flush: () => {
      const save = prepareOnce(
        database,
        `INSERT INTO tally (template, status, archived, rules, n) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET n = n + excluded.n`,
      );
      for (const { counted, n } of changes.values()) {
        if (n !== 0) save.run(counted.template, counted.status, counted.archived, counted.rules, n);
      }
      changes.clear();
    },
  };
}
