import { EXPIRED, makeUse, type Quota } from './quota.ts';

const KIB = 1024;

const KINDS: Readonly<Record<string, Quota['of']>> = { USR: 'user', GRP: 'group', FILESET: 'fileset' };

/** Reads what `mmlsquota -Y` prints: fields between colons, with their names in a line before. Its sizes are KiB. */
export function parseGpfsQuota(text: string): Quota[] {
  let names: readonly string[] = [];
  const quotas: Quota[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    if (fields[2] === 'HEADER') {
      names = fields;
      continue;
    }
    const get = (name: string): string => readField(fields[names.indexOf(name)] ?? '');
    const of = KINDS[get('quotaType')];
    if (of === undefined) continue;
    quotas.push({
      of,
      name: get('name') || get('id'),
      bytes: readUse('block', KIB, get),
      files: readUse('files', 1, get),
    });
  }
  return quotas;
}

function readUse(what: string, unit: number, get: (name: string) => string): NonNullable<Quota['bytes']> {
  const number = (name: string): number => (Number(get(`${what}${name}`)) || 0) * unit;
  const grace = get(`${what}Grace`);
  return makeUse(
    number('Usage'),
    number('Quota'),
    number('Limit'),
    grace === 'none' || grace === '' ? undefined : grace === 'expired' ? EXPIRED : grace,
  );
}

/** Colons and other special characters are written like in addresses: `%2F`. */
function readField(field: string): string {
  try {
    return decodeURIComponent(field);
  } catch {
    return field;
  }
}

/** The fileset of a file, from what `mmlsattr -L PATH` prints; undefined if it does not say. */
export function parseFileset(text: string): string | undefined {
  return /^fileset name:\s*(\S.*?)\s*$/m.exec(text)?.[1];
}
