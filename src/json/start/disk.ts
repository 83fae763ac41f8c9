import type { DiskGroup, DiskGrouping, DiskReport, DiskSpace, DiskUse } from '../../app/index.ts';
import type { Quota, QuotaUse } from '../../core/disk/quota.ts';

/** Allocated bytes, and files, folders and links. */
type UseJson = { readonly bytes: number; readonly inodes: number };

type LimitJson = {
  readonly used: number;
  /** Null: none. */
  readonly soft: number | null;
  readonly hard: number | null;
  /** How long it may stay over the soft limit; `expired`. Null: it is not over. */
  readonly grace: string | null;
};

type QuotaJson = {
  readonly of: Quota['of'];
  readonly name: string;
  readonly bytes: LimitJson | null;
  readonly inodes: LimitJson | null;
};

/** What the files of a project take, and the file systems that they are on. */
export type DiskJson = {
  readonly total: UseJson;
  readonly experiments: UseJson & { readonly count: number };
  readonly kinds: { readonly [kind: string]: UseJson };
  readonly code: UseJson;
  /** Journal, claims and submissions. */
  readonly record: UseJson;
  readonly local: UseJson;
  /** With `--by`: the largest first. */
  readonly groups: {
    readonly by: DiskGrouping;
    readonly rows: readonly (UseJson & { readonly name: string | null; readonly experiments: number })[];
  } | null;
  /** When the oldest figure was measured, milliseconds since 1970. */
  readonly measured_at: number;
  /** What could not be read. */
  readonly unreadable: readonly string[];
  readonly file_systems: readonly {
    readonly folder: string;
    readonly type: string;
    readonly use: UseJson;
    /** Null: it does not say. */
    readonly free: { readonly bytes: number | null; readonly inodes: number | null };
    /** Null: not known. */
    readonly quotas: readonly QuotaJson[] | null;
  }[];
};

export function diskJson(report: DiskReport): DiskJson {
  const { total, experiments, kinds, code, record, local, groups, measuredMs, skipped, disks } = report;
  return {
    total,
    experiments,
    kinds,
    code,
    record,
    local,
    groups: groups === undefined ? null : { by: groups.by, rows: groups.rows.map(groupJson) },
    measured_at: measuredMs,
    unreadable: skipped,
    file_systems: disks.map(spaceJson),
  };
}

function groupJson({ name, experiments, ...use }: DiskGroup): DiskUse & { name: string | null; experiments: number } {
  return { name: name ?? null, experiments, ...use };
}

function spaceJson({ folder, type, use, free, quotas }: DiskSpace): DiskJson['file_systems'][number] {
  return {
    folder,
    type,
    use,
    free: { bytes: free.bytes ?? null, inodes: free.files ?? null },
    quotas: quotas?.map(quotaJson) ?? null,
  };
}

function quotaJson({ of, name, bytes, files }: Quota): QuotaJson {
  return { of, name, bytes: limitJson(bytes), inodes: limitJson(files) };
}

function limitJson(use: QuotaUse | undefined): LimitJson | null {
  if (use === undefined) return null;
  const { used, soft, hard, grace } = use;
  return { used, soft: soft ?? null, hard: hard ?? null, grace: grace ?? null };
}
