#!/usr/bin/env node
import { VERSION } from './version.ts';

/**
 * Node parses the one big file once, and later reads what it learned. The cache lies beside the code, since it
 * deserves the same trust; where that folder cannot be written, every start parses.
 */
function rememberParsing(): void {
  if (import.meta.filename.endsWith('.ts')) return;
  process
    .getBuiltinModule('node:module')
    .enableCompileCache(`${import.meta.filename.slice(0, -'/cli.js'.length)}/.cache`);
}

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`sheaf ${VERSION}\n`);
} else {
  rememberParsing();
  const { main } = await import('./run.ts');
  await main(words);
}
