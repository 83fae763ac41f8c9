/**
 * Finds words and phrases that have a plainer replacement (`scripts/language/avoided.ts`) in documentation, help, messages, comments
 * and test titles. Exits with 1 if it finds any.
 *
 *     node scripts/check-language.ts            # all that is listed in CHECKED
 *     node scripts/check-language.ts PATH…      # these files, and the files in these folders
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import { findPhrases } from './language/find-phrases.ts';

/** What is clean and must stay so. */
const CHECKED: readonly string[] = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'README.md',
  'bench',
  'docs',
  'docs/.vitepress',
  'examples',
  'scripts',
  'src',
  'test',
];

/** Texts of other programs, and files that are generated from texts that are checked. */
const EXCLUDED =
  /(^|\/)(node_modules|dist|fixtures|golden)\/|^docs\/cli-help\.md$|^(scripts\/language\/avoided|test\/scripts\/check-language\.test)\.ts$/;

const FILES = '**/*.{md,ts,cjs,mjs,js,sh,bash}';

function listFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return globSync(`${path}/${FILES}`).filter((file) => !EXCLUDED.test(file));
}

const paths = process.argv.length > 2 ? process.argv.slice(2) : CHECKED;
const files = paths.flatMap(listFiles).sort();
const findings = files.flatMap((file) =>
  findPhrases(file, readFileSync(file, 'utf8')).map(({ line, phrase, rule }) => {
    const reason = rule.because === undefined ? '' : ` (${rule.because})`;
    return `${file}:${line}: "${phrase}" → "${rule.use}"${reason}`;
  }),
);
for (const finding of findings) console.log(finding);
console.log(`${files.length} files, ${findings.length} phrases to replace`);
process.exitCode = findings.length > 0 ? 1 : 0;
