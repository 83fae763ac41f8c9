import { join } from 'node:path';
import { memoize } from '../../core/text/memoize.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { collectTexts, type Value } from '../../core/value.ts';
import { readTextIfThere } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { Batch, BatchMember } from './submit-plan.ts';

/** Remarks about jobs that run, but not as their template may mean it. */
export async function describeDoubts(project: Project, batches: readonly Batch[]): Promise<string[]> {
  const idle = new Set(batches.flatMap(describeIdleNodes));
  return [...(await describeLostCheckpoints(project, batches)), ...idle];
}

/**
 * A program that runs in the project folder writes there, where sheaf does not look for attempts; unless it gets one of
 * the experiment's folders.
 */
async function describeLostCheckpoints({ root }: Project, batches: readonly Batch[]): Promise<string[]> {
  const live = batches.filter(({ code, members }) => code.mode !== 'snapshot' && members.some(hasRelativeCheckpoints));
  if (live.length === 0) return [];
  const { readCalledFiles } = await import('../../template/index.ts');
  const readFile = memoize(String, (path: string) => readTextIfThere(join(root, path)));
  const isBlind = memoize(String, (text: string) => {
    const texts = [text, ...readCalledFiles(text, readFile)];
    return !texts.some((each) => /\bSHEAF_(?:OUT|DIR)\b/.test(each));
  });
  const first = live
    .flatMap(({ members }) => members.filter(hasRelativeCheckpoints))
    .find(({ stage }) => collectTexts(stage as unknown as Value).every(isBlind));
  if (first === undefined) return [];
  const { expId } = first.experiment;
  const path = first.stage.run.checkpoint?.path ?? '';
  return [
    `${expId} runs in the project folder, but sheaf looks for its checkpoints ${path} in the folder of the experiment: ` +
      'unless the program writes them there, let it write them to "$SHEAF_OUT"',
  ];
}

function hasRelativeCheckpoints({ stage }: BatchMember): boolean {
  return /^[^/{]/.test(stage.run.checkpoint?.path ?? '/');
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
