import { inputError, throwProblems, type Problem } from '../../core/errors.ts';

/** Reads `--set a.b=c`; what follows the first `=` stays verbatim. @throws SheafError `cli.set.form`, `cli.set.twice` */
export function readSets(texts: readonly string[]): { readonly [path: string]: string } {
  const sets: { [path: string]: string } = {};
  const problems: Problem[] = [];
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) {
      problems.push({
        code: 'cli.set.form',
        message: `--set ${JSON.stringify(text)} is not NAME=VALUE`,
        fix: 'write --set name=value',
      });
      continue;
    }
    const path = text.slice(0, at);
    if (Object.hasOwn(sets, path))
      throw inputError('cli.set.twice', `--set sets ${path} more than once`, { fix: 'give it once' });
    sets[path] = text.slice(at + 1);
  }
  throwProblems(problems);
  return sets;
}
