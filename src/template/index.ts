export { renderCommand, parameterVariable, type CommandContext } from './command.ts';
export { compose, type Composed } from './compose.ts';
export { templateDefaults } from './defaults.ts';
export {
  describeTemplate,
  readLive,
  type DescribedParameter,
  type DescribedReserved,
  type TemplateDescription,
} from './describe.ts';
export { writeExperimentYaml, type ExperimentHeader } from './experiment-yaml.ts';
export { templateFromSbatch } from './from-sbatch.ts';
export { jobScript, type JobScriptRequest } from './job-script.ts';
export { listTemplates, loadTemplate, type LoadedTemplate, type TemplateName } from './load.ts';
export { membersFile, type Member } from './members.ts';
export type { GivenValue, Overrides } from './overrides.ts';
export { openProjectConfig, type ClusterCatalogue, type ProjectConfig, type ProjectSource, type SchedulerName } from './project.ts';
export { renderRun, type Run } from './run-script.ts';
export { readResources, readValue } from './texts.ts';
export { editYaml } from './yaml-edit.ts';
