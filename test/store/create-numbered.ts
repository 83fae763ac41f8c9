/** A process that makes experiments and sweeps without names: `node create-numbered.ts ROOT COUNT`. Prints their names. */
import { ExperimentManager } from '../../src/index.ts';

const [dir = '', count = '1'] = process.argv.slice(2);
using manager = await ExperimentManager.open({ dir });
for (let i = 0; i < Number(count); i += 1) {
  const { expId } = await manager.createExperiment({ template: 't' });
  const sweep = await manager.createSweep({ template: 't', grid: { seed: [1, 2] } });
  process.stdout.write(`${expId}\n${sweep.name}\n`);
}
