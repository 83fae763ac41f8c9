#!/usr/bin/env node
import { VERSION } from './version.ts';

/**
 * Node parses the one big file once, and later reads what it learned. The cache lies beside the code, since it
 * deserves the same trust. Users who may not write there, as those of an installation that somebody else made, have one
 * in their home; if that cannot be written either, every start parses.
 */
function rememberParsing(): void {
  if (import.meta.filename.endsWith('.ts')) return;
  const { enableCompileCache, constants } = process.getBuiltinModule('node:module');
  const { XDG_CACHE_HOME, HOME } = process.env;
  const own = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  const { status } = enableCompileCache(`${import.meta.filename.slice(0, -'/cli.js'.length)}/.cache`);
  if (status === constants.compileCacheStatus.FAILED && own) enableCompileCache(`${own}/sheaf`);
}

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`sheaf ${VERSION}\n`);
} else {
  rememberParsing();
  const { main } = await import('./run.ts');
  await main(words);
}
