#!/usr/bin/env node
import { VERSION } from './version.ts';

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`sheaf ${VERSION}\n`);
} else {
  const { main } = await import('./run.ts');
  await main(words);
}
