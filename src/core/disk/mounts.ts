/** A mounted file system. */
export interface Mount {
  /** The folder where it is. */
  readonly folder: string;
  /** `ext4`, `nfs4`, `lustre`, `gpfs`, `ceph`. */
  readonly type: string;
  /** `/dev/sda1`, `server:/export/home`, `10.0.0.1@tcp:/scratch`. */
  readonly source: string;
}

/** The mounted file system that a path is on, from the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export function findMount(mountinfo: string, path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const folder = readName(before.split(' ')[4] ?? '');
    const [type, source] = after.split(' ');
    if (type === undefined || source === undefined || !isWithin(path, folder)) continue;
    // Of two in the same place, the later one covers the other.
    if (found === undefined || folder.length >= found.folder.length) found = { folder, type, source: readName(source) };
  }
  return found;
}

function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || (folder !== '' && path.startsWith(`${folder}/`));
}

/** Spaces, tabs, line breaks and backslashes are octal numbers: `\040`. */
function readName(name: string): string {
  return name.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
