/**
 * Finds words and phrases that have a plainer replacement (`scripts/language/avoided.ts`) in documentation, help, messages, comments
 * and test titles. Exits with 1 if it finds any.
 *
 *     node scripts/check-language.ts            # all files of the repository
 *     node scripts/check-language.ts PATH…      # these files, and the files in these folders
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { findPhrases } from './language/find-phrases.ts';

const CHECKED = /\.(md|[cm]?js|ts|sh|bash)$/;

/** Texts of other programs, and files that are generated from texts that are checked. */
const EXCLUDED =
  /(^|\/)(node_modules|dist|fixtures|golden)\/|^docs\/cli-help\.md$|^(scripts\/language\/avoided|test\/scripts\/(check-language|pre-commit)\.test)\.ts$/;

/** What git does not ignore. */
function listRepository(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  return listed.split('\0').filter((path) => existsSync(path));
}

function listFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return globSync(`${path}/**/*.*`);
}

const paths = process.argv.slice(2);
const files = (paths.length > 0 ? paths.flatMap(listFiles) : listRepository())
  .filter((path) => CHECKED.test(path) && !EXCLUDED.test(path))
  .sort();
const findings = files.flatMap((file) =>
  findPhrases(file, readFileSync(file, 'utf8')).map(({ line, phrase, rule }) => {
    const reason = rule.because === undefined ? '' : ` (${rule.because})`;
    return `${file}:${line}: "${phrase}" → "${rule.use}"${reason}`;
  }),
);
for (const finding of findings) console.log(finding);
console.log(`${files.length} files, ${findings.length} phrases to replace`);
process.exitCode = findings.length > 0 ? 1 : 0;
