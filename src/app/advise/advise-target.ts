import { inputError } from '../../core/errors.ts';
import { isAutoPartition } from '../../core/experiment/auto.ts';
import { stagesOf, type Frozen, type Stage } from '../../core/experiment/frozen.ts';
import { listPartitionNames } from '../../core/cluster/partitions-asked.ts';
import type { Resources } from '../../core/settings/settings.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ValueMap } from '../../core/value.ts';
import { toOverrides } from '../experiments/new.ts';
import { openTemplate } from '../experiments/open-template.ts';
import type { Project } from '../project/project.ts';
import type { Override } from '../project/types.ts';

/** What advice is for. */
export interface AdviceTarget {
  /**
   * `frozen`: an experiment, whose parameters stay as they are. `template`: parameters may still be chosen. `job`: one that
   * only its parameters describe.
   */
  readonly kind: 'frozen' | 'job' | 'template';
  /** The experiment, the template, or `job`. */
  readonly name: string;
  readonly template: string;
  readonly sweep?: string;
  readonly stage: Stage;
  /** The names of all its stages, {@link stage} included, in their order; absent: this is the only one. */
  readonly stages?: readonly string[];
  readonly params: ValueMap;
  /** Jobs of this kind that are to run: members of a sweep. */
  readonly tasks: number;
  readonly maxParallel?: number;
  /** Of an experiment that a submit would not run as advised: why a copy of it is what one makes, in words. */
  readonly copyBecause?: string;
  /** The number of GPUs is given by hand, for this attempt. */
  readonly gpusAreGiven?: boolean;
  /** Said by hand when advice was asked for: no other partition is weighed. */
  readonly partitions?: readonly string[];
}

/** @throws SheafError `advise.stage` when there is no such stage */
export function getAdviceTarget(experiment: Experiment, stageName?: string, tasks: number = 1): AdviceTarget {
  return {
    kind: 'frozen',
    name: experiment.expId,
    ...(experiment.sweep === undefined ? {} : { sweep: experiment.sweep }),
    ...getCommonParts(experiment.config, stageName),
    tasks,
  };
}

/** A template with overrides; values that must be given may be missing. */
export async function getTemplateTarget(
  project: Project,
  name: string,
  over: Override,
  stageName?: string,
): Promise<AdviceTarget> {
  const template = await openTemplate(project, name);
  const { frozen } = template.compose(toOverrides(over, new Map()), 'allowed');
  const about = getCommonParts(frozen, stageName);
  return {
    kind: 'template',
    name,
    ...about,
    ...partitionsGiven(over, about.stage.resources),
    tasks: 1,
  };
}

/** What the template says of partitions is what advice is to replace; what is given beside it is meant. */
function partitionsGiven({ flags, sets }: Override, resources: Resources): Pick<AdviceTarget, 'partitions'> {
  const isGiven = flags?.['partition'] !== undefined || sets?.['partition'] !== undefined;
  const names = listPartitionNames(resources.partition);
  return isGiven && names !== undefined && !isAutoPartition(resources) ? { partitions: names } : {};
}

function getCommonParts(
  { template, params, settings }: Frozen,
  name: string | undefined,
): Pick<AdviceTarget, 'template' | 'params' | 'stage' | 'stages'> {
  const stages = stagesOf(settings);
  const stage = name === undefined ? stages[0] : stages.find((each) => each.name === name);
  if (stage === undefined) {
    throw inputError('advise.stage', `there is no stage "${name ?? ''}"`, {
      fix: `one of ${stages.map((each) => each.name).join(', ')}`,
    });
  }
  return { template, params, stage, stages: stages.map((each) => each.name) };
}
