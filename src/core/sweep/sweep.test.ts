import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SheafError, type Problem } from '../errors.ts';
import {
  expand,
  extendSpace,
  formatMember,
  parseMemberList,
  parseSpace,
  planSweep,
  readSpace,
  makeSweepIds,
  type Naming,
  type ReadValue,
  type Space,
  type SpaceOptions,
  type SweepPlan,
} from './sweep.ts';
import { readJsonRows } from './json-text.ts';
import { writeSpace } from './space-texts.ts';
import { writeRangesOut } from './written-out.ts';
import { makeRandomStream, splitMix64 } from './random.ts';
import { parsePlainScalar } from '../number-source.ts';

/** Reads scalars as YAML does and everything with brackets or double quotes as JSON. */
const read: ReadValue = (_name, text) => {
  if (/^[[{"]/.test(text)) {
    const [row] = readJsonRows(`[{"value": ${text}}]`, (_line, message) => new Error(message));
    return row?.values.get('value') ?? { value: null };
  }
  if (text.startsWith("'")) return { value: text.slice(1, -1).replaceAll("''", "'") };
  const { value, written } = parsePlainScalar(text);
  return written === undefined ? { value } : { value, written: { '': written } };
};

const plan = (options: SpaceOptions): SweepPlan => planSweep(parseSpace(options, read));
const members = (options: SpaceOptions): string[] => [...expand(plan(options))].map(formatMember);
const ids = (options: SpaceOptions, naming: Partial<Naming> = {}): readonly string[] =>
  makeSweepIds(plan(options), { sweep: 'lrwd', ...naming });

function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.problems;
  }
  throw new Error('nothing was refused');
}

describe('the options of a sweep', () => {
  test('a grid is all combinations, the first axis slowest, numbers as they were written', () => {
    expect(members({ grid: ['learning_rate=1e-4,0.10', 'seed=1,2,3'] })).toEqual([
      'learning_rate=1e-4 seed=1',
      'learning_rate=1e-4 seed=2',
      'learning_rate=1e-4 seed=3',
      'learning_rate=0.10 seed=1',
      'learning_rate=0.10 seed=2',
      'learning_rate=0.10 seed=3',
    ]);
  });

  test('--zip goes through its parameters together', () => {
    expect(members({ zip: ['a=1,2', 'b=x,y'], grid: ['seed=7'] })).toEqual(['seed=7 a=1 b=x', 'seed=7 a=2 b=y']);
  });

  test('commas inside brackets, braces and quotes do not separate values', () => {
    expect(members({ grid: [`h=[512, 512],[256],{"a": [1, 2]}`] })).toEqual([
      'h=[512, 512]',
      'h=[256]',
      'h={"a": [1, 2]}',
    ]);
    expect(members({ grid: [`t='a,b',"c\\",d",it's`] })).toEqual(['t=a,b', 't=c",d', "t=it's"]);
    expect(members({ grid: [`t='it''s, so',b`, 'u=[ "x,y", "]" ],1'] })).toEqual([
      't=it\'s, so u=["x,y", "]"]',
      "t=it's, so u=1",
      't=b u=["x,y", "]"]',
      't=b u=1',
    ]);
  });

  test('a value may hold "=" and a name may reach into a map', () => {
    expect(members({ grid: ['optimizer.lr=a=b'] })).toEqual(['optimizer.lr=a=b']);
  });

  test('grid, zip, list and random are multiplied', () => {
    const list = parseMemberList('[{"model": "a"}, {"model": "b"}]', 'json', 'm.json', read);
    const all = plan({
      grid: ['seed=1,2'],
      zip: ['x=1,2,3', 'y=4,5,6'],
      list,
      random: { count: 5, seed: 1 },
      draw: ['lr=uniform(0,1)'],
    });
    expect(all.count).toBe(2 * 3 * 2 * 5);
    expect([...expand(all)].length).toBe(all.count);
  });

  test.each<[string, SpaceOptions, string]>([
    ['nothing to vary', {}, 'sweep.empty'],
    ['a list without rows', { list: { names: ['a'], rows: [] } }, 'sweep.empty'],
    ['an axis without a name', { grid: ['=1'] }, 'sweep.option'],
    ['an axis without "="', { grid: ['learning_rate'] }, 'sweep.option'],
    ['an axis without values', { grid: ['a='] }, 'sweep.option'],
    ['an empty value', { grid: ['a=1,,2'] }, 'sweep.option'],
    ['a comma at the end', { grid: ['a=1,2,'] }, 'sweep.option'],
    ['a bracket left open', { grid: ['a=[1,2'] }, 'sweep.option'],
    ['a bracket that closes nothing', { grid: ['a=1],2'] }, 'sweep.option'],
    ['a quote left open', { grid: ["a='1,2"] }, 'sweep.option'],
    ['a value given twice', { grid: ['a=1,2,1.0'] }, 'sweep.value.twice'],
    ['a map given twice', { grid: ['a={"x": 1, "y": 2},{"y": 2, "x": 1}'] }, 'sweep.value.twice'],
    ['a pair given twice', { zip: ['a=1,1', 'b=2,2'] }, 'sweep.value.twice'],
    ['a name given twice', { grid: ['a=1,2', 'a=3'] }, 'sweep.name.twice'],
    ['a name in grid and zip', { grid: ['a=1,2'], zip: ['a=3,4'] }, 'sweep.name.twice'],
    ['zips of unequal length', { zip: ['a=1,2', 'b=1,2,3'] }, 'sweep.zip.length'],
    ['draws without a number', { draw: ['a=int(1,2)'] }, 'sweep.random.count'],
    ['a number without draws', { random: { count: 3, seed: 1 } }, 'sweep.random.draws'],
    ['no draws at all', { random: { count: 0, seed: 1 }, draw: ['a=int(1,2)'] }, 'sweep.random.count'],
    ['half a draw', { random: { count: 1.5, seed: 1 }, draw: ['a=int(1,2)'] }, 'sweep.random.count'],
    ['a seed below 0', { random: { count: 1, seed: -1 }, draw: ['a=int(1,2)'] }, 'sweep.random.seed'],
    ['too many draws', { random: { count: 100_001, seed: 1 }, draw: ['a=uniform(0,1)'] }, 'sweep.too_large'],
    ...[
      'a=5',
      'a=normal(0,1)',
      'a=uniform(1)',
      'a=uniform(1,2,3)',
      'a=uniform(1,x)',
      'a=uniform(2,1)',
      'a=uniform(,1)',
      'a=uniform(1,1)',
      'a=loguniform(0,1)',
      'a=int(1.5,2)',
      'a=int(3,2)',
      'a=int(0,9007199254740991)',
      'a=choice()',
      'a=choice(1,1)',
      'a=uniform(-1e308,1e308)',
      'a=uniform(1000000,1000001)',
      '=int(1,2)',
    ].map((text): [string, SpaceOptions, string] => [
      `--draw ${text}`,
      { random: { count: 3, seed: 1 }, draw: [text] },
      'sweep.option',
    ]),
  ])('%s is refused', (_, options, code) => {
    const [problem] = problemsOf(() => plan(options));
    expect(problem?.code).toBe(code);
    expect(problem?.fix ?? problem?.why).toBeTypeOf('string');
  });

  test('zips of unequal length are refused with both lengths', () => {
    expect(problemsOf(() => plan({ zip: ['a=1,2', 'b=1,2', 'c=1'] }))[0]?.message).toBe(
      'a has 2 values and c has 1 value',
    );
  });

  test('a name without values is shown with values after it', () => {
    expect(problemsOf(() => plan({ grid: ['hidden'] }))[0]).toMatchObject({
      message: '--grid hidden needs values',
      fix: 'write them after a =, such as --grid hidden=0.1,0.01',
    });
  });

  test('a wrong option is shown with its place', () => {
    expect(problemsOf(() => plan({ grid: ['a=1, [2,3'] }))[0]).toMatchObject({
      at: { file: '--grid', line: 1, column: 5 },
      excerpt: 'a=1, [2,3',
    });
  });

  test('more than 100,000 members are refused with their number, and none is made', () => {
    const axis = (name: string, size: number): string => `${name}=${Array.from({ length: size }, (_, i) => i).join()}`;
    expect(plan({ grid: [axis('a', 1000), axis('b', 100)] }).count).toBe(100_000);
    const [problem] = problemsOf(() => plan({ grid: [axis('a', 1001), axis('b', 100)] }));
    expect(problem?.message).toBe('the sweep would have 100,100 members');
    expect(problem?.why).toContain('1001 a × 100 b');
    expect(problemsOf(() => plan({ grid: Array.from({ length: 200 }, (_, i) => axis(`p${i}`, 100)) }))[0]?.code).toBe(
      'sweep.too_large',
    );
  });
});

describe('random draws', () => {
  test('come from SplitMix64 as published', () => {
    expect(Array.from({ length: 3 }, (_, i) => splitMix64(1234567n, i))).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
    ]);
  });

  test('with the same seed are the same for ever', () => {
    expect(
      members({
        random: { count: 4, seed: 42 },
        draw: ['lr=loguniform(1e-5,1e-1)', 'dropout=uniform(0,0.5)', 'layers=int(2,6)', 'opt=choice(sgd,adam,1e-4)'],
      }),
    ).toEqual([
      'lr=0.00216581 dropout=0.421553 layers=6 opt=sgd',
      'lr=0.000729559 dropout=0.181998 layers=5 opt=adam',
      'lr=0.0161441 dropout=0.299325 layers=2 opt=sgd',
      'lr=0.000844655 dropout=0.00645613 layers=5 opt=adam',
    ]);
  });

  test('do not depend on other parameters', () => {
    const alone = members({ random: { count: 20, seed: 7 }, draw: ['lr=uniform(0,1)'] });
    const beside = members({ random: { count: 20, seed: 7 }, draw: ['x=int(1,1000000)', 'lr=uniform(0,1)'] });
    expect(beside.map((text) => text.split(' ')[1])).toEqual(alone);
  });

  test('stay within their bounds and are recorded with at most 6 digits, as they run', () => {
    const bound = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(bound, bound, fc.nat(), (a, b, seed) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(high - low > 1e-2 * Math.max(Math.abs(low), Math.abs(high)));
        const draws = plan({ random: { count: 30, seed }, draw: [`x=uniform(${low},${high})`] });
        for (const member of expand(draws)) {
          const value = member.get('x')?.value as number;
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
          if (value !== low && value !== high) expect(Number(value.toPrecision(6))).toBe(value);
        }
      }),
    );
  });

  test('are not rounded beyond their bounds', () => {
    const draws = plan({ random: { count: 5_000, seed: 2 }, draw: ['x=uniform(0.1233,0.12345678)'] });
    const values = [...expand(draws)].map((member) => member.get('x')?.value as number);
    expect(Math.max(...values)).toBe(0.12345678);
  });

  test('of int reach both bounds and favour none', () => {
    const random = makeRandomStream(3, 'x');
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i += 1) counts[Math.floor(random(i) * 4)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    const drawn = new Set(members({ random: { count: 200, seed: 1 }, draw: ['n=int(-1,2)'] }));
    expect(drawn).toEqual(new Set(['n=-1', 'n=0', 'n=1', 'n=2']));
  });

  test('that come twice are left out and counted', () => {
    const few = plan({ random: { count: 50, seed: 1 }, draw: ['n=int(1,3)'] });
    expect([few.count, few.dimensions[0]?.dropped]).toEqual([3, 47]);
  });
});

