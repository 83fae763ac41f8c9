import { dirname, join, sep } from 'node:path';
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
  readonly stage: string;
  /** Absolute. */
  readonly file: string;
  readonly attempt?: string;
  readonly step?: number;
}

/**
 * The checkpoints among what was found, each once: no links to others, nothing that is in a folder which is a checkpoint
 * itself. What several stages find belongs to the first of them.
 *
 * @param folder that of the experiment
 * @param candidates by stage
 */
export function toFoundCheckpoints(
  folder: string,
  candidates: readonly Candidate[],
  report: WalkReport,
): FoundCheckpoint[] {
  const real = makeRealPath();
  const inside = `${real(folder)}${sep}`;
  const prefix = folder + sep;
  const units = new Map<string, FoundCheckpoint>();
  for (const { file, ...about } of candidates) {
    const cut = file.lastIndexOf(sep);
    const parent = real(file.slice(0, cut) || sep);
    const own = parent && (parent === sep ? '' : parent) + file.slice(cut);
    const measured = own === undefined || units.has(own) ? undefined : measureCheckpoint(file, report);
    if (own === undefined || measured === undefined) continue;
    const path = file.startsWith(prefix) ? file.slice(prefix.length) : file;
    units.set(own, { ...about, path, file, ...measured, outside: !own.startsWith(inside) });
  }
  const folders = new Set([...units].flatMap(([own, { kind }]) => (kind === 'folder' ? [own] : [])));
  const isListed = (path: string): boolean => hasParentIn(folders, path) || isUnit(units.get(path));
  const kept = [...units].filter(([own, { kind, file }]) => {
    const target = kind === 'link' ? real(file) : undefined;
    return !hasParentIn(folders, own) && !(target !== undefined && isListed(target));
  });
  const byStage = Map.groupBy(kept, ([, { stage }]) => stage).values();
  return [...byStage].flatMap((own) => own.map(([, checkpoint]) => checkpoint).toSorted(compareCheckpoints));
}

function isUnit(checkpoint: FoundCheckpoint | undefined): boolean {
  return checkpoint !== undefined && checkpoint.kind !== 'link';
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

function compareCheckpoints(a: FoundCheckpoint, b: FoundCheckpoint): number {
  const attempts = a.attempt === b.attempt ? 0 : numberOf(a) - numberOf(b);
  return attempts || (a.step ?? Infinity) - (b.step ?? Infinity) || a.changedMs - b.changedMs;
}

/** That of its attempt; those that belong to none come last. */
function numberOf({ attempt }: FoundCheckpoint): number {
  return attempt === undefined ? Infinity : Number(attempt.slice(attempt.lastIndexOf('-') + 1));
}
