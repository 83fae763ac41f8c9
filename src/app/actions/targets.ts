import type { Experiment } from '../../core/experiment/experiment.ts';
import { listTags } from '../../core/experiment/record.ts';
import { getExperimentStatus, isActive, wasSubmitted, type Status } from '../../core/experiment/status.ts';
import type { ActionOnExperiments } from './action.ts';

/** Which of the chosen experiments an action changes, and why it leaves the others as they are. */
export interface Target {
  readonly fits: (experiment: Experiment) => boolean;
  readonly otherwise: string;
}

/** As the record shows them: the library looks again when it acts. Retries and submissions are planned by themselves. */
export function makeTarget(action: Exclude<ActionOnExperiments, { readonly kind: 'submit' | 'retry' }>): Target {
  switch (action.kind) {
    case 'tag': {
      const { add = [], remove = [] } = action;
      const fits = ({ record }: Experiment): boolean => {
        const tags = listTags(record);
        return add.some((name) => !tags.includes(name)) || remove.some((name) => tags.includes(name));
      };
      return { fits, otherwise: 'has these tags already' };
    }
    case 'note':
      return { fits: () => true, otherwise: '' };
    case 'archive': {
      const wanted = action.undo !== true;
      return {
        fits: ({ record }) => (record.archived?.value ?? false) !== wanted,
        otherwise: wanted ? 'is archived already' : 'is not archived',
      };
    }
    case 'cancel':
      return { fits: (each) => isActive(statusOf(each)), otherwise: 'nothing of it is queued or running' };
    case 'hold':
    case 'release':
      return { fits: (each) => statusOf(each) === 'queued', otherwise: 'nothing of it waits in the queue' };
    case 'requeue':
      return { fits: (each) => statusOf(each) === 'running', otherwise: 'nothing of it runs' };
    case 'harvest':
      return { fits: wasSubmitted, otherwise: 'it never ran' };
  }
}

/** The status of an experiment, as the record has it. */
export function statusOf({ record }: Experiment): Status {
  return getExperimentStatus(record).status;
}
