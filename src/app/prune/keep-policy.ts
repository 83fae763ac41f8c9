import { SheafError, throwProblems, type Problem } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { asksForPruning } from '../../core/files/plan-pruning.ts';
import type { KeepPolicy } from '../../core/settings/run-settings.ts';
import type { Settings } from '../../core/settings/settings.ts';
import { memoize } from '../../core/text/memoize.ts';
import type { Project } from '../project/project.ts';

/** What the command line asks to keep. */
export type AskedPolicy = Partial<Omit<KeepPolicy, 'auto'>>;

/** What to keep of the checkpoints of each experiment, by the templates of today. */
export interface PolicyBook {
  /** The policy of a stage; undefined if nothing says what to keep, or its template cannot be read. */
  policyOf(experiment: Experiment, stage: string): KeepPolicy | undefined;
  /** What is wrong with templates. */
  problems(): Problem[];
}

/**
 * The policies of a project. What was requested takes the place of what a template says, but for the metric; what a
 * template says today, of what it said when an experiment was made. Only if the template or the stage is gone does the
 * experiment itself say it.
 */
export async function openPolicyBook(project: Project, asked: AskedPolicy = {}): Promise<PolicyBook> {
  const config = await project.config();
  const { loadTemplate } = await import('../../template/index.ts');
  const problems: Problem[] = [];

  function read(template: string): Settings | 'gone' | 'broken' {
    try {
      const { settings } = loadTemplate(config, template);
      throwProblems(settings.problems);
      return settings.value;
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      if (error.code === 'template.unknown') return 'gone';
      problems.push(...error.problems);
      return 'broken';
    }
  }

  const today = memoize(String, read);
  const findWritten = ({ config: frozen, settings }: Experiment, stage: string): KeepPolicy | undefined => {
    const current = today(frozen.template);
    if (current === 'broken') return undefined;
    const stages = stagesOf(current === 'gone' ? settings : current);
    const found = stages.find(({ name }) => name === stage) ?? stagesOf(settings).find(({ name }) => name === stage);
    return found?.run.checkpoint?.keep;
  };
  return {
    policyOf: (experiment, stage) => {
      if (!asksForPruning(asked)) return withMetric(findWritten(experiment, stage), asked.metric);
      const metric = asked.metric ?? (asked.best === undefined ? undefined : findWritten(experiment, stage)?.metric);
      return { ...asked, ...(metric === undefined ? {} : { metric }), auto: false };
    },
    problems: () => problems,
  };
}

function withMetric(policy: KeepPolicy | undefined, metric: string | undefined): KeepPolicy | undefined {
  if (policy === undefined || !asksForPruning(policy)) return undefined;
  return metric === undefined ? policy : { ...policy, metric };
}
