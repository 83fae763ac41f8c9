import { expect, test } from 'vitest';
import { SheafError } from '../../core/errors.ts';
import { parseArgs, type Args } from './args.ts';
import { PROPOSE_FLAGS, readSearch, refuseParameters, STOP_FLAGS } from './search.ts';

function parse(line: string): Args {
  return parseArgs(line.split(' '), { command: 'sweep', flags: [...STOP_FLAGS, ...PROPOSE_FLAGS], positionals: [] });
}

/** What is refused about a line, and what to do instead. */
function refusalOf(act: () => void): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const [{ message, fix = '' }] = error.problems;
    return `${message} | ${fix}`;
  }
}

test('flags say how a sweep goes on by itself', () => {
  const line =
    '--search 20 --metric acc --by exec:next --stop asha --from-step 3 --to-step 81 --eta 2.5 --keep 2 --pause true';
  expect(readSearch(parse(`${line} --confirm 5:3 --lead auto`))).toEqual({
    trials: 20,
    metric: 'acc',
    by: { exec: 'next' },
    lead: 'auto',
    stop: { rule: 'asha', from: 3, to: 81, eta: 2.5, keep: 2, resume: true },
    confirm: { top: 5, seeds: 3 },
  });
});

test.each<[line: string, refusal: string]>([
  ['--stop hyperband', '--stop cannot be "hyperband" | use one of these'],
  ['--stop asha --eta 1', '--eta must be a number from 1.1, but is "1" | --eta 3'],
  ['--stop asha --keep=-1', '--keep cannot be "-1" | use a whole number of at least 1'],
  ['--stop asha --from-step 0', '--from-step cannot be "0" | use a whole number of at least 1'],
  ['--stop none --keep 2', '--keep has no effect with --stop none | pass one of them'],
  ['--stop none --pause false', '--pause has no effect with --stop none | pass one of them'],
  ['--search 0', '--search cannot be "0" | use a whole number of at least 1'],
  ['--by grid', `--by must be random, tpe or exec:COMMAND, but is "grid" | --by tpe, or --by 'exec:python propose.py'`],
  ['--lead some', '--lead must be a whole number or auto, but is "some" | --lead auto'],
  ['--confirm 5', '--confirm must be TOP:SEEDS, but is "5" | --confirm 5:3'],
  ['--confirm 5:1', '--confirm must be TOP:SEEDS, but is "5:1" | --confirm 5:3'],
])('%s is refused', (line, refusal) => {
  expect(refusalOf(() => readSearch(parse(line)))).toContain(refusal);
});

test('a flag that has no effect and is called as a parameter of the template is refused in favour of --set', () => {
  const refuse = (line: string): string => refusalOf(() => refuseParameters(parse(line), ['eta', 'by', 'lr']));
  expect(refuse('--eta 0.5')).toBe(
    '--eta says how a sweep goes on by itself, and does not set the parameter eta | --set eta=0.5, or to vary it: --grid eta=A,B',
  );
  expect(refuse('--by size --stop asha')).toContain('--set by=size');
  expect(refuse('--eta 3 --stop asha')).toBe('nothing');
  expect(refuse('--keep 3')).toBe('nothing');
});
