import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARGUMENTS, type Call, type Calls } from '../core/command/calls.ts';
import { commandOf } from '../core/command/command-of.ts';
import { listingOf } from './commands/inspect/listing.ts';
import { parseArgs, type Args } from './flags/args.ts';
import { GLOBAL_FLAGS, type Flag } from './flags/flags.ts';
import { readSets } from './flags/sets.ts';
import { findEntry } from './registry.ts';
import { getVerb, type Command } from './shell/command.ts';

/** Splits lines as bash does: the arguments of `sheaf` in each. */
function splitInBash(lines: readonly string[]): string[][] {
  const script = `sheaf() { printf '%s\\0' "$#" "$@"; }\n${lines.join('\n')}\n`;
  const { stdout, stderr } = spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8', maxBuffer: 2 ** 26 });
  expect(stderr).toBe('');
  const texts = stdout.split('\0');
  return lines.map(() => texts.splice(0, 1 + Number(texts[0])).slice(1));
}

async function loadCommand([name = '', ...rest]: readonly string[]): Promise<{
  command: Command;
  words: readonly string[];
}> {
  const entry = findEntry(name);
  if (entry === undefined) throw new Error(`no command ${name}`);
  const { command } = await entry.load();
  const verb = getVerb(command, rest[0]);
  return verb === undefined ? { command, words: rest } : { command: verb, words: rest.slice(1) };
}

/** The call that the parser of the command line reads, with all values as texts. */
async function readCall(split: readonly string[]): Promise<{ [key: string]: unknown }> {
  const { command, words } = await loadCommand(split);
  const flags = [...(command.flags ?? []), ...GLOBAL_FLAGS];
  const args = parseArgs(words, { command: command.name, flags, positionals: command.positionals ?? [] });
  const given = flags.filter(({ name }) => args.has(name) && name !== 'desc').map((flag) => readFlag(args, flag));
  return { command: command.name, ...Object.fromEntries(given), positionals: args.positionals };
}

function readFlag(args: Args, { name, value, many }: Flag): [string, unknown] {
  const key = name.replaceAll(/-[a-z]/g, (part) => part.slice(1).toUpperCase());
  if (name === 'sort') return [key, { field: args.text('sort'), descending: args.has('desc') }];
  if (value === undefined) return [key, true];
  if (many === 'repeat' && name !== 'after') return [key, readSets(args.texts(name))];
  return [key, many === undefined ? args.text(name) : args.texts(name)];
}

/** As {@link readCall} gives it. */
function asRead({ command, ...given }: Call): { [key: string]: unknown } {
  const names = ARGUMENTS[command];
  const entries = Object.entries(given).filter(([, value]) => value !== undefined && value !== false);
  const keys = entries.filter(([key]) => !names.includes(key));
  const positionals = names.flatMap((name) => entries.find(([key]) => key === name)?.[1] ?? []);
  return {
    command,
    ...Object.fromEntries(keys.map(([key, value]) => [key, typeof value === 'number' ? String(value) : value])),
    positionals,
  };
}

const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom("'", '"', '\\', '\n', '$', '`', '!', '-', '=', ' ', '\u001b', '\t', 'a', 'ß', '😀'),
      maxLength: 8,
    }),
    fc.constantFrom(
      '',
      '-',
      '--',
      '-n',
      '--json',
      '--columns',
      '-1',
      "it's",
      '$(exit)',
      '~',
      '*',
      '#',
      'a,b',
      '\r',
      '\u009b2J',
    ),
  )
  .filter((each) => !each.includes('\0'));
const texts = fc.array(text, { minLength: 1, maxLength: 3 });
const flag = fc.boolean();
const count = fc.nat(1_000);
const pairs = fc.dictionary(fc.constantFrom('lr', 'optimizer.lr', '-x', 'ä b'), text, {
  minKeys: 1,
  maxKeys: 3,
  noNullPrototype: true,
});
const sort = fc.record({ field: text, descending: flag });

const chosen = { ids: texts, where: text, sweep: text };
const rows = { where: text, sweep: text, status: texts, tags: texts, templates: texts, sort, archived: flag };
const listing = { ...rows, columns: texts, view: text };
const placing = { stage: text, maxParallel: count, advise: flag, hold: flag, set: pairs, wait: flag };
const making = { set: pairs, description: text, tags: texts };
const space = {
  grid: pairs,
  zip: pairs,
  random: count,
  draw: pairs,
  randomSeed: count,
  submit: flag,
  maxParallel: count,
};
const searching = {
  metric: text,
  by: text,
  stop: fc.constantFrom('asha', 'median', 'none'),
  fromStep: count,
  toStep: count,
  eta: fc.double({ noNaN: true }),
  keep: count,
  pause: fc.constantFrom('true', 'false'),
  confirm: text,
  lead: text,
};
const { sort: _sort, ...unsorted } = rows;

type Values = { readonly [key: string]: fc.Arbitrary<unknown> };

