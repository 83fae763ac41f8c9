import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertParts, type ScriptPart } from './insert.ts';

/** `◆` stands for the value, `◇` for several words. */
function partsOf(template: string, value: string, words: readonly string[] = []): ScriptPart[] {
  let at = 0;
  return template.split(/([◆◇])/).map((text): ScriptPart => {
    const start = at;
    at += text.length;
    if (text === '◆') return { kind: 'value', value, at: start };
    if (text === '◇') return { kind: 'words', words, role: 'arguments', at: start };
    return { kind: 'text', text, at: start };
  });
}

function insert(template: string, value: string, words: readonly string[] = []): string {
  const { script, faults } = insertParts(partsOf(template, value, words));
  expect(faults).toEqual([]);
  return script;
}

function where(template: string): string {
  const [fault] = insertParts(partsOf(template, 'x', ['x'])).faults;
  return fault?.kind === 'place'
    ? fault.where
    : fault?.kind === 'unclosed'
      ? `unclosed ${fault.what} at ${fault.at}`
      : (fault?.kind ?? 'allowed');
}

/** Runs a script with real bash; the arguments that `show` got, each ended by NUL. */
function shown(script: string): string[] {
  const prelude = `show() { [ $# -eq 0 ] || printf '%s\\0' "$@"; }\n`;
  const run = spawnSync('bash', ['--norc', '-c', prelude + script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(run.stderr).toBe('');
  return run.stdout.split('\0').slice(0, -1);
}

const HOSTILE = [
  'plain',
  '',
  ' ',
  'a\'b; rm -rf ~ $(x) "é\n',
  '$HOME',
  '`id`',
  '$(touch pwned)',
  '\\',
  '\\\\',
  "'",
  '"',
  '"\'"\'',
  '\n',
  'a\nb\n',
  '-n',
  '--help',
  '*',
  '~',
  '~root',
  '!',
  '!!',
  '#',
  '# x',
  '{a,b}',
  '{1..3}',
  '1',
  '2>x',
  'a=b',
  'if',
  'done',
  'esac',
  'x)',
  ';;',
  '&',
  '|',
  '<<EOF',
  'a[$(touch pwned)]',
  '\t',
  '\r\n',
  'é ü 漢字 🦊',
  '%s%n',
  '${x}',
  '$((1/0))',
  "$'a'",
  '\u0001\u007f\u0085\u2028',
];

const anyText = fc
  .oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'\'"\\$`(){}[]<>|&;#!*?~=- \t\nax1'.split('')) }),
  )
  .filter((text) => !text.includes('\0') && text.isWellFormed());

