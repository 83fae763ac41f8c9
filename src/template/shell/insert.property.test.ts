import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { insertParts, type ScriptPart } from './insert.ts';

/** Scripts of all the grammar that people use; `◆` is where a value goes. */
const { script: anyScript } = fc.letrec<{
  word: string;
  double: string;
  words: string;
  simple: string;
  command: string;
  script: string;
}>((tie) => {
  const some = (arbitrary: fc.Arbitrary<string>, max: number, join_ = ''): fc.Arbitrary<string> =>
    fc.array(arbitrary, { maxLength: max }).map((parts) => parts.join(join_));
  /** `text` with each `<name>` replaced by what that rule gives. */
  const rule = (text: string): fc.Arbitrary<string> => {
    const parts = text.split(/(<word>|<words>|<simple>|<script>)/);
    return fc
      .tuple(
        ...parts.map((part) =>
          part.startsWith('<') && part.endsWith('>') ? tie(part.slice(1, -1) as 'word') : fc.constant(part),
        ),
      )
      .map((all) => all.join(''));
  };
  const plain = [
    'a',
    '-b',
    '=',
    ':',
    ',',
    '.',
    '@',
    '+',
    '\\ ',
    '\\;',
    "\\'",
    '$x',
    '${x}',
    '#',
    '{',
    '}',
    '[',
    ']',
    '1',
    '\\\n',
  ];
  const expansions = ['$((2*(3)))', "$'\\'q'", '"${y:-"}"}"', '${y:-"$(printf ")")"}'];
  const inDouble = [
    '◆',
    '◆',
    'a',
    ' ',
    "'",
    '\\"',
    '\\$',
    '$x',
    '${y:-d}',
    '#',
    '(',
    ')',
    '\n',
    '`printf q`',
    '$((1+2))',
    ';',
    '{',
    '!',
  ];
  const inSingle = ['◆', 'a', ' ', '"', '\\', '$(', '`', '#', '\n', '{', ')'];
  return {
    double: some(fc.oneof({ depthSize: 'small' }, fc.constantFrom(...inDouble), rule('$(<script>)')), 5).map(
      (text) => `"${text}"`,
    ),
    word: fc
      .array(
        fc.oneof(
          fc.constant('◆'),
          fc.constantFrom(...plain),
          fc.constantFrom(...expansions),
          tie('double'),
          some(fc.constantFrom(...inSingle), 4).map((text) => `'${text}'`),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => (parts[0] === '#' ? `w${parts.join('')}` : parts.join(''))),
    words: some(tie('word'), 4, ' '),
    simple: fc
      .oneof(
        rule('show <words>'),
        rule('v=<word> show <words> 2>/dev/null'),
        rule('arr=(<words> # it\'s\n ); show "${arr[@]}"'),
        rule('w=<word>; show "$w"'),
        rule('show <words> # don\'t ( "'),
        rule('show \\\n <words> \\\n z <<< <word>'),
      )
      .map((text) => `${text}\n`),
    command: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('simple'),
      rule('if <simple>then <script>fi'),
      rule('for i in a <words>; do <script>done'),
      rule('case abc in x|y) show n;; (a*) <script>;; *) show m;; esac'),
      rule('(<script>)'),
      rule('{ <script>}'),
      rule('[[ a == <word> || 1 ]] && show t'),
      rule('while show <words>; do break; done'),
      fc.constantFrom('cat <<EOF\nit\'s "\nEOF', "cat <<'E' <<-F\n$( \" `\nE\n\t'\n\tF", '(( 1 << 2 )) && show s'),
      rule('f() { <script>}'),
      rule('show "$(case a in a) <simple>;; esac)"'),
      rule('! <simple>'),
    ),
    script: fc.array(tie('command'), { minLength: 1, maxLength: 3 }).map((commands) => `${commands.join('\n')}\n`),
  };
});

const CANARY = ': >PWNED';
const hostile = fc.oneof(
  fc.constantFrom(
    `x;${CANARY};x`,
    `$(${CANARY})`,
    `\`${CANARY}\``,
    `'; ${CANARY}; '`,
    `"; ${CANARY}; "`,
    `\n${CANARY}\nz`,
  ),
  fc.constantFrom(`a[$(${CANARY})]`, `) ; ${CANARY} ; (`, `}; ${CANARY}; {`, `EOF\n${CANARY}\nz`, `;;\n*) ${CANARY};;`),
  fc.constantFrom(
    '\\',
    "'",
    '"',
    '',
    ' ',
    '$x',
    '{a,b}',
    '>PWNED',
    '2',
    'x=1',
    '*',
    'a\\',
    'a$',
    'done',
    '..',
    '\u0001\u007f',
    'é',
  ),
);

const PRELUDE = `x=X; unset y; show() { for a in "$@"; do printf '<%s>' "$a"; done; printf '|'; }\n`;
const TAME = 'Zq9';

function inserted(template: string, value: string): { script: string; refused: boolean } {
  const parts = template
    .split(/(◆)/)
    .map((text, at): ScriptPart => (text === '◆' ? { kind: 'value', value, at } : { kind: 'text', text, at }));
  const { script, faults } = insertParts(parts);
  return { script, refused: faults.length > 0 };
}

it('what a script does with a hostile value is what it does with a harmless one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-insert-'));
  const run = (script: string): string =>
    spawnSync('bash', ['--norc', '-c', PRELUDE + script], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'ignore'],
      // Only a hang takes that long.
      timeout: 100_000,
    }).stdout;
  try {
    fc.assert(
      fc.property(anyScript, hostile, (template, value) => {
        const { script, refused } = inserted(template, value);
        fc.pre(!refused && template.includes('◆'));
        expect(run(script)).toBe(run(inserted(template, TAME).script).replaceAll(TAME, value));
        expect(readdirSync(folder)).toEqual([]);
      }),
      { numRuns: 80 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
