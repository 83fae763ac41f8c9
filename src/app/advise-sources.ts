import type { Candidate, Forecast, Job, Outlook } from '../advisor/index.ts';
import type { AdviceSources, ModelKnowledge, Outlooks } from './advise-core.ts';
import type { Subject } from './advise-subject.ts';
import type { Project } from './project.ts';

/** What a project on its cluster knows. */
export interface ProjectSources extends AdviceSources {
  /** The experiment that results are to stand beside. */
  readonly reference?: string;
}

export function projectSources(_project: Project, _subject: Subject, _like?: string): ProjectSources {
  return {
    offers: async () => ({ offers: [], unknown: [] }),
    model: async (): Promise<ModelKnowledge> => ({
      needOf: () => ({ verdict: 'unknown', basis: 'no estimate' }),
      basis: [],
    }),
    outlooks: async (_job: Job, candidates: readonly Candidate[]): Promise<Outlooks> => ({
      outlooks: candidates.map((): Outlook => ({ wait: UNKNOWN, run: UNKNOWN })),
      notes: [],
    }),
  };
}

const UNKNOWN: Forecast = { kind: 'unknown', basis: 'not known', samples: 0 };
