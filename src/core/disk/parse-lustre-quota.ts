import { EXPIRED, joinWrappedLines, makeUse, type Quota } from './quota.ts';

const KIB = 1024;

const KINDS: Readonly<Record<string, Quota['of']>> = { usr: 'user', grp: 'group', prj: 'project' };

const HEADING = /^Disk quotas for (usr|grp|prj) (\S+)/;

/** In brackets, a number is of the servers that answered alone. */
const ROW = /^\s*\S+\s+\[?(\d+)\]?\*?\s+(\d+)\s+(\d+)\s+(\S+)\s+\[?(\d+)\]?\*?\s+(\d+)\s+(\d+)\s+(\S+)\s*$/;

/** Reads what `lfs quota -u USER PATH` prints: also for `-g` and `-p`, without `-h`. Its sizes are KiB. */
export function parseLustreQuota(text: string): Quota[] {
  const quotas: Quota[] = [];
  let whose: Pick<Quota, 'of' | 'name'> | undefined;
  for (const line of joinWrappedLines(text)) {
    const [, kind, name] = HEADING.exec(line) ?? [];
    if (kind !== undefined && name !== undefined) whose = { of: KINDS[kind] ?? 'user', name: name.replace(/:$/, '') };
    const [, used, soft, hard, grace, files, softFiles, hardFiles, fileGrace] = ROW.exec(line) ?? [];
    if (used === undefined || whose === undefined) continue;
    quotas.push({
      ...whose,
      bytes: makeUse(Number(used) * KIB, Number(soft) * KIB, Number(hard) * KIB, readGrace(grace)),
      files: makeUse(Number(files), Number(softFiles), Number(hardFiles), readGrace(fileGrace)),
    });
  }
  return quotas;
}

/** `-`: not over the limit. `none`: it is over, and the time is up. */
function readGrace(grace: string | undefined): string | undefined {
  if (grace === undefined || grace === '-') return undefined;
  return grace === 'none' || grace === 'expired' ? EXPIRED : grace;
}

/** The project that a folder of Lustre belongs to, from what `lfs project -d PATH` prints; undefined for none (0). */
export function parseLustreProject(text: string): string | undefined {
  const id = /^\s*(\d+)\s/.exec(text)?.[1];
  return id === '0' ? undefined : id;
}
