import { superviseSpool } from '../../src/scheduler/index.ts';
import { effectCount } from '../../src/system/index.ts';

/** A supervisor with short times: `node supervise.ts '{"idleMs": 300}' SPOOL`. Prints its number of effects. */
const [options = '{}', spool = ''] = process.argv.slice(2);
await superviseSpool(spool, JSON.parse(options) as object);
process.stdout.write(`${effectCount()}\n`);
