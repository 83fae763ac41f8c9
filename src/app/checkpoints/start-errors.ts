import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { listPins } from '../../core/experiment/record.ts';
import { getExperimentStatus, isActive } from '../../core/experiment/status.ts';
import { inputError, SheafError, type Problem } from '../../core/errors.ts';
import { suggestName } from '../../core/text/nearest.ts';
import { formatList } from '../../core/text/phrases.ts';
import type { Project } from '../project/project.ts';

const NOTHING_MADE = 'nothing was made';
/** Names looked at for a suggestion. */
const SUGGEST_FROM = 5_000;

/** A parameter of an older template may have the name of the key. */
export function makeUnknownStart({ store }: Project, name: string): SheafError {
  const meant = suggestName(name, store.recentNames(SUGGEST_FROM), 'to see what there is: sheaf list');
  return inputError('start.unknown', `start_from: there is no experiment and no pinned checkpoint "${name}"`, {
    why: 'start_from is a key of sheaf: the checkpoint that a run starts from',
    fix: `${meant}\nfor a parameter of your program of this name, write params: {start_from: ${name}}`,
    now: NOTHING_MADE,
  });
}

export function makeUnknownPin({ expId, record }: Experiment, name: string): SheafError {
  const names = listPins(record).map(([each]) => each);
  const known = names.length === 0 ? 'it has no pinned ones' : `it has ${formatList(names, 5)}`;
  return inputError('start.none', `start_from: ${expId} has no pinned checkpoint "${name}"`, {
    why: `behind the @ is best, newest, a step, or the name of a pinned checkpoint; ${known}`,
    fix: suggestName(name, ['best', 'newest', ...names], `to see its checkpoints: sheaf checkpoints list ${expId}`),
    now: NOTHING_MADE,
  });
}

/** Why an experiment has not got the checkpoint that is asked for, and what to do in place of flags that `new` has not got. */
export function toStartError(writer: Experiment, error: SheafError): SheafError {
  const [first, ...rest] = error.problems;
  const message = `start_from: ${first.message}`;
  return new SheafError([{ ...first, ...changesOf(writer, first), message, now: NOTHING_MADE }, ...rest], 2, {
    cause: error,
  });
}

function changesOf({ expId, record, config }: Experiment, { code }: Problem): Partial<Problem> {
  if (code === 'checkpoint.metric') {
    const pin = `sheaf checkpoints pin ${expId} best --metric METRIC --as NAME`;
    return { fix: `pin the one that you mean: ${pin}\nthen start from ${expId}@NAME` };
  }
  if (code !== 'checkpoint.none') return {};
  const { status } = getExperimentStatus(record);
  const patterns = stagesOf(config.settings).flatMap(({ run }) => run.checkpoint?.path ?? []);
  if (patterns.length === 0) {
    const fix = `add it to templates/${config.template}.yaml, and run it again: sheaf clone ${expId} --fresh`;
    return { code: 'start.none', fix };
  }
  const looked = `nothing fits ${formatList([...new Set(patterns)])} in the folders of its attempts`;
  if (status === 'created') return { code: 'start.none', why: 'it was never submitted', fix: `sheaf submit ${expId}` };
  const fix = isActive(status) ? `wait for it: sheaf wait ${expId}` : `to see what it wrote: sheaf show ${expId}`;
  return { code: 'start.none', why: looked, fix };
}
