import { basename, dirname, join, relative, sep } from 'node:path';
import type { CheckpointRef } from '../../core/experiment/checkpoint-file.ts';
import { withoutUndefined } from '../../core/value.ts';
import { realPath } from '../../system/index.ts';
import { entriesOf, lookAt, type WalkReport } from './find-paths.ts';

/** A checkpoint that is there. */
export interface FoundCheckpoint extends CheckpointRef {
  readonly stage: string;
  /** Absolute. */
  readonly file: string;
  /** `link`: one that leads to no other checkpoint that was found; its size is that of its target. */
  readonly kind: 'file' | 'folder' | 'link';
  /** It is not in the folder of the experiment, or only a link in there leads to it: others may have it, too. */
  readonly outside: boolean;
}

/** What fits the pattern of checkpoints, before anything is known of it. */
export interface Candidate {
  /** Absolute. */
  readonly file: string;
  readonly attempt?: string;
  readonly step?: number;
}

type Unit = Omit<FoundCheckpoint, 'stage'>;

/**
 * The checkpoints among what was found, each once, in their order: no links to others, nothing that is in a folder which
 * is a checkpoint itself.
 *
 * @param folder that of the experiment
 */
export function toFoundCheckpoints(folder: string, candidates: readonly Candidate[], report: WalkReport): Unit[] {
  const real = makeRealPath();
  const inside = real(folder);
  const seen = new Set<string>();
  const units = candidates.flatMap((candidate) => {
    const parent = real(dirname(candidate.file));
    const own = parent === undefined ? undefined : join(parent, basename(candidate.file));
    if (own === undefined || seen.has(own)) return [];
    seen.add(own);
    const unit = measure(candidate, report);
    return unit === undefined ? [] : [{ own, unit }];
  });
  const folders = new Set(units.flatMap(({ own, unit }) => (unit.kind === 'folder' ? [own] : [])));
  const others = new Set(units.flatMap(({ own, unit }) => (unit.kind === 'link' ? [] : [own])));
  const kept = units.filter(({ own, unit }) => {
    const target = unit.kind === 'link' ? real(unit.file) : undefined;
    return (
      !hasParentIn(folders, own) && (target === undefined || !(others.has(target) || hasParentIn(folders, target)))
    );
  });
  const located = kept.map(({ own, unit }): Unit => {
    const outside = inside === undefined || !own.startsWith(inside + sep);
    return { ...unit, path: unit.file.startsWith(folder + sep) ? relative(folder, unit.file) : unit.file, outside };
  });
  return located.toSorted(compareUnits);
}

/** Where a path really leads, looked up once; undefined when nothing is there. */
function makeRealPath(): (path: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    let real: string | undefined;
    try {
      real = realPath(path);
    } catch {
      real = undefined;
    }
    known.set(path, real);
    return real;
  };
}

function hasParentIn(folders: ReadonlySet<string>, path: string): boolean {
  if (folders.size === 0) return false;
  for (let parent = dirname(path); parent !== dirname(parent); parent = dirname(parent)) {
    if (folders.has(parent)) return true;
  }
  return false;
}

function measure({ file, ...about }: Candidate, report: WalkReport): Omit<Unit, 'path' | 'outside'> | undefined {
  const measured = measureCheckpoint(file, report);
  return measured && { ...about, file, ...measured };
}

/**
 * What a checkpoint is now: its size, with all that is in a folder, and its last change; undefined when nothing is there, or
 * what is there can be no checkpoint.
 */
export function measureCheckpoint(
  file: string,
  report: WalkReport,
): Pick<FoundCheckpoint, 'kind' | 'bytes' | 'changedMs'> | undefined {
  const own = lookAt(file, report);
  const facts = own?.kind === 'link' ? lookAt(file, report, { follow: true }) : own;
  if (own === undefined || facts === undefined || (facts.kind !== 'file' && facts.kind !== 'folder')) return undefined;
  const files = facts.kind === 'folder' ? measureFolder(file, report) : undefined;
  return {
    kind: own.kind === 'link' ? 'link' : facts.kind,
    bytes: files?.bytes ?? facts.size,
    changedMs: files?.changedMs ?? facts.mtimeMs,
  };
}

/** All files in a folder, by their lengths; links are not followed. An empty one is as old as its last change. */
function measureFolder(folder: string, report: WalkReport): { readonly bytes: number; readonly changedMs?: number } {
  let bytes = 0;
  let changedMs: number | undefined;
  for (const { name, kind } of entriesOf(folder, report)) {
    const path = join(folder, name);
    const facts = kind === 'folder' ? undefined : lookAt(path, report);
    const part =
      kind === 'folder' ? measureFolder(path, report) : facts && { bytes: facts.size, changedMs: facts.mtimeMs };
    bytes += part?.bytes ?? 0;
    if (part?.changedMs !== undefined) changedMs = Math.max(changedMs ?? 0, part.changedMs);
  }
  return withoutUndefined({ bytes, changedMs });
}

function compareUnits(a: Unit, b: Unit): number {
  return numberOf(a) - numberOf(b) || (a.step ?? Infinity) - (b.step ?? Infinity) || a.changedMs - b.changedMs;
}

/** That of its attempt; those that belong to none come last. */
function numberOf({ attempt }: Unit): number {
  return attempt === undefined ? Infinity : Number(attempt.slice(attempt.lastIndexOf('-') + 1));
}
