import type { ExecRule } from '../core/harvest-rule.ts';
import { runExec } from './exec.ts';
import { pickWords } from './pick.ts';
import type { Source } from './source.ts';
import { outcomes } from './tracked.ts';

/** What a program of the user's prints. */
export const exec: Source<ExecRule> = {
  describe: ({ command, key, pick }) => `exec ${command} ${key} ${pickWords(pick)}`,
  // What it reads nobody knows: it runs again when anything at the top of the attempt's folder changes.
  files: ({ file }) => ({ patterns: file === undefined ? ['*'] : [file], take: 'all', links: false, mayLack: true }),
  together: ({ command, limit }) => `${command}\0${limit}`,
  read: async (files, rules, { signal }, run) => {
    const [first] = rules;
    if (first === undefined) return [];
    const { command, limit } = first.rule;
    const result = await runExec(command, run, files, { limitMs: limit * 1000, ...(signal && { signal }) });
    return 'missing' in result ? rules.map(() => result) : outcomes(result, rules);
  },
};
