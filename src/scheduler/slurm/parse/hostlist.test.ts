import { expect, test } from 'vitest';
import { expandHostList } from './hostlist.ts';

test.each([
  ['a100-1', ['a100-1']],
  ['l40s[1-2],cpu1', ['l40s1', 'l40s2', 'cpu1']],
  ['n[08-10,12]-ib', ['n08-ib', 'n09-ib', 'n10-ib', 'n12-ib']],
  ['r[1-2]n[1-2]', ['r1n1', 'r1n2', 'r2n1', 'r2n2']],
  // Meta AI (23.02), Oracle OKE (25.11) and the Ohio Supercomputer Center.
  ['node[1281-1283,1301],n2', ['node1281', 'node1282', 'node1283', 'node1301', 'n2']],
  ['10.140.64.164', ['10.140.64.164']],
  ['gpu-node-01.cluster.example.org', ['gpu-node-01.cluster.example.org']],
  ['c621-[009-011]', ['c621-009', 'c621-010', 'c621-011']],
  ['', []],
])('the names in %j', (list, names) => {
  expect(expandHostList(list)).toEqual(names);
});