/** Spaces with up to four parts, as options. */
const anyOptions: fc.Arbitrary<SpaceOptions> = fc
  .record({
    grid: fc.uniqueArray(fc.constantFrom('g1', 'g2', 'g3'), { maxLength: 3 }),
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 6, maxLength: 6 }),
    zip: fc.nat(2),
    random: fc.nat(6),
    seed: fc.nat(),
  })
  .map(({ grid, sizes, zip, random, seed }) => ({
    grid: ['g0=0', ...grid.map((name, i) => `${name}=${Array.from({ length: sizes[i] ?? 1 }, (_, v) => v).join()}`)],
    zip: Array.from(
      { length: zip },
      (_, i) => `z${i}=${Array.from({ length: sizes[3] ?? 1 }, (_, v) => v + i).join()}`,
    ),
    ...(random === 0 ? {} : { random: { count: random, seed }, draw: ['r=int(0,5)', 's=uniform(0,1)'] }),
  }));

describe('any search space', () => {
  test('has as many members as were counted, all different, and the same ones each time', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const texts = members(options);
        expect(texts.length).toBe(plan(options).count);
        expect(new Set(texts).size).toBe(texts.length);
        expect(members(options)).toEqual(texts);
      }),
    );
  });

  test('comes back from the journal as it was', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const space = parseSpace({ ...options, list: { names: ['l'], rows: [[{ value: [1, { a: null }] }]] } }, read);
        expect(readSpace(JSON.parse(JSON.stringify(space)))).toEqual(space);
      }),
    );
  });

  test('is read back as it was from the texts that a copy of it begins with, also after an extension', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const space = parseSpace({ ...options, grid: [...(options.grid ?? []), 'words=c d,x'] }, read);
        const more = parseSpace({ grid: ['g0=7'] }, read, space);
        const { axes, random } = writeSpace([space, more]) ?? { axes: [] };
        const pick = (as: string): string[] =>
          axes.flatMap((axis) => (axis.as === as ? [`${axis.name}=${axis.text}`] : []));
        const texts = { grid: pick('grid'), zip: pick('zip'), draw: pick('draw'), ...(random && { random }) };
        expect(parseSpace(texts, read)).toEqual(extendSpace(space, more));
      }),
    );
    for (const options of [{ list: { names: ['l'], rows: [[{ value: 1 }]] } }, { grid: ["words='a,b',c"] }]) {
      expect(writeSpace([parseSpace(options, read)])).toBeUndefined();
    }
  });

  test('can have ranges of whole numbers that are written out', () => {
    expect(['1..5', '0,3..4,x', '5..1', '[1,2..3]', '1..9999', '-1..1'].map(writeRangesOut)).toEqual([
      '1,2,3,4,5',
      '0,3,4,x',
      '5..1',
      '[1,2..3]',
      '1..9999',
      '-1,0,1',
    ]);
  });

  test('keeps its members when it is extended, and the extension makes exactly the others', () => {
    fc.assert(
      fc.property(anyOptions, fc.nat(3), fc.integer({ min: 1, max: 3 }), (options, moreDraws, moreValues) => {
        const base = parseSpace(options, read);
        const axis = base.grid.at(-1);
        const more: SpaceOptions = {
          grid: [`${axis?.name}=${Array.from({ length: moreValues }, (_, i) => 100 + i).join()}`],
          ...(base.random === undefined || moreDraws === 0 ? {} : { random: { count: moreDraws, seed: 0 } }),
        };
        const extended = extendSpace(base, parseSpace(more, read, base));
        const [before, after] = [planSweep(base), planSweep(extended)];
        const old = [...expand(before)].map(formatMember);
        const made = [...expand(after, before)].map(formatMember);
        const all = [...expand(after)].map(formatMember);
        expect(made.length).toBe(after.count - before.count);
        expect([...old, ...made].toSorted()).toEqual(all.toSorted());
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});

describe('an extension', () => {
  const base = (): Space =>
    parseSpace({ grid: ['lr=0.1,0.01', 'seed=1,2'], random: { count: 3, seed: 9 }, draw: ['x=uniform(0,1)'] }, read);

  test('leaves out values that are there already', () => {
    const extended = extendSpace(base(), parseSpace({ grid: ['seed=2,3'] }, read, base()));
    expect(extended.grid[1]?.values.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(planSweep(extendSpace(base(), parseSpace({ grid: ['seed=1'] }, read))).count).toBe(planSweep(base()).count);
  });

  test('goes on with random draws and keeps seed and distributions', () => {
    const extended = extendSpace(base(), parseSpace({ random: { count: 2, seed: 1234 } }, read, base()));
    expect(extended.random).toEqual({ ...base().random, count: 5 });
  });

  test('adds rows to zips and lists, in any order of the names', () => {
    const zipped = parseSpace({ zip: ['a=1,2', 'b=3,4'], list: { names: ['m'], rows: [[{ value: 'x' }]] } }, read);
    const more = parseSpace({ zip: ['b=3,5', 'a=1,9'], list: { names: ['m'], rows: [[{ value: 'y' }]] } }, read);
    const [before, after] = [planSweep(zipped), planSweep(extendSpace(zipped, more))];
    expect([...expand(after, before)].map(formatMember)).toEqual([
      'a=1 b=3 m=y',
      'a=2 b=4 m=y',
      'a=9 b=5 m=x',
      'a=9 b=5 m=y',
    ]);
  });

  test.each<[string, SpaceOptions, string]>([
    ['a new axis', { grid: ['sed=7'] }, 'sweep.extend.axis'],
    ['a new zip', { zip: ['a=1', 'b=2'] }, 'sweep.extend.table'],
    ['a list', { list: { names: ['m'], rows: [[{ value: 1 }]] } }, 'sweep.extend.table'],
    ['other draws', { random: { count: 1, seed: 9 }, draw: ['x=uniform(0,2)'] }, 'sweep.extend.random'],
  ])('with %s is refused', (_, more, code) => {
    expect(problemsOf(() => extendSpace(base(), parseSpace(more, read, base())))[0]?.code).toBe(code);
  });

  test('of draws that do not exist is refused', () => {
    const grid = parseSpace({ grid: ['a=1,2'] }, read);
    const more = parseSpace({ random: { count: 1, seed: 1 }, draw: ['x=int(1,2)'] }, read, grid);
    expect(problemsOf(() => extendSpace(grid, more))[0]?.code).toBe('sweep.extend.random');
  });

  test('of a misspelt axis suggests the right one', () => {
    expect(problemsOf(() => extendSpace(base(), parseSpace({ grid: ['sed=7'] }, read)))[0]?.fix).toBe(
      'did you mean seed?',
    );
  });
});

describe('the ids of members', () => {
  test('name what varies, shortly', () => {
    expect(ids({ grid: ['learning_rate=1e-4,3e-4', 'weight_decay=0,0.1', 'seed=1,2', 'epochs=90'] })).toEqual([
      'lrwd_lr1e-4_wd0_s1',
      'lrwd_lr1e-4_wd0_s2',
      'lrwd_lr1e-4_wd0.1_s1',
      'lrwd_lr1e-4_wd0.1_s2',
      'lrwd_lr3e-4_wd0_s1',
      'lrwd_lr3e-4_wd0_s2',
      'lrwd_lr3e-4_wd0.1_s1',
      'lrwd_lr3e-4_wd0.1_s2',
    ]);
  });

  test('keep names apart that shorten to the same, and numbers apart from names', () => {
    expect(ids({ zip: ['model=a,b', 'momentum=1,2', 'l2=0.1,0.2', 'wd=1e+4,1e-4'] })).toEqual([
      'lrwd_modela_momentum1_l2-0.1_wd1e4',
      'lrwd_modelb_momentum2_l2-0.2_wd1e-4',
    ]);
  });

  test('replace what an exp_id cannot have', () => {
    expect(ids({ grid: ['base_model=meta-llama/Llama-2-7b,"a b"', 'hidden=[512, 5e2],{"x": -1}'] })).toEqual([
      'lrwd_bmmeta-llama-Llama-2-7b_h512-5e2',
      'lrwd_bmmeta-llama-Llama-2-7b_hx--1',
      'lrwd_bma-b_h512-5e2',
      'lrwd_bma-b_hx--1',
    ]);
  });

  test('follow a template', () => {
    const fixed = new Map([['model', 'vit/b']]);
    expect(
      ids({ grid: ['learning_rate=0.1', 'seed=1,2'] }, { template: '{model}_lr{learning_rate}_s{seed}', fixed }),
    ).toEqual(['vit-b_lr0.1_s1', 'vit-b_lr0.1_s2']);
  });

  test('come from the column exp_id where the list has one', () => {
    const list = parseMemberList('exp_id,lr\na1,0.1\nb2,0.2\n', 'csv', 'runs.csv', read);
    expect(ids({ list })).toEqual(['a1', 'b2']);
  });

  test('of one member are the name of the sweep', () => {
    expect(ids({ grid: ['seed=1'] })).toEqual(['lrwd']);
  });

  test('that are too long are cut and end in a hash that tells them apart', () => {
    const long = 'x'.repeat(200);
    const [first = '', second = ''] = ids({ grid: [`name=${long}a,${long}b`] });
    expect([first.length, second.length]).toEqual([128, 128]);
    expect(first.slice(0, 119)).toBe(second.slice(0, 119));
    expect(first).not.toBe(second);
  });

  test('that clash are refused with both members', () => {
    const [problem] = problemsOf(() => ids({ grid: ['lr=0.1,0.2', 'seed=1,2'] }, { template: 'a_s{seed}' }));
    expect(problem).toMatchObject({ code: 'sweep.id.clash', why: 'lr=0.1 seed=1 and lr=0.2 seed=1' });
    expect(problemsOf(() => ids({ grid: ['name=a/b,a b'] }))[0]?.code).toBe('sweep.id.clash');
  });

  test.each([
    ['lr{learning_rat}', 'sweep.id.unknown', 'did you mean learning_rate?'],
    ['lr{', 'sweep.id.template', 'write lr{learning_rate}_s{seed}'],
    ['lr}{seed}', 'sweep.id.template', 'write lr{learning_rate}_s{seed}'],
  ])('of the template %s are refused', (template, code, fix) => {
    expect(problemsOf(() => ids({ grid: ['learning_rate=0.1'] }, { template }))[0]).toMatchObject({ code, fix });
  });

  test('of a template that breaks the rule of exp_ids are refused', () => {
    expect(problemsOf(() => ids({ grid: ['lr=0.1'] }, { template: '../{lr}' }))[0]?.code).toBe('exp_id.illegal');
  });

  test('of an extension are those of the new members', () => {
    const base = parseSpace({ grid: ['lr=0.1,0.2', 'seed=1,2'] }, read);
    const extended = extendSpace(base, parseSpace({ grid: ['seed=3'] }, read));
    expect(makeSweepIds(planSweep(extended), { sweep: 's' }, planSweep(base))).toEqual(['s_lr0.1_s3', 's_lr0.2_s3']);
  });

  test('are all different, whatever the values', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 1, maxLength: 6 }), (values) => {
        const space: Space = { grid: [{ name: 'a', values: values.map((each) => ({ value: each })) }], zip: [] };
        try {
          const made = makeSweepIds(planSweep(space), { sweep: 's' });
          expect(new Set(made).size).toBe(values.length);
          for (const id of made) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
        } catch (error) {
          if (!(error instanceof SheafError)) throw error;
          expect(error.code).toBe('sweep.id.clash');
        }
      }),
    );
  });
});