/** Places, and what `show` gets when the value is V. */
const PLACES: readonly [template: string, expected: (value: string) => string[]][] = [
  ['show ◆', (v) => [v]],
  ['show --x=◆ y', (v) => [`--x=${v}`, 'y']],
  ['show a◆b ◆', (v) => [`a${v}b`, v]],
  ["show '◆'", (v) => [v]],
  ["show 'a ◆ b'◆", (v) => [`a ${v} b${v}`]],
  ['show "◆"', (v) => [v]],
  ['show "a ◆ b"', (v) => [`a ${v} b`]],
  ['x=1; show "$x◆" "${x}◆" $x◆', (v) => [`1${v}`, `1${v}`, `1${v}`]],
  ['x=1; show "$x\\\n◆"', (v) => [`1${v}`]],
  ['show "$(show ◆ x | tr "\\0" .)"', (v) => [`${v}.x.`]],
  ['show "$(printf %s "$(printf %s "◆")")x"', (v) => [`${v.replace(/\n+$/, '')}x`]],
  ['x=◆ y="◆"; show "$x" "$y"', (v) => [v, v]],
  ['local_() { local x=◆; show "$x"; }; local_', (v) => [v]],
  ['export X=◆; show "$X"', (v) => [v]],
  ['a=(◆ "◆" c); show "${a[@]}"', (v) => [v, v, 'c']],
  ['declare -r X="◆"; show "$X"', (v) => [v]],
  ['for x in ◆ b; do show "$x"; done', (v) => [v, 'b']],
  ['case ◆ in never) ;; esac; show ◆', (v) => [v]],
  ['case a in a) show ◆ ;; *) show no ;; esac', (v) => [v]],
  ['x=$(case a in (a) printf %s x ;; esac; ); show "$x" ◆', (v) => ['x', v]],
  ['if [ ◆ = "◆" ]; then show ◆; fi', (v) => [v]],
  ['if [[ ◆ == ◆ ]]; then show ◆; fi', (v) => [v]],
  ['if [[ abc =~ ^(a|b)c*b && ◆ != "" || 1 ]]; then show ◆; fi', (v) => [v]],
  ['IFS= read -r -d "" x <<< ◆ || :; show "$x"', (v) => [`${v}\n`]],
  ['cat <<EOF >/dev/null\nit\'s "text"\nEOF\nshow ◆', (v) => [v]],
  ["cat <<'EOF' >/dev/null\nit's $( ` \"\nEOF\nshow ◆", (v) => [v]],
  ['cat <<-E >/dev/null; show ◆\n\tx\n\tE\nshow ◆', (v) => [v, v]],
  ['cat <<A <<B >/dev/null\n\'\nA\n"\nB\nshow ◆', (v) => [v]],
  ['x=$(cat <<EOF\nit\'s\nEOF\n); show "$x" ◆', (v) => ["it's", v]],
  ["# don't\nshow ◆ # it's", (v) => [v]],
  ["show a#b'◆'", (v) => [`a#b${v}`]],
  ['show $((1 + (2 * 3))) ◆', (v) => ['7', v]],
  ['(( x = 1 << 2 )); show $x ◆', (v) => ['4', v]],
  ['for (( i = 0; i < 1; i++ )); do show ◆; done', (v) => [v]],
  ['show ${x:-a\\}b} "${y:-"}"}" ◆', (v) => ['a}b', '}', v]],
  ['show "${z:-$(printf "%s" ")")}" ◆', (v) => [')', v]],
  ["show $'a\\'b' ◆", (v) => ["a'b", v]],
  ['show `printf %s "q"` ◆', (v) => ['q', v]],
  ['show \\\n  a \\\n  ◆ \\\n  b', (v) => ['a', v, 'b']],
  ['show "a\\"b" ◆ \\"', (v) => ['a"b', v, '"']],
  ['f() { show "$@"; }; f ◆', (v) => [v]],
  ['function g { case x in x) show ◆;; esac; }; g', (v) => [v]],
  ['{ show ◆; } | cat; (show ◆)', (v) => [v, v]],
  ['show ◆ && show "◆" || show no', (v) => [v, v]],
  ['show ◆& wait; show ◆;', (v) => [v, v]],
  ['! show ◆; time_=1 show "◆"', (v) => [v, v]],
  ['show <(:) >/dev/null; show ◆', (v) => [v]],
  ['x[1]=◆; x[1+1]="◆"; show "${x[@]}"', (v) => [v, v]],
  ['bash -c \'printf "%s\\0" "$@"\' _ ◆', (v) => [v]],
  ['show ◆◆', (v) => [v + v]],
  ['show {a,b}"◆"', (v) => [`a${v}`, `b${v}`]],
  ['echo 1 2>&1 >/dev/null; show 2 ◆>&1', (v) => ['2', v]],
  ['cat < <(show ◆)', (v) => [v]],
];

describe('a value reaches the program as it is, wherever it may stand', () => {
  it.each(PLACES)('%s', (template, expected) => {
    const scripts = HOSTILE.map((value) => `(\n${insert(template, value)}\n)`);
    expect(shown(scripts.join('\n'))).toEqual(HOSTILE.flatMap(expected));
  });

  it('also any text whatever, in all places at once', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 4 }), (values) => {
        const script = PLACES.map(([template], i) => `(\n${insert(template, values[i % values.length] ?? '')}\n)`);
        const expected = PLACES.flatMap(([, expect_], i) => expect_(values[i % values.length] ?? ''));
        expect(shown(script.join('\n'))).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('a harmless value needs no quotes', () => {
    expect(insert('python t.py --lr ◆ --x=◆', '1e-4')).toBe('python t.py --lr 1e-4 --x=1e-4');
    expect(insert('echo ◆>f', '2')).toBe("echo '2'>f");
    expect(insert('◆', 'done')).toBe("'done'");
    expect(insert('echo "$a◆"', 'b')).toBe('echo "$a""b"');
    expect(insert('echo \'◆\' "◆"', 'a\'"b')).toBe("echo 'a'\\''\"b' \"a'\\\"b\"");
  });
});

