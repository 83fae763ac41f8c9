/**
 * The main job from TypeScript: `node examples/library.ts DIR`, where DIR holds a copy of examples/digits.
 * In a project of your own, import from 'sheaf' instead.
 */
import { ExperimentManager } from '../src/index.ts';

const dir = process.argv[2] ?? '.';
const manager = await ExperimentManager.open({ dir });
try {
  const experiment = await manager.createExperiment({
    expId: 'from_library',
    template: 'softmax',
    description: 'Made by a program',
    params: { learning_rate: 0.5, epochs: 3 },
  });
  await manager.submitExperiment(experiment.expId);
  await manager.wait({ ids: [experiment.expId] });

  const { metrics } = await manager.harvestResults(experiment.expId);
  console.log(`accuracy ${JSON.stringify(metrics['accuracy'])}`);

  const { path, rows } = await manager.exportResults(`${dir}/results.csv`);
  console.log(`${rows} row in ${path}`);
} finally {
  manager.close();
}
