/**
 * What adaptive sweeps save and what they cost, with Optuna beside them in the same run:
 *
 *     npm run bench:search -- [CURVES.npz] [--quick] [--seeds N] [--only PART,…] [--from EPOCH] [--seconds] [--grid]
 *
 * - `round`: the time of a round over 1,000 running members
 * - `proposal`: the time of one proposal
 * - `importance`: which parameters of recorded tables are important
 * - `tables`: searches of recorded tables of final values, 20 seeds
 * - `curves`: searches with and without stopping on recorded learning curves, 40 seeds; left out without a file or `SHEAF_CURVES`
 *
 * `--quick` takes 2 seeds: it shows that everything works, and its regrets say little. Optuna and the tables are installed into an
 * environment in the cache of this user, once. The file of curves has `acc`, the accuracy by parameters and epoch, and `tim`, the seconds of an
 * epoch by the last two parameters. All its epochs take the same time; with `--seconds`, they take the recorded one. The first parameter
 * is any number, as a learning rate is, which chooses the nearest curve; with `--grid` it is a whole number, and sheaf, unlike Optuna,
 * then tries no point twice. On tables, too, it tries none twice.
 */
import { parseArgs } from 'node:util';
import { report, type Figure } from './measure.ts';
import { startOptuna } from './search/optuna.ts';
import { findPython } from './search/python.ts';
import { rateParameters } from './search/rate-parameters.ts';
import { replayCurves } from './search/replay-curves.ts';
import { searchTables } from './search/search-tables.ts';
import { readTables } from './search/tables.ts';
import { timeProposal } from './search/time-proposal.ts';
import { timeRound } from './search/time-round.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    only: { type: 'string' },
    from: { type: 'string', default: '1' },
    seconds: { type: 'boolean', default: false },
    grid: { type: 'boolean', default: false },
  },
});
const countSeeds = (full: number): number => Number(options.seeds ?? (options.quick ? 2 : full));
const parts = options.only?.split(',');
const isAsked = (part: string): boolean => parts?.includes(part) ?? true;
const curves = positionals[0] ?? process.env['SHEAF_CURVES'];

const python = findPython();
const optuna = await startOptuna(python);
process.stdout.write(`Optuna ${optuna.version}\n`);
const figures: Figure[] = [];
if (isAsked('round')) figures.push(...(await timeRound()));
if (isAsked('proposal')) figures.push(...(await timeProposal(optuna)));
if (isAsked('importance') || isAsked('tables')) {
  const tables = readTables(python);
  if (isAsked('importance')) figures.push(...(await rateParameters(optuna, tables, countSeeds(20))));
  if (isAsked('tables')) figures.push(...(await searchTables(optuna, tables, countSeeds(20))));
}
if (isAsked('curves')) {
  if (curves === undefined) process.stdout.write('\nNo curves: pass a file, or set SHEAF_CURVES\n');
  else {
    const { seconds, grid, from } = options;
    figures.push(
      ...(await replayCurves(optuna, { path: curves, seeds: countSeeds(40), from: Number(from), seconds, grid })),
    );
  }
}
optuna.close();
process.stdout.write('\n');
report(figures);
