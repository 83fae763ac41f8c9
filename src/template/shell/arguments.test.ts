import { describe, expect, test } from 'vitest';
import { parseScriptArguments } from './arguments.ts';

describe('the arguments that a script reads', () => {
  test.each<[string, [number, string?][], boolean]>([
    ['python3 train.py $1 "${2}"', [[1], [2]], false],
    ['DATASET=${1:?dataset required}\nMODE=${3:-both}', [[1], [3, 'both']], false],
    ['python3 train.py "$@"', [], true],
    ['for a in $*; do echo $a; done', [], true],
    ['while [ $# -gt 0 ]; do echo $1; shift; done', [[1]], true],
    [`awk '{ print $1 }' log.txt # not $2`, [], false],
    ['train() {\n  python3 train.py $1\n}\ntrain "$2"', [[2]], false],
    ['function train { echo $1; }\ntrain x', [], false],
    ['x=$(basename $1) && bash -c "echo $2 \\$3"', [[1], [2]], false],
    ['echo $$ $? $! $# $0 $HOME $10', [[1]], false],
    ['P=$(sed -n 3p params.txt)\necho $1\nset -- $P\necho $2 "$@"', [[1]], false],
    ['(( n = $1 + ${2-7} )); echo ${names[$3]}', [[1], [2, '7'], [3]], false],
  ])('%j', (script, numbered, all) => {
    const read = parseScriptArguments(script);
    expect([...read.numbered]).toEqual(numbered.map(([number, text]) => [number, text]));
    expect(read.all).toBe(all);
  });
});
