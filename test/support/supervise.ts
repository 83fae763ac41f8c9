import { superviseSpool } from '../../src/scheduler/index.ts';

/** A supervisor with short times: `node supervise.ts '{"idleMs": 300}' SPOOL`. */
const [options = '{}', spool = ''] = process.argv.slice(2);
await superviseSpool(spool, JSON.parse(options) as object);
