import type { Outdated } from '../project/types.ts';
import { SheafError } from '../../core/errors.ts';
import { DEFAULT_CODE } from '../../core/settings/run-settings.ts';
import type { ExpId } from '../../core/ids.ts';
import { memoize } from '../../core/text/memoize.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { withoutUndefined } from '../../core/value.ts';
import { getSeriesStart } from '../../core/experiment/version.ts';
import { getFrozenCode } from '../code/code.ts';
import { findExperiment } from '../project/find.ts';
import type { Project } from '../project/project.ts';
import { openTemplatesOnce, rereadOne } from './reread-template.ts';
import { compareSettings } from './settings-differences.ts';

/** How to run something again that failed. */
export interface RetryAdvice {
  readonly expId: ExpId;
  /** With `--fresh`: the code or the settings changed since, or the failure comes again until they do. */
  readonly fresh: boolean;
  readonly outdated?: Outdated;
}

/** Failures that come again until the program, its environment or the template is corrected. */
const COME_AGAIN: ReadonlySet<string> = new Set([
  'assertion',
  'checkpoint_mismatch',
  'column_missing',
  'command_missing',
  'conda_missing',
  'config_key',
  'container_missing',
  'device_mismatch',
  'environment',
  'exception',
  'key_missing',
  'label_range',
  'library_mismatch',
  'library_missing',
  'module_load',
  'module_missing',
  'not_executable',
  'recursion',
  'shape_mismatch',
  'shell_syntax',
  'syntax',
  'usage',
  'variable_unset',
]);

/** @throws SheafError `experiment.unknown` */
export async function retryAdvice(project: Project, expId: string): Promise<RetryAdvice> {
  const experiment = findExperiment(project, expId);
  const outdated = await new OutdatedFinder(project).of(experiment);
  const outcome = getExperimentStatus(experiment.record).stage?.outcome;
  const code = outcome?.status === 'failed' ? outcome.diagnosis?.code : undefined;
  // What runs in the project folder notices new code anyway.
  const needsChange = getFrozenCode(experiment)?.mode === 'snapshot' && code !== undefined && COME_AGAIN.has(code);
  return {
    expId: experiment.expId,
    fresh: outdated !== undefined || needsChange,
    ...withoutUndefined({ outdated }),
  };
}

/** Finds what changed; experiments with the same code and settings are checked once. */
export class OutdatedFinder {
  readonly #project: Project;
  readonly #templates: ReturnType<typeof openTemplatesOnce>;
  readonly #changes: (experiment: Experiment) => Promise<Pick<Outdated, 'files' | 'settings'>>;

  constructor(project: Project) {
    this.#project = project;
    this.#templates = openTemplatesOnce(project);
    this.#changes = memoize(codeAndSettings, (experiment) => this.#find(experiment));
  }

  /** Undefined when nothing changed, nothing was submitted, or it is unknown. */
  async of(experiment: Experiment): Promise<Outdated | undefined> {
    if (getFrozenCode(experiment) === undefined) return undefined;
    const changes = await this.#changes(experiment);
    if (changes.files.length + changes.settings.length === 0) return undefined;
    const { attempt } = getExperimentStatus(experiment.record).stage ?? {};
    return { attempt: attempt ? getSeriesStart(experiment.record, attempt.stage, attempt.n) : 1, ...changes };
  }

  async #find(experiment: Experiment): Promise<Pick<Outdated, 'files' | 'settings'>> {
    const [files, settings] = await Promise.all([
      orNothing(() => this.#files(experiment)),
      orNothing(() => this.#settings(experiment)),
    ]);
    return { files, settings };
  }

  async #files(experiment: Experiment): Promise<readonly string[]> {
    const record = getFrozenCode(experiment);
    if (record?.mode !== 'snapshot') return [];
    const { findChangedFiles } = await import('../../provenance/index.ts');
    const { root, store } = this.#project;
    const { experiments, code } = store.paths;
    const settings = experiment.settings.code ?? DEFAULT_CODE;
    const changed = (await findChangedFiles({ folder: root, experiments, settings, store: code, record })) ?? [];
    // What these say is compared as settings.
    return changed.filter((path) => !/^(templates\/[^/]+\.yaml|sheaf\.yaml)$/.test(path));
  }

  async #settings(experiment: Experiment): Promise<readonly string[]> {
    const template = await this.#templates(experiment.config.template);
    const { settings } = rereadOne(this.#project, template, experiment);
    return compareSettings(experiment.settings, settings).map(({ name }) => name);
  }
}

function codeAndSettings(experiment: Experiment): string {
  const { template, settings } = experiment.config;
  return JSON.stringify([template, settings, getFrozenCode(experiment)]);
}

/** A project that cannot be read just now is no reason to say nothing else. */
async function orNothing(find: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof SheafError) return [];
    throw error;
  }
}