/** What each command may be given; the test knows all keys. */
const GIVEN: { readonly [C in keyof Calls]: { readonly [K in keyof Required<Calls[C]>]: fc.Arbitrary<unknown> } } = {
  status: chosen,
  list: { ...listing, limit: count, saveView: text },
  show: { id: text, origin: flag, script: flag, events: flag },
  compare: {
    ...rows,
    ids: texts,
    limit: count,
    allValues: flag,
    groupBy: texts,
    columns: texts,
    test: fc.constantFrom('welch', 'paired'),
    pairBy: texts,
  },
  diff: { a: text, b: text },
  checkout: { id: text, folder: text },
  logs: { ...chosen, attempt: count, stage: text, lines: count, out: flag, err: flag, follow: flag },
  harvest: { ...chosen, all: flag, live: flag, discover: flag },
  export: {
    ...listing,
    file: text,
    groupBy: texts,
    stats: texts,
    format: fc.constantFrom('csv', 'latex'),
    best: texts,
    caption: text,
    label: text,
    update: flag,
    raw: flag,
  },
  plot: {
    ...unsorted,
    metric: text,
    ids: texts,
    output: text,
    terminal: flag,
    kind: fc.constant('bar'),
    groupBy: texts,
    x: text,
    band: fc.constant('std'),
    smooth: fc.double({ noNaN: true }),
    logX: flag,
    logY: flag,
    symlogX: flag,
    symlogY: flag,
    size: text,
    title: text,
  },
  'checkpoints list': { ...chosen, metric: text, pinned: flag, limit: count },
  'checkpoints best': { ...chosen, metric: text, max: flag, min: flag },
  'checkpoints pin': { id: text, step: text, as: text, metric: text, max: flag, min: flag },
  'checkpoints unpin': { name: text },
  'template list': { builtin: flag },
  'template show': { template: text },
  new: { ...making, template: text, expId: text, notes: text },
  clone: { ...making, id: text, newId: text, fresh: flag },
  rerun: { id: text, expId: text },
  sweep: { ...making, ...space, ...searching, template: text, name: text, id: text, search: count },
  'sweep show': { name: text, decisions: flag, importance: flag, metric: text, max: flag, min: flag },
  'sweep extend': { ...space, name: text },
  'sweep set': { ...searching, name: text, maxParallel: count, trials: count },
  submit: { ...chosen, ...placing, after: texts, dryRun: flag },
  retry: { ...chosen, ...placing, fresh: flag },
  wait: chosen,
  cancel: { ...chosen, stop: text },
  hold: chosen,
  release: chosen,
  requeue: chosen,
  tag: { ...chosen, add: texts, remove: texts },
  note: { ...chosen, text },
  archive: { ...chosen, undo: flag },
  partitions: { probe: flag },
  advise: {
    target: text,
    stage: text,
    like: text,
    globalBatch: count,
    maxMicroBatch: count,
    gpus: count,
    set: making.set,
  },
  efficiency: { ...chosen, limit: count },
  doctor: {},
};

const call: fc.Arbitrary<Call> = fc.oneof(
  ...Object.entries(GIVEN).map(([command, values]) => {
    const required = ARGUMENTS[command as keyof Calls].filter((name) => !['ids', 'newId', 'target'].includes(name));
    const given: Values = { ...values, command: fc.constant(command), json: flag, yes: flag };
    return fc.record(given, { requiredKeys: ['command', ...required] }) as unknown as fc.Arbitrary<Call>;
  }),
);

test('a command line that was made from a call and split by bash is read as the same call', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 60 }), async (calls) => {
      const split = splitInBash(calls.map(commandOf));
      for (const [i, each] of calls.entries()) expect(await readCall(split[i] ?? [])).toEqual(asRead(each));
    }),
    { numRuns: 40 },
  );
});

test('a list that was made into a command line asks for the same table', async () => {
  const request = {
    where: "status = failed and note = 'it''s'",
    columns: ['-x', 'val_acc'],
    sort: { field: 'val_acc', descending: true },
    archived: true,
  };
  const line = commandOf({ command: 'list', ...request, limit: 0 });
  const { command, words } = await loadCommand(splitInBash([line])[0] ?? []);
  const args = parseArgs(words, { command: 'list', flags: command.flags ?? [], positionals: [] });
  expect(listingOf(args)).toEqual(request);
  expect(args.count('limit', 0)).toBe(0);
});

test.each<[Call, string]>([
  [
    { command: 'list', where: 'status = failed', columns: ['a', 'b'], sort: { field: 'val_acc', descending: true } },
    "sheaf list --where 'status = failed' --columns a b --sort val_acc --desc",
  ],
  [{ command: 'logs', ids: ['r50'], attempt: 2, err: true }, 'sheaf logs r50 --attempt 2 --err'],
  [{ command: 'note', ids: ['r50'], text: '-5 degrees' }, "sheaf note -- r50 '-5 degrees'"],
  [
    { command: 'retry', ids: ['r50'], set: { time_limit: '2:00:00', mem: '8G' } },
    'sheaf retry r50 --set time_limit=2:00:00 --set mem=8G',
  ],
  [{ command: 'show', id: 'a\u001b[201~\n', origin: false }, "sheaf show $'a\\x1b[201~\\x0a'"],
])('a call makes a line as people write it', (given, line) => {
  expect(commandOf(given)).toBe(line);
});
