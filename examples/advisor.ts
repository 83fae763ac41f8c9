/**
 * Advice from a description of partitions alone, without a project or a cluster: `node examples/advisor.ts`.
 * In a project of your own, import from 'sheaf' instead.
 */
import { ResourceAdvisor } from '../src/index.ts';

const advisor = new ResourceAdvisor({
  partitions: {
    a100_public: {
      gpu_type: 'A100',
      gpus_per_node: 4,
      total_nodes: 20,
      arch: 'Ampere',
      memory_gb: 80,
      fp8_support: false,
      priority: 'normal',
    },
    l40s_public: { gpu_type: 'L40S', gpus_per_node: 4, total_nodes: 10, memory_gb: 48 },
    v100: { gpu_type: 'V100', gpus_per_node: 2, total_nodes: 4, memory_gb: 16, max_time: '1-00:00:00' },
  },
});

const params = { model: 'resnet50', batch_size: 192, precision: 'bf16', optimizer: 'sgd', momentum: 0.9 };
const { choices, dropped } = await advisor.advise({ params, globalBatch: 768 });
for (const { candidate, reasons } of choices) {
  const { offer, gpus, split, need } = candidate;
  const batch = `${split?.micro} × ${gpus} × ${split?.accumulation}`;
  console.log(`${offer.partition}: ${batch}, ${need.gib?.toFixed(1)} of ${need.usableGib} GiB; ${reasons.join('; ')}`);
}
for (const { partition, why } of dropped.filter(({ kind }) => kind !== 'worse')) console.log(`${partition}: ${why}`);
