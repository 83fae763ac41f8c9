/** `node open-store.ts ROOT [query]`: opens a project's record and prints what that took, as JSON. */
import { performance } from 'node:perf_hooks';
import { parseQuery } from '../src/core/query/query.ts';
import { openStore, projectPaths } from '../src/store/index.ts';

const [root = '', query] = process.argv.slice(2);
const started = performance.now();
using store = await openStore(projectPaths(root, `${root}/experiments`), { env: process.env });
const openMs = performance.now() - started;
const before = performance.now();
const rows = query === undefined ? [] : [...store.select({ where: parseQuery(query), limit: 50, nowMs: 0 })];
const queryMs = performance.now() - before;
const rssMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ openMs, queryMs, rows: rows.length, rssMiB }));
