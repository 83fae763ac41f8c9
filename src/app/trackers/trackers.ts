import type { Integrations } from '../../core/settings/integrations.ts';
import { SheafError } from '../../core/errors.ts';
import { memoize } from '../../core/text/memoize.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Project } from '../project/project.ts';

/** The trackers of an experiment as its template, or sheaf.yaml, says today. */
export type TrackersOf = (experiment: Experiment) => Integrations;

/** Each template is read once. @throws SheafError for whatever is wrong in sheaf.yaml or in a template */
export async function openTrackers(project: Project): Promise<TrackersOf> {
  const config = await project.config();
  const { readLive } = await import('../../template/index.ts');
  const read = memoize(String, (template: string): Integrations => {
    try {
      return readLive(config, template).integrations ?? {};
    } catch (error) {
      // Experiments outlive their template: what holds for the whole project holds for them.
      if (error instanceof SheafError && error.code === 'template.unknown') return config.integrations ?? {};
      throw error;
    }
  });
  return (experiment) => read(experiment.config.template);
}
