import { formatDuration } from '../units.ts';
import { EXPIRED, joinWrappedLines, makeUse, type Quota } from './quota.ts';

/** Quotas by the device of their file system, as the program names it: `/dev/sda1`, `server:/export/home`. */
export type QuotasByDevice = ReadonlyMap<string, readonly Quota[]>;

const KIB = 1024;

const HEADING = /^Disk quotas for (user|group|project) (.+) \([ugp]id \d+\):/;

/** Device, then used, soft, hard and grace, once for KiB and once for files. Without `-p`, grace may be blank. */
const ROW = /^\s*(\S.*?)\s+(\d+)\*?\s+(\d+)\s+(\d+)(?:\s+(\S+))?\s+(\d+)\*?\s+(\d+)\s+(\d+)(?:\s+(\S+))?\s*$/;

/**
 * Reads what `quota -w -p` of Linux prints (quota-tools, in the language C).
 *
 * @param nowMs milliseconds since 1970, for times of grace, which `-p` prints as seconds since 1970
 */
export function parseQuota(text: string, nowMs: number): QuotasByDevice {
  const found = new Map<string, Quota[]>();
  let whose: Pick<Quota, 'of' | 'name'> | undefined;
  for (const line of joinWrappedLines(text)) {
    const [, of, name] = HEADING.exec(line) ?? [];
    if (of !== undefined && name !== undefined) whose = { of: of as Quota['of'], name };
    const [, device, used, soft, hard, grace, files, softFiles, hardFiles, fileGrace] = ROW.exec(line) ?? [];
    if (device === undefined || whose === undefined) continue;
    const quota: Quota = {
      ...whose,
      bytes: makeUse(Number(used) * KIB, Number(soft) * KIB, Number(hard) * KIB, readGrace(grace, nowMs)),
      files: makeUse(Number(files), Number(softFiles), Number(hardFiles), readGrace(fileGrace, nowMs)),
    };
    found.set(device, [...(found.get(device) ?? []), quota]);
  }
  return found;
}

/** `0` and blank: not over the limit. Otherwise seconds since 1970, or words such as `6days` and `none` (it is over). */
function readGrace(grace: string | undefined, nowMs: number): string | undefined {
  if (grace === undefined || grace === '0') return undefined;
  if (grace === 'none') return EXPIRED;
  if (!/^\d+$/.test(grace)) return grace;
  const seconds = Number(grace) - nowMs / 1000;
  return seconds <= 0 ? EXPIRED : formatDuration(seconds);
}
