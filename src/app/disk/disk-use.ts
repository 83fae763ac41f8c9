/** What files take: blocks on the disk, as `du` counts them, and how many files, folders and links there are. */
export interface DiskUse {
  readonly bytes: number;
  readonly inodes: number;
}

/** What the files of an experiment are. `other`: code, environment, outputs of the program and the folders themselves. */
export const DISK_KINDS = ['checkpoints', 'logs', 'results', 'other'] as const;

export type DiskKind = (typeof DISK_KINDS)[number];

export const NOTHING: DiskUse = { bytes: 0, inodes: 0 };

export function addUses(uses: readonly DiskUse[]): DiskUse {
  return uses.reduce((sum, { bytes, inodes }) => ({ bytes: sum.bytes + bytes, inodes: sum.inodes + inodes }), NOTHING);
}

const LOG = /\.(?:log|out|err)$/;
const RESULTS = /(?:^|\/)(?:results\.json|series\.parquet|metrics\.jsonl|usage\.csv|gpu\.csv)$/;

/** What a file of an experiment is, by its name, unless it is a checkpoint. */
export function nameKind(path: string): Exclude<DiskKind, 'checkpoints'> {
  return LOG.test(path) ? 'logs' : RESULTS.test(path) ? 'results' : 'other';
}
