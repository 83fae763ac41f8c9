/**
 * A root file system with a bare Debian, in which an ordinary user without a network installs sheaf.
 *
 * It is made once with mmdebstrap (two minutes), as are the wheels of uv and pipx, and kept below `/var/tmp`. Every test
 * works in a copy that is gone after it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SUITE = 'trixie';
/** What a machine of a group has: no compiler, no Node. */
const PACKAGES = ['bash', 'coreutils', 'git', 'python3', 'python3-pip', 'python3-venv'];
/** Programs that install wheels, and the pip that pipx puts into its environments. */
const INSTALLERS = ['pip', 'pipx', 'uv'];
const USER_ID = 1000;

const cache: string = join('/var/tmp', `sheaf-clean-root-${hash([SUITE, ...PACKAGES, ...INSTALLERS].join(' '))}`);

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Why there can be none here; undefined when there can. */
export function whyNoCleanRoot(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make a root file system';
  return spawnSync('mmdebstrap', ['--version']).status === 0 ? undefined : 'mmdebstrap is not installed';
}

/** Makes the root file system and fetches the installers, unless they are there. @throws Error when that fails */
export function prepareCleanRoot(): void {
  if (existsSync(cache)) return;
  const made = mkdtempSync(`${cache}-`);
  try {
    const addUser = [
      `echo "user:x:${USER_ID}:${USER_ID}::/home/user:/bin/bash" >> "$1/etc/passwd"`,
      `echo "user:x:${USER_ID}:" >> "$1/etc/group"`,
      `mkdir "$1/home/user" "$1/srv/given" && chown ${USER_ID}:${USER_ID} "$1/home/user"`,
    ].join(' && ');
    const include = `--include=${PACKAGES.join(',')}`;
    run([
      'mmdebstrap',
      '--mode=root',
      '--variant=apt',
      include,
      `--customize-hook=${addUser}`,
      SUITE,
      join(made, 'root'),
    ]);
    mkdirSync(join(made, 'installers'));
    run([
      'python3',
      '-m',
      'pip',
      'download',
      '--only-binary',
      ':all:',
      '--dest',
      join(made, 'installers'),
      ...INSTALLERS,
    ]);
    renameSync(made, cache);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    // Another run may have been faster.
    if (!existsSync(cache)) throw error;
  }
}

function run(argv: readonly [string, ...string[]]): void {
  const [program, ...args] = argv;
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${argv.join(' ')} failed: ${error?.message ?? stderr}`);
}

/** Enters a copy of the root file system in memory, without a network, as the user; what it mounts ends with it. */
const ENTER = `
cache=$1 work=$2 user=$3 script=$4; shift 4
mount -t tmpfs none "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay none -o "lowerdir=$cache/root,upperdir=$work/upper,workdir=$work/work" "$work/root"
cd "$work/root"
mount -t proc none proc
mount --rbind /dev dev
for given in "$cache/installers" "$@"; do
  place=srv/given/\${given##*/}
  if [ -d "$given" ]; then mkdir "$place"; else touch "$place"; fi
  mount --bind "$given" "$place"
done
exec chroot --userspec="$user:$user" . env -i HOME=/home/user PATH=/usr/bin:/bin LANG=C.UTF-8 bash -euc "cd; $script"
`;

/**
 * Runs a bash script there, as a user who has nothing. It ends at the first command that fails.
 *
 * @param given files and folders for `/srv/given`, beside `installers`
 * @returns what it printed
 * @throws Error with what it printed when it fails
 */
export function runInCleanRoot(script: string, given: readonly string[]): string {
  const work = mkdtempSync(join(tmpdir(), 'sheaf-clean-root-'));
  try {
    const unshare = ['--mount', '--net', '--pid', '--fork', '--kill-child', 'bash', '-euc', ENTER, 'enter'];
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [...unshare, cache, work, String(USER_ID), script, ...given],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Error(`${script}\nended with ${status}\n${stdout}\n${stderr}`);
    return stdout;
  } finally {
    rmdirSync(work);
  }
}
