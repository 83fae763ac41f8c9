import type { Stage } from '../../core/experiment/frozen.ts';
import { formatCount } from '../../core/text/phrases.ts';
import type { Batch } from './submit-plan.ts';

/** Remarks about jobs that run, but not as their template may mean it. */
export function describeDoubts(batches: readonly Batch[]): string[] {
  return [...describeLostCheckpoints(batches), ...new Set(batches.flatMap(describeIdleNodes))];
}

/**
 * A program that runs in the project folder writes there, where sheaf does not look for attempts; unless it gets one of
 * the experiment's folders.
 */
function describeLostCheckpoints(batches: readonly Batch[]): string[] {
  const blind = batches.flatMap(({ code, members }) =>
    code.mode === 'snapshot' ? [] : members.filter(({ stage }) => isSavingElsewhere(stage)),
  );
  const [first] = blind;
  if (first === undefined) return [];
  const { expId } = first.experiment;
  const path = first.stage.run.checkpoint?.path ?? '';
  return [
    `${expId} runs in the project folder, but sheaf looks for its checkpoints ${path} in its own folder: let it write them to "$SHEAF_OUT"`,
  ];
}

function isSavingElsewhere({ command, run }: Stage): boolean {
  return /^[^/{]/.test(run.checkpoint?.path ?? '/') && !/\bSHEAF_(?:OUT|DIR)\b/.test(command);
}

/** What starts processes on other nodes. */
const SPREADS = /\b(?:srun|mpirun|mpiexec|prun|ssh|pdsh)\b/;

/** The members of a pack run on the first node, unless their program goes to the others by itself. */
function describeIdleNodes({ resources, members: [first] }: Batch): string[] {
  const { num_nodes: nodes = 1, pack } = resources;
  if (nodes === 1 || (pack?.size ?? 1) === 1 || first === undefined) return [];
  const { command, run } = first.stage;
  if (SPREADS.test(run.script?.text ?? command)) return [];
  const isSpread = (run.launcher?.use ?? 'none') !== 'none' || run.environment?.container?.runtime === 'pyxis';
  const why = isSpread
    ? 'each of them asks for the whole job through srun, so that Slurm may run one after the other'
    : `all of them run on the first, so that ${formatCount(nodes - 1, 'node')} ${nodes === 2 ? 'has' : 'have'} nothing to do`;
  return [
    `${first.experiment.expId} and others share jobs of ${nodes} nodes (pack: ${pack?.size}), and ${why}: ` +
      'pass --set num_nodes=1 to share one node, or --set pack=1 for a job each',
  ];
}
