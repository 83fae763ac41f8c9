/** `node open-store.ts CHECKOUT ROOT [query]`: opens a project's record as a built checkout does, and prints what that took, as JSON. */
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { parseQuery } from '../src/core/query/query.ts';
import type * as storeModule from '../src/store/index.ts';

const [checkout = '', root = '', query] = process.argv.slice(2);
const module = pathToFileURL(`${checkout}/dist/store/index.js`).href;
const { openStore, projectPaths } = (await import(module)) as typeof storeModule;
const before = process.cpuUsage();
const started = performance.now();
using store = await openStore(projectPaths(root, `${root}/experiments`), { env: process.env });
const wallMs = performance.now() - started;
const { user, system } = process.cpuUsage(before);
const asked = performance.now();
const rows = query === undefined ? [] : [...store.select({ where: parseQuery(query), limit: 50, nowMs: 0 })];
const queryMs = performance.now() - asked;
const rssMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, queryMs, rows: rows.length, rssMiB }));
