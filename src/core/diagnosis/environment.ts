import type { Rule } from './rule.ts';

/** Of a job; that it runs, that it cleaned up, and how its program ended, is no complaint. */
const OWN_WORDS =
  /^sheaf: (?!.* runs as |.*left processes behind|run by hand|copying the code took|ended with status \d)(?<what>.+)/;
/** Programs end with the same status: only these words tell that none ran. */
const REFUSAL = /^sheaf: (?<what>.+; nothing was run)$/;

/** What a job says when it cannot begin with its program, and runs nothing. */
export const NOTHING_RUN_RULES: readonly Rule[] = [
  {
    code: 'environment',
    cause: 'launch',
    exits: [78],
    pattern: OWN_WORDS,
    says: ({ groups }) => groups['what'],
  },
  {
    code: 'nothing_run',
    cause: 'launch',
    exits: [74, 75],
    pattern: REFUSAL,
    says: ({ groups }) => groups['what'],
  },
];

/** What was to be set up before the program and is not there; programs that start anyway fail of it. */
export const SETUP_RULES: readonly Rule[] = [
  {
    code: 'module_load',
    pattern:
      /The following module\(s\) are unknown: "(?<name>[^"]+)"|Unable to locate a modulefile for '(?<file>[^']+)'|These module\(s\) or extension\(s\) exist but cannot be loaded as requested: "(?<exists>[^"]+)"/,
    says: ({ groups }) =>
      `the module ${groups['name'] ?? groups['file'] ?? groups['exists'] ?? ''} could not be loaded`,
    fix: 'module spider NAME lists what there is; versions differ between clusters',
  },
  {
    code: 'module_load',
    pattern: /\bmodule: command not found/,
    says: 'there is no module command in the shell of the job',
    fix: 'name the modules under environment: {modules: …}, which finds it',
  },
  {
    code: 'conda_missing',
    pattern:
      /EnvironmentNameNotFound: Could not find conda environment: (?<name>\S+)|EnvironmentLocationNotFound: Not a conda environment: (?<path>\S+)/,
    says: ({ groups }) => `there is no conda environment ${groups['name'] ?? groups['path'] ?? ''}`,
    fix: 'conda env list shows those there are',
  },
  {
    code: 'conda_missing',
    pattern:
      /\bconda: command not found|CondaError: Run 'conda init'|Your shell has not been properly configured to use 'conda activate'/,
    says: 'conda is not set up in the shell of the job',
    fix: 'name the environment under environment: {conda: NAME}, which finds it',
  },
  {
    code: 'container_missing',
    pattern:
      /^FATAL: +(?:could not open image (?<image>.+?): |.*?image (?<other>\S+): no such file|Unable to handle (?<uri>\S+) uri)|pyxis: (?:failed to import docker image|couldn't start container|container start failed)/,
    says: ({ groups }) => {
      const image = groups['image'] ?? groups['other'] ?? groups['uri'];
      return `the container image${image === undefined ? '' : ` ${image}`} cannot be used`;
    },
    fix: 'is the path right, and seen from the compute node? Images of a registry are best pulled on the login node',
  },
  {
    code: 'container_failed',
    pattern: /^FATAL: +(?<what>.+)/,
    exits: [255],
    says: ({ groups }) => `the container did not start: ${groups['what'] ?? ''}`,
  },
];
