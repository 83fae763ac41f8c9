import { join } from 'node:path';
import type { ExecRule } from '../../core/settings/harvest-rule.ts';
import { runExec } from './exec.ts';
import { pickWords } from '../pick/pick.ts';
import type { Source } from '../base/source.ts';
import { listOutcomes } from './tracked.ts';

/** What a program of the user's prints. */
export const exec: Source<ExecRule> = {
  describe: ({ command, key, pick }) => `exec ${command} ${key} ${pickWords(pick)}`,
  // sheaf does not know what it reads: it runs again when anything at the top of the attempt's folder changes.
  files: ({ file }) => ({ patterns: file === undefined ? ['*'] : [file], take: 'all', links: false, mayLack: true }),
  spansAttempts: () => true,
  mayRepeatAll: true,
  together: ({ command, file = '', limit }) => [command, file, limit].join('\0'),
  read: async (files, rules, { signal }, run) => {
    const [first] = rules;
    if (first === undefined) return [];
    const { command, limit } = first.rule;
    const request = {
      exp_id: run.expId,
      stage: run.stage,
      attempt: run.n,
      folder: run.experimentFolder,
      out: run.attemptFolder,
      log: join(run.attemptFolder, 'out.log'),
      params: run.params,
      ...(first.rule.file !== undefined && { files: files.map(({ path }) => path) }),
    };
    const outcome = await runExec(command, request, {
      limitMs: limit * 1000,
      cwd: run.projectFolder,
      ...(signal && { signal }),
    });
    return outcome.missing ? rules.map(() => outcome) : listOutcomes(outcome.run, rules);
  },
};
