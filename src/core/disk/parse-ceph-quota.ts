import type { Quota } from './quota.ts';

/** Attributes of a folder of CephFS that limit it, and that say what is in it. */
export const CEPH_ATTRIBUTES = [
  'ceph.quota.max_bytes',
  'ceph.quota.max_files',
  'ceph.dir.rbytes',
  'ceph.dir.rentries',
] as const;

/** Reads what `getfattr --absolute-names -n NAME FOLDER…` prints: the value of each folder that has one. */
export function parseAttribute(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let folder: string | undefined;
  for (const line of text.split('\n')) {
    const name = /^# file: (.+)$/.exec(line)?.[1];
    if (name !== undefined) folder = readName(name);
    const value = /^[\w.]+="?(\d+)"?$/.exec(line)?.[1];
    if (value !== undefined && folder !== undefined) found.set(folder, Number(value));
  }
  return found;
}

/** Special characters are octal numbers: `\040`. */
function readName(name: string): string {
  const escaped = name
    .replaceAll('%', '%25')
    .replaceAll(/\\([0-7]{3})/g, (_, octal: string) => `%${Number.parseInt(octal, 8).toString(16).padStart(2, '0')}`);
  try {
    return decodeURIComponent(escaped);
  } catch {
    return name;
  }
}

/** The quotas of the folders, by the values of {@link CEPH_ATTRIBUTES} in their order. */
export function makeCephQuotas(values: readonly ReadonlyMap<string, number>[]): Quota[] {
  const [maxBytes, maxFiles, bytes, entries] = values;
  const folders = new Set([...(maxBytes?.keys() ?? []), ...(maxFiles?.keys() ?? [])]);
  return [...folders].flatMap((name): Quota[] => {
    const [hardBytes = 0, hardFiles = 0] = [maxBytes?.get(name), maxFiles?.get(name)];
    const quota: Quota = {
      of: 'folder',
      name,
      ...(hardBytes > 0 && { bytes: { used: bytes?.get(name) ?? 0, hard: hardBytes } }),
      ...(hardFiles > 0 && { files: { used: entries?.get(name) ?? 0, hard: hardFiles } }),
    };
    return (quota.bytes ?? quota.files) ? [quota] : [];
  });
}
