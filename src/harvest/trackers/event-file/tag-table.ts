import type { Points } from '../../pick/points.ts';

/** What is known of a tag of a run. */
export interface Tag {
  readonly name: string;
  readonly isWanted: boolean;
  /** The plugin of its first metadata; empty when that names none. */
  plugin?: string;
  points?: Points;
  /** The last file that gave a point. */
  file: string;
}

/** Tags by the bytes of their names, so that the text of a name is made once and not for every point. */
export class TagTable {
  private readonly buckets = new Map<number, Entry[]>();
  private readonly isWanted: (name: string) => boolean;
  readonly all: Tag[] = [];

  constructor(isWanted: (name: string) => boolean) {
    this.isWanted = isWanted;
  }

  find(bytes: Uint8Array, start: number, end: number): Tag {
    const hash = hashOf(bytes, start, end);
    for (const entry of this.buckets.get(hash) ?? NONE) {
      if (isSame(entry.bytes, bytes, start, end)) return entry.tag;
    }
    return this.add(hash, bytes.slice(start, end));
  }

  private add(hash: number, bytes: Uint8Array): Tag {
    const name = new TextDecoder().decode(bytes);
    const tag: Tag = { name, isWanted: this.isWanted(name), file: '' };
    const bucket = this.buckets.get(hash);
    if (bucket === undefined) this.buckets.set(hash, [{ bytes, tag }]);
    else bucket.push({ bytes, tag });
    this.all.push(tag);
    return tag;
  }
}

interface Entry {
  readonly bytes: Uint8Array;
  readonly tag: Tag;
}

const NONE: readonly Entry[] = [];

/** FNV-1a, cut to 30 bits so that it stays a small integer. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 2;
}

function isSame(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i += 1) if (name[i] !== bytes[start + i]) return false;
  return true;
}