describe('where quotes would not do, a value is refused with the place', () => {
  it.each([
    ['cat <<EOF\n◆\nEOF', 'in a here-document'],
    ["cat <<'EOF'\na ◆\nEOF\n", 'in a here-document'],
    ['cat <<EOF\nx\\\nEOF\n◆\nEOF\n', 'in a here-document'],
    ['cat <<◆\nx\n', 'in the end mark of a here-document'],
    ['x=$(cat <<EOF\n◆\nEOF\n)', 'in a here-document'],
    ['echo $((◆ + 1))', 'in arithmetic'],
    ['echo "$(( $(echo ◆) ))"', 'in arithmetic'],
    ['(( x = ◆ ))', 'in arithmetic'],
    ['for (( i = 0; i < ◆; i++ )); do :; done', 'in arithmetic'],
    ['echo $[◆]', 'in arithmetic'],
    ['# lr ◆', 'in a comment'],
    ['echo a # ◆', 'in a comment'],
    ["echo $( # it's ◆\n)", 'in a comment'],
    ['echo `echo ◆`', 'inside `…`'],
    ['echo "`echo \'◆\'`"', 'inside `…`'],
    ['echo ${x:-◆}', 'inside ${ … }'],
    ['echo "${x:-"◆"}"', 'inside ${ … }'],
    ['echo "${x:-$(echo ◆)}"', 'inside ${ … }'],
    ["echo $'◆'", "inside $'…'"],
    ['echo $◆', 'directly after "$"'],
    ['echo "$◆"', 'directly after "$"'],
    ['echo $\\\n◆', 'directly after "$"'],
    ['echo \\◆', 'directly after a backslash'],
    ['echo "\\◆"', 'directly after a backslash'],
    ['case $x in ◆) ;; esac', 'in a pattern of "case"'],
    ['case $x in (a|"◆") ;; esac', 'in a pattern of "case"'],
    ['case $x in a) :;; ◆) :;; esac', 'in a pattern of "case"'],
    ['x[◆]=1', 'in the subscript of an array'],
    ['x=([◆]=1)', 'in the subscript of an array'],
    ['x["◆"]=1', 'in the subscript of an array'],
    ['y=$(x=(a "◆"))', 'in an array inside $( … )'],
    ['echo a >&◆', 'behind ">&"'],
    ['read x <&"◆"', 'behind "<&"'],
    ['echo @(a|◆)', 'in a pattern'],
    ['[[ ◆ -eq 1 ]]', 'in [[ … ]] with an operator that computes'],
    ['[[ a == b || -v "◆" ]]', 'in [[ … ]] with an operator that computes'],
    ['eval "echo ◆"', 'in the arguments of "eval", which reads them as code'],
    ['FOO=1 command eval ◆', 'in the arguments of "eval", which reads them as code'],
    ['let x=◆', 'in the arguments of "let", which reads them as code'],
    ["trap 'echo ◆' EXIT", 'in the arguments of "trap", which reads them as code'],
    ['declare -i x=◆', 'in the arguments of "declare", which reads names in them'],
    ['export ◆', 'in the arguments of "export", which reads names in them'],
    ['[ -v ◆ ]', 'where a name is read'],
    ['printf -v ◆ x', 'where a name is read'],
    ['bash -c "python t.py ◆"', 'in a command for another shell'],
    ["srun -n 2 /bin/bash -lc 'python ◆'", 'in a command for another shell'],
    ['"$SHELL" -c ◆', 'in a command for another shell'],
    ['ssh host "ls ◆"', 'in the arguments of "ssh", which gives them to a shell'],
    ['sbatch --wrap="python ◆"', 'in a command for "sbatch --wrap"'],
    ["echo 'a", "unclosed ' at 5"],
    ['echo ok\necho "a ◆', 'unclosed " at 13'],
    ['echo $(ls', 'unclosed ( at 5'],
    ['x=(a b', 'unclosed ( at 2'],
    ['echo `ls', 'unclosed ` at 5'],
    ['echo ${x', 'unclosed ${ at 5'],
  ])('%j: %s', (template, expected) => {
    expect(where(template)).toBe(expected);
  });

  it.each([
    ['echo "${x:-\'a\'}" ◆', 'after a single quote inside "${ … }", which sheaf cannot read for certain'],
    ['echo ) ◆', 'after a ")" that nothing opened, which sheaf cannot read for certain'],
    [
      'x=$(cat <<EOF) ; echo ◆\nEOF\n',
      'after a here-document that begins inside $( … ), which sheaf cannot read for certain',
    ],
    ['((echo ◆); echo a)', 'in arithmetic'],
    ['<(:)eval ◆', 'after <( … ) in place of a command, which sheaf cannot read for certain'],
    ['((echo a) ); echo ◆', 'after "((" that is not closed by "))", which sheaf cannot read for certain'],
    ['cat <\\\n<EOF\n◆\nEOF\n', 'after an operator over two lines, which sheaf cannot read for certain'],
  ])('%j: %s', (template, expected) => {
    expect(where(template)).toBe(expected);
  });
});

describe('several words', () => {
  it('stand where words stand', () => {
    expect(insert('python t.py ◇', '', ['--lr', '1e-4', "it's", 'a=b', '[1]'])).toBe(
      "python t.py --lr 1e-4 'it'\\''s' a=b '[1]'",
    );
    expect(shown(insert('a=(◇); show ◇ "${a[@]}" $(show ◇ | tr "\\0" " ")', '', ['a b', 'c']))).toEqual([
      'a b',
      'c',
      'a b',
      'c',
      'a',
      'b',
      'c',
    ]);
  });

  it.each([
    'echo "◇"',
    "echo '◇'",
    'echo a◇',
    'echo ◇b',
    'echo --x=◇',
    '◇',
    'echo >◇',
    'x=◇',
    'if ◇; then :; fi',
    'echo ◇>f',
    '[[ ◇ ]]',
    'case ◇ in a) ;; esac',
  ])('%s is refused', (template) => {
    expect(where(template)).toBe('words');
  });
});

it('no value can have a NUL', () => {
  expect(insertParts(partsOf('echo ◆', 'a\0b')).faults).toMatchObject([{ kind: 'nul' }]);
});
