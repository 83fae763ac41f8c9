/** sheaf with a scheduler beside those that come with it: `node sheaf.ts init`. */
import { main } from '../../../src/cli/run.ts';
import { PBS } from './pbs-scheduler.ts';

await main(process.argv.slice(2), { schedulers: { pbs: PBS } });
