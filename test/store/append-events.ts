/** A process that appends events to a project: `node append-events.ts ROOT NAME COUNT [BATCH]`. */
import { openStore, projectPaths } from '../../src/store/index.ts';
import { created } from '../support/events.ts';

const [root = '', name = '', count = '1', batch = '1'] = process.argv.slice(2);
using store = await openStore(projectPaths(root, `${root}/experiments`), { env: process.env });
for (let i = 0; i < Number(count); i += 1) {
  const bodies = Array.from({ length: Number(batch) }, (_, j) => created(`${name}-${i}-${j}`));
  await store.append(bodies);
  process.stdout.write(bodies.map(({ exp }) => `${exp}\n`).join(''));
}
