import type { ValueMap } from '../../core/value.ts';
import type { DroppedOption } from './sbatch-options.ts';

/** The modules that a script loads before anything else, as `environment.modules`. */
export interface LeadingModules {
  /** Without the lines that load them. */
  readonly body: string;
  /** The value of `modules`; absent when the script does not begin with such lines. */
  readonly modules?: readonly string[] | ValueMap;
  readonly changed: readonly DroppedOption[];
}

const MODULE = /^[ \t]*(?:module[ \t]+(purge|use|load|add)|ml)\b((?:[ \t]+[\w./+@:-]+)*)[ \t]*(?:#.*)?$/;

const WHY = 'environment.modules, which finds the command module and stops the run if a module is missing';

/**
 * Takes the lines out that load modules before the first other command. The command of a job may start in a shell
 * without `module`, which is a function of the shell that submits.
 */
export function takeLeadingModules(script: string): LeadingModules {
  const lines = script.split('\n');
  const taken = new Map<number, string>();
  const use: string[] = [];
  const load: string[] = [];
  let purge = false;
  for (const [i, line] of lines.entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, verb = 'load', text = ''] = MODULE.exec(line) ?? [];
    const words = text.split(/\s+/).filter(Boolean);
    // sheaf purges first, then sets the folders, then loads: lines in another order stay.
    const isInOrder = verb === 'purge' ? taken.size === 0 : verb !== 'use' || load.length === 0;
    const isPlain = (verb === 'purge') === (words.length === 0) && !words.some((word) => /^(?:-|purge$)/.test(word));
    if (!MODULE.test(line) || !isInOrder || !isPlain) break;
    taken.set(i, line.trim());
    if (verb === 'purge') purge = true;
    else (verb === 'use' ? use : load).push(...words);
  }
  if (load.length === 0) return { body: script, changed: [] };
  return {
    body: lines
      .filter((_, i) => !taken.has(i))
      .join('\n')
      .replace(/^\n+/, ''),
    modules: purge && use.length === 0 ? load : { purge, ...(use.length === 0 ? {} : { use }), load },
    changed: [...taken.values()].map((text) => ({ text, why: WHY })),
  };
}