/** The rows as plain objects, or what was wrong. */
function rowsOrFault(text: string): unknown {
  try {
    const rows = readJsonRows(text, (_, message) => new Error(message));
    return rows.map(({ values }) => Object.fromEntries([...values].map(([name, { value }]) => [name, value])));
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a list of members', () => {
  const csv = (text: string): string[] => members({ list: parseMemberList(text, 'csv', 'runs.csv', read) });
  const json = (text: string): string[] => members({ list: parseMemberList(text, 'json', 'runs.json', read) });

  test('as CSV keeps how numbers were written, and quoted commas', () => {
    expect(csv('\ufefflr, model ,h\r\n1e-4,"a, ""b""","[1, 2]"\r\n\r\n0.10,\'\',null\r\n')).toEqual([
      'lr=1e-4 model=a, "b" h=[1, 2]',
      'lr=0.10 model= h=null',
    ]);
  });

  test('as JSON keeps how numbers were written, and nested values', () => {
    expect(json('[{"lr": 1e-4, "opt": {"name": "adam", "betas": [0.90, 1E-3]}},\n {"opt": {}, "lr": 2}]')).toEqual([
      'lr=1e-4 opt={"name": "adam", "betas": [0.90, 1E-3]}',
      'lr=2 opt={}',
    ]);
  });

  test('with the same row twice has it once, and counts it', () => {
    const { count, dimensions } = plan({ list: parseMemberList('a\n1\n1.0\n2\n', 'csv', 'runs.csv', read) });
    expect([count, dimensions[0]?.dropped]).toEqual([2, 1]);
  });

  test('of the same numbers as JSON is what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify([{ value }], null, 1);
        const [row] = readJsonRows(text, (line, message) => new Error(`${line}: ${message}`));
        expect(row?.values.get('value')?.value).toEqual(JSON.parse(text)[0].value);
      }),
    );
  });

  test.each([
    ['csv', 'a,b\n1,2\n3\n4,5,6\n', ['sweep.list.row 3', 'sweep.list.row 4']],
    ['csv', 'a,b\n1,\n,2\n', ['sweep.list.row 2', 'sweep.list.row 3']],
    ['csv', 'a,"b\nc",d\n1,2\n', ['sweep.list.row 3']],
    ['csv', 'a,a\n1,2\n', ['sweep.list.header 1']],
    ['csv', ',a\n0,2\n', ['sweep.list.header 1']],
    ['csv', 'a\n"1\n', ['sweep.list.syntax 2']],
    ['csv', 'a\n"1"x\n', ['sweep.list.syntax 2']],
    ['csv', 'a,b\n', ['sweep.list.empty undefined']],
    ['csv', '', ['sweep.list.empty undefined']],
    ['json', '[]', ['sweep.list.empty undefined']],
    ['json', '', ['sweep.list.syntax 1']],
    ['json', '{"a": 1}', ['sweep.list.syntax 1']],
    ['json', '[{"a": 1},\n {"b": 2}]', ['sweep.list.row 1', 'sweep.list.row 2']],
    ['json', '[{"a": 1},\n 5]', ['sweep.list.syntax 2']],
    ['json', '[\n{"a": 1,}]', ['sweep.list.syntax 2']],
    ['json', '[{"a": 1, "a": 2}]', ['sweep.list.syntax 1']],
    ['json', '[{"a": 1}] x', ['sweep.list.syntax 1']],
    ['json', '[{"a": 1e999}]', ['sweep.list.syntax 1']],
    ['json', '[{"a": "\\x"}]', ['sweep.list.syntax 1']],
    ['json', '[{"a": "x}]', ['sweep.list.syntax 1']],
    ['json', `[{"a": ${'['.repeat(200)}`, ['sweep.list.syntax 1']],
  ] as const)('%s %j is refused with the lines of what is wrong', (kind, text, expected) => {
    const file = `runs.${kind}`;
    const problems = problemsOf(() => parseMemberList(text, kind, file, read));
    expect(problems.map(({ code, at }) => `${code} ${at?.line}`)).toEqual(expected);
    expect(problems.every(({ at }) => at?.file === file)).toBe(true);
  });

  test('says in which line a cell cannot be read', () => {
    const strict: ReadValue = (name, text) => {
      if (text === 'x') throw new SheafError({ code: 'value.type', message: `${name} is a number` }, 2);
      return read(name, text);
    };
    expect(problemsOf(() => parseMemberList('a\n1\nx\n', 'csv', 'runs.csv', strict))).toEqual([
      { code: 'value.type', message: 'a is a number', at: { file: 'runs.csv', line: 3 } },
    ]);
  });

  test('of any JSON text is read, or refused with a message', () => {
    const piece = fc.constantFrom('[', ']', '{', '}', ',', ':', '"a"', '1e-4', 'true', ' ', '\n', '"', '\\', 'x');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }).map((pieces) => `[{"a":${pieces.join('')}}]`),
        (text) => {
          let parsed: unknown;
          try {
            parsed = JSON.parse(text);
          } catch {
            expect(problemsOf(() => parseMemberList(text, 'json', 'f', read))[0]?.code).toMatch(/^sweep\.list\./);
            return;
          }
          const rows = rowsOrFault(text);
          if (typeof rows === 'string') expect(rows).toMatch(/given twice|an object/);
          else expect(rows).toEqual(parsed);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
