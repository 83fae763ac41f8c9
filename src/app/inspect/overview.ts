import { withoutUndefined } from '../../core/value.ts';
import type { QueuePosition } from '../../scheduler/index.ts';
import { retryAdvice, type RetryAdvice } from '../experiments/outdated.ts';
import { openRuleBook } from '../harvest/harvest-rules.ts';
import { placeIfKnown } from '../observe/queue-position.ts';
import type { Project } from '../project/project.ts';
import type { Outdated } from '../project/types.ts';
import { showExperiment, type Shown } from './show.ts';
import { showInputs, type ShownInput } from './shown-inputs.ts';

/** All about one experiment, with what the record alone does not have. */
export interface Overview extends Shown {
  /** What it read; empty while nothing is on record. */
  readonly inputs: readonly ShownInput[];
  /** What changed in the project since its attempts. */
  readonly outdated?: Outdated;
  /** How to run it again, if it failed. */
  readonly retry?: RetryAdvice;
  /** It completed, and its template has no rules for what to read from it. */
  readonly hasNoRules?: true;
  /** Its place in the queue, while it is queued and the scheduler says. */
  readonly place?: QueuePosition;
}

export interface InspectOptions {
  readonly events?: boolean;
  /** False: the scheduler is not asked, so that no place in the queue is known. */
  readonly ask?: boolean;
}

/** Asks the scheduler only about an experiment that is queued. @throws SheafError `experiment.unknown` */
export async function inspectExperiment(
  project: Project,
  expId: string,
  options: InspectOptions = {},
): Promise<Overview> {
  const shown = showExperiment(project, expId, options);
  const advice = await retryAdvice(project, expId);
  const { outdated } = advice;
  const retry = shown.status.status === 'failed' ? advice : undefined;
  const hasNoRules =
    shown.status.status === 'completed' &&
    shown.experiment.record.harvest === undefined &&
    (await openRuleBook(project)).askedOf(shown.experiment.config.template) === undefined;
  const isAsked = options.ask !== false && shown.status.status === 'queued';
  const place = isAsked ? await placeIfKnown(project, expId) : undefined;
  const inputs = await showInputs(project, shown.experiment);
  return { ...shown, inputs, ...withoutUndefined({ outdated, retry, place, hasNoRules: hasNoRules || undefined }) };
}
