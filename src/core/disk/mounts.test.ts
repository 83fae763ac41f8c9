import { expect, it } from 'vitest';
import { findMount } from './mounts.ts';

// The form of proc_pid_mountinfo(5).
const MOUNTS = `23 28 0:22 / /proc rw,nosuid shared:12 - proc proc rw
28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
90 28 0:55 / /home rw,relatime shared:50 - nfs4 server:/export/home rw,vers=4.2
91 28 0:56 / /scratch rw - lustre 10.0.0.1@tcp:10.0.0.2@tcp:/scratch rw,flock
92 28 0:57 /lab /data\\040of\\040lab rw - ceph mon1,mon2:/volumes rw
93 28 0:58 / /scratch rw master:1 propagate_from:2 - gpfs gpfs0 rw
`;

it('a path is on the file system that is mounted nearest above it', () => {
  expect(findMount(MOUNTS, '/home/ada/x')).toEqual({ folder: '/home', type: 'nfs4', source: 'server:/export/home' });
  expect(findMount(MOUNTS, '/homework')).toEqual({ folder: '/', type: 'ext4', source: '/dev/sda1' });
  expect(findMount(MOUNTS, '/data of lab')?.type).toBe('ceph');
});

it('of two file systems in one place, the one that was mounted last covers the other', () => {
  expect(findMount(MOUNTS, '/scratch/ada')?.type).toBe('gpfs');
});

it('nothing is known without the list of mounts', () => {
  expect(findMount('', '/home')).toBeUndefined();
});
