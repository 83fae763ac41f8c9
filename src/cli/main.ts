#!/usr/bin/env node
import { VERSION } from './shell/version.ts';

/**
 * Node parses the one big file once, and later reads what it learned. The cache lies beside the code, since it
 * deserves the same trust. Users who may not write there, as those of an installation that somebody else made, have one
 * in their home; if that cannot be written either, every start parses.
 */
function rememberParsing(): void {
  if (import.meta.filename.endsWith('.ts')) return;
  const { enableCompileCache, constants } = process.getBuiltinModule('node:module');
  const { status } = enableCompileCache(`${import.meta.filename.slice(0, -'/cli.js'.length)}/.cache`);
  const own = status === constants.compileCacheStatus.FAILED ? ownCache() : undefined;
  if (own !== undefined) enableCompileCache(own);
}

/** Undefined without a home to write to: Node would try for ever to make a folder where the system makes none. */
function ownCache(): string | undefined {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const { accessSync, constants } = process.getBuiltinModule('node:fs');
  try {
    accessSync(XDG_CACHE_HOME || HOME || '', constants.W_OK);
    return XDG_CACHE_HOME ? `${XDG_CACHE_HOME}/sheaf` : `${HOME}/.cache/sheaf`;
  } catch {
    return undefined;
  }
}

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`sheaf ${VERSION}\n`);
} else {
  rememberParsing();
  const { main } = await import('./run.ts');
  await main(words);
}
