#!/usr/bin/env node
import { VERSION } from './shell/version.ts';

/**
 * Node compiles a file once and later reads what it compiled. The cache lies beside the code, since it deserves the same
 * trust. Node keeps one for each user: those who cannot write there, because someone else installed sheaf, have theirs in
 * their home. If they cannot write there either, every start compiles.
 */
function keepCompiled(): void {
  if (import.meta.filename.endsWith('.ts')) return;
  const { enableCompileCache, constants } = process.getBuiltinModule('node:module');
  const { status } = enableCompileCache(`${import.meta.filename.slice(0, -'/cli.cjs'.length)}/.cache`);
  const own = status === constants.compileCacheStatus.FAILED ? ownCache() : undefined;
  if (own !== undefined) enableCompileCache(own);
}

/** Undefined without a writable home: Node would try forever to create a folder that the system refuses. */
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

async function start(words: readonly string[]): Promise<void> {
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    process.stdout.write(`sheaf ${VERSION}\n`);
    return;
  }
  keepCompiled();
  const { main } = await import('./run.ts');
  await main(words);
}

/** Settles when the command has run. Rejects when its files cannot be loaded; it reports all other errors itself. */
export const done: Promise<void> = start(process.argv.slice(2));
