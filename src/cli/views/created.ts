import type { Created } from '../../app/index.ts';
import { createdJson } from '../../json/index.ts';
import type { Answer } from '../shell/answer.ts';
import { formatDifferences, formatResources } from './experiment-view.ts';
import { count, formatPairs } from '../shell/words.ts';

/** Reports what `new` and `clone` created. @param like what it is compared with: `template resnet` */
export function createdAnswer(created: Created, like: string): Answer {
  const { experiment, differs, same, warnings } = created;
  const { expId, config } = experiment;
  const asks = formatResources(config.settings.resources);
  return {
    data: createdJson(created),
    text: ({ tty }) => {
      const details = formatPairs([
        ['changes', formatDifferences(differs)],
        ['unchanged', same === 0 ? '' : `${count(same, 'parameter')} as in ${like}`],
        ['asks for', asks],
      ]);
      return `Created ${expId}\n${tty ? details : ''}`;
    },
    warnings,
    next: [...adviceFor(experiment), `sheaf submit ${expId}`, `sheaf submit ${expId} --dry-run`],
  };
}

/** Whether GPUs are requested without a partition. */
function adviceFor({ expId, config }: Created['experiment']): string[] {
  const { num_gpus: gpus = 0, partition } = config.settings.resources;
  return gpus > 0 && partition === undefined ? [`sheaf advise ${expId}`] : [];
}
