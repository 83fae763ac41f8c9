/** The single file of `release` on a Slurm cluster without any other network. It runs as clean-root.test.ts does. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installPackages, whyNoCluster } from '../../scripts/slurm/index.ts';
import { temporaryFolder } from '../support/project-folder.ts';

const root: string = join(import.meta.dirname, '../..');
const file: string = join(root, 'release/sheaf-linux-x64');

/** A network that has this machine alone: the daemons of Slurm and its programs share it. */
const DEMONSTRATION = `
dir=$1 node=$2 root=$3 project=$4
ip link set lo up
# glibc looks up no name on a machine that has the address 127.0.0.1 alone.
ip address add 192.0.2.1/32 dev lo
# Nobody is there to ask for the name of this machine.
echo "127.0.0.1 localhost $(hostname)" > "$dir.hosts"
mount --bind "$dir.hosts" /etc/hosts
trap '"$node" "$root/scripts/slurm.ts" down --dir "$dir" >&2; rm "$dir.hosts"' EXIT
"$node" "$root/scripts/slurm.ts" up --dir "$dir" >&2
export SLURM_CONF="$dir/slurm.conf"
"$node" "$root/scripts/quickstart.ts" --scheduler slurm --dir "$project"
`;

const isWanted = process.env['SHEAF_TEST_PACKAGES'] === 'require';

test.skipIf(!isWanted)(
  'the single file alone runs the Slurm demonstration with the network cut',
  () => {
    expect(whyNoCluster()).toBeUndefined();
    // While there is a network.
    installPackages((text) => process.stderr.write(`${text}\n`));
    if (!existsSync(file)) throw new Error(`${file} is missing: npm run package`);
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'bin'));
    const sheaf = join(folder, 'bin/sheaf');
    copyFileSync(file, sheaf);
    const cluster = `/tmp/sheaf-slurm-a${process.pid}`;
    const words = [cluster, process.execPath, root, join(folder, 'digits')];
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['--net', '--mount', 'bash', '-euc', DEMONSTRATION, 'demonstration', ...words],
      { encoding: 'utf8', env: { ...process.env, SHEAF_UNDER_TEST: sheaf } },
    );
    expect(status, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toContain('✓ lr · 12 completed');
    expect(stdout).toContain('12 runs are done');
  },
  600_000,
);
