import type { DiskOutline } from '../../store/index.ts';
import { addUses, DISK_KINDS, NOTHING, type DiskUse } from './disk-use.ts';

/** What the files of experiments are summed up by. */
export const DISK_GROUPINGS = ['sweep', 'template', 'kind'] as const;
export type DiskGrouping = (typeof DISK_GROUPINGS)[number];

/** What the files of some experiments take. */
export interface DiskGroup extends DiskUse {
  /** Undefined: those of no sweep, or folders of no experiment. */
  readonly name: string | undefined;
  /** How many have a folder. */
  readonly experiments: number;
}

/** Sums up experiments one after the other. */
export interface DiskGroups {
  /** @param outline undefined for a folder of no experiment */
  add(outline: DiskOutline | undefined, uses: readonly DiskUse[]): void;
  /** The largest first. */
  rows(kinds: readonly DiskUse[], count: number): DiskGroup[];
}

export function openGroups(by: DiskGrouping | undefined): DiskGroups {
  const found = new Map<string | undefined, { bytes: number; inodes: number; experiments: number }>();
  return {
    add: (outline, uses) => {
      if (by === undefined || by === 'kind') return;
      const { bytes, inodes } = addUses(uses);
      const name = by === 'sweep' ? outline?.sweep : outline?.template;
      const group = found.get(name) ?? { bytes: 0, inodes: 0, experiments: 0 };
      found.set(name, group);
      group.bytes += bytes;
      group.inodes += inodes;
      if (outline !== undefined) group.experiments += 1;
    },
    rows: (kinds, experiments) => {
      const rows =
        by === 'kind'
          ? DISK_KINDS.map((name, i): DiskGroup => ({ name, experiments, ...(kinds[i] ?? NOTHING) }))
          : [...found].map(([name, group]): DiskGroup => ({ name, ...group }));
      return rows.toSorted((a, b) => b.bytes - a.bytes || b.inodes - a.inodes);
    },
  };
}
