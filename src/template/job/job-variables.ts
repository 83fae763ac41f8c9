import type { Token } from '../../core/ids.ts';
import type { Monitor } from '../../core/settings/run-settings.ts';
import type { Pack, Resources } from '../../core/settings/settings.ts';
import { parseMemory, parseTimeLimit } from '../../core/units.ts';
import { limitWarning } from './limit-warning.ts';
import { escapePrintf } from './members.ts';
import type { SharedText } from './shared-text.ts';

/** What the wrapper of a job gets from its script; it reads what is particular to an attempt from `members.tsv`. */
export interface JobVariables {
  readonly token: Token;
  readonly resources: Resources;
  /** Absolute path of the project folder. */
  readonly project: string;
  /** Folder of the experiments: absolute, or relative to the project. */
  readonly experiments: string;
  /**
   * Also a member that is alone with its index runs as a pack: it looks at `needs`, and its own limits hold.
   * By default when the resources have a pack of more than one, or with limits.
   */
  readonly packed?: boolean;
  /** What the texts of `run.sh` of all members have in common. */
  readonly shared?: SharedText;
  /** By default a sample every 30 s. */
  readonly monitor?: Monitor;
  /** The program that records the environment of a run, relative to the project; absent: none. */
  readonly recorder?: string;
  /** The folder of the project within its snapshot: `experiments/vision`; absent: it is at the top. */
  readonly prefix?: string;
  /** It runs a snapshot of the code: a watcher looks whether its program does. */
  readonly snapshot?: boolean;
}

const MONITOR_S = 30;

/** One assignment of bash a line. Plain numbers; 0 means none. */
export function renderJobVariables(variables: JobVariables): string[] {
  const { token, project, experiments, shared, monitor, recorder, prefix, snapshot } = variables;
  return [
    `sheaf_token=${token}`,
    `sheaf_project=${ansiQuoted(project)}`,
    `sheaf_experiments=${ansiQuoted(experiments)}`,
    `sheaf_prefix=${ansiQuoted(prefix ?? '')}`,
    `sheaf_snapshot=${snapshot === true ? '1' : ''}`,
    `sheaf_recorder=${ansiQuoted(recorder ?? '')}`,
    `sheaf_monitor_seconds=${Math.round(monitor?.interval ?? MONITOR_S)}`,
    ...packVariables(variables),
    ...requeueVariables(variables.resources),
    // For printf: a script may hold what a variable cannot.
    `sheaf_run_head=${ansiQuoted(escapePrintf(shared?.head ?? ''))}`,
    `sheaf_run_middle=${ansiQuoted(escapePrintf(shared?.middle ?? ''))}`,
    `sheaf_run_tail=${ansiQuoted(escapePrintf(shared?.tail ?? ''))}`,
  ];
}

/** 0 means no limit: `UNLIMITED`, or all memory of a node. */
function packVariables({ resources: { pack }, packed = isPacked(pack) }: JobVariables): string[] {
  const seconds = pack?.time_limit === undefined ? Infinity : parseTimeLimit(pack.time_limit);
  const mebibytes = pack?.mem === undefined ? 0 : parseMemory(pack.mem);
  return [
    `sheaf_packed=${packed ? '1' : ''}`,
    `sheaf_pack_seconds=${Number.isFinite(seconds) ? seconds : 0}`,
    `sheaf_pack_kib=${mebibytes * 1024}`,
  ];
}

function isPacked(pack: Pack | undefined): boolean {
  return pack !== undefined && (pack.size > 1 || pack.time_limit !== undefined || pack.mem !== undefined);
}

function requeueVariables(resources: Resources): string[] {
  const warning = limitWarning(resources);
  return [
    `sheaf_requeue_signal=${ansiQuoted(warning?.signal ?? '')}`,
    `sheaf_requeue_before=${warning?.before ?? 0}`,
    `sheaf_requeue_margin=${warning?.margin ?? 0}`,
    `sheaf_requeue_max=${warning?.max ?? 0}`,
    `sheaf_requeue_last=${warning?.last ?? 0}`,
  ];
}

const CONTROL = /[\u0000-\u001f\u007f]/g;

/** A word of bash on one line, whatever is in `text`. */
function ansiQuoted(text: string): string {
  const escaped = text
    .replace(/[\\']/g, String.raw`\$&`)
    .replace(CONTROL, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `$'${escaped}'`;
}
