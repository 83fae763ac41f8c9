import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { JinjaError } from './fault.ts';
import { findFreeNames } from './names.ts';
import { quoteWords } from '../shell/quote.ts';
import { parseTemplate } from './parser.ts';
import { toJinja, JinjaWords, type JinjaValue } from './values.ts';

const NAMES: ReadonlyMap<string, JinjaValue> = new Map<string, JinjaValue>([
  ['lr', toJinja(0.0001, { '': '1e-4' })],
  ['epochs', toJinja(90, {})],
  ['big', toJinja(Number('12345678901234567890'), { '': '12345678901234567890' })],
  ['half', toJinja(0.5, {})],
  ['one', toJinja(1, { '': '1.0' })],
  ['amp', true],
  ['off', false],
  ['nothing', null],
  ['model', 'resnet50'],
  ['empty', ''],
  ['sizes', toJinja([512, 256], {})],
  ['none_yet', toJinja([], {})],
  ['optimizer', toJinja({ lr: 0.1, name: 'adam', betas: [0.9, 0.999] }, { '/lr': '1e-1' })],
  ['flags', new JinjaWords(() => ['--lr', '1e-4'])],
]);

function render(source: string): string {
  return evaluate(parseTemplate(source), NAMES)
    .map((piece) =>
      piece.kind === 'text' ? piece.text : piece.kind === 'value' ? piece.value : quoteWords(piece.words),
    )
    .join('');
}

function fault(source: string): JinjaError['fault'] {
  try {
    render(source);
  } catch (error) {
    if (error instanceof JinjaError) return error.fault;
    throw error;
  }
  throw new Error(`no fault in ${source}`);
}

describe('numbers, booleans and collections are put out as written', () => {
  it.each([
    ['{{ lr }}', '1e-4'],
    ['{{ epochs }}', '90'],
    ['{{ one }}', '1.0'],
    ['{{ big }}', '12345678901234567890'],
    ['{{ -lr }}', '-1e-4'],
    ['{{ 0.1 }} {{ 1e-5 }} {{ 100 }}', '0.1 1e-5 100'],
    ['{{ amp }} {{ off }}', 'true false'],
    ['{{ sizes }}', '[512, 256]'],
    ['{{ optimizer }}', '{"lr": 1e-1, "name": "adam", "betas": [0.9, 0.999]}'],
    [
      '{{ optimizer.lr }} {{ optimizer["name"] }} {{ sizes[0] }} {{ sizes[-1] }} {{ sizes.1 }}',
      '1e-1 adam 512 256 256',
    ],
    ['{{ flags }}', '--lr 1e-4'],
  ])('%s gives %s', (source, text) => {
    expect(render(source)).toBe(text);
  });
});

/** Each line was compared with Jinja 3.1.6; `true`, `1e-4` and JSON apart, both give the same. */
describe('expressions mean what they mean in Jinja', () => {
  it.each([
    [
      '{{ epochs + 10 }} {{ epochs - 100 }} {{ epochs * 2 }} {{ epochs / 2 }} {{ epochs // 4 }} {{ epochs % 4 }}',
      '100 -10 180 45.0 22 2',
    ],
    ['{{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 2 ** -1 }} {{ -7 // 2 }} {{ -7 % 3 }}', '64 4 0.5 -4 2'],
    ['{{ half + half }} {{ half * 3 }} {{ 0.1 + 0.2 }}', '1.0 1.5 0.30000000000000004'],
    ['{{ "a" ~ 1 ~ "b" }} {{ "a" + "b" }} {{ "a" "b" }}', 'a1b ab ab'],
    ['{{ (1 + 2) ~ 3 }} {{ 1 ~ 2 * 3 }}', '33 16'],
    ['{{ "big" if epochs > 50 else "small" }} {{ "x" if off else "y" if amp else "z" }}', 'big y'],
    ['{{ 1 < 2 < 3 }} {{ 1 < 2 > 5 }} {{ not amp or amp and off }}', 'true false false'],
    ['{{ 512 in sizes }} {{ 3 not in sizes }} {{ "res" in model }} {{ "lr" in optimizer }}', 'true true true true'],
    ['{{ epochs == 90.0 }} {{ model != "x" }} {{ [1, 2] == [1, 2] }} {{ "a" < "b" }}', 'true true true true'],
    ['{{ empty or "x" }} {{ none_yet or "y" }} {{ 0 or "z" }}', 'x y z'],
    ['{{ model[:3] }} {{ model[6:] }} {{ sizes[1:] }} {{ model[-2:] }}', 'res 50 [256] 50'],
    [
      '{{ model | upper }} {{ "a b" | replace(" ", "-") }} {{ " x " | trim }} {{ "ab" | reverse }} {{ "éa" | capitalize }}',
      'RESNET50 a-b x ba Éa',
    ],
    [
      '{{ sizes | join(",") }} {{ sizes | length }} {{ sizes | sum }} {{ sizes | max }} {{ sizes | min }} {{ sizes | first }} {{ sizes | last }}',
      '512,256 2 768 512 256 512 256',
    ],
    [
      '{{ sizes | sort }} {{ [3, 1, 3] | unique | list }} {{ [3, 1] | sort(reverse=true) }} {{ sizes | reverse | join(" ") }}',
      '[256, 512] [3, 1] [3, 1] 256 512',
    ],
    [
      '{{ 2.5 | round }} {{ 3.5 | round }} {{ 2.675 | round(2) }} {{ 1.1 | round(method="ceil") }} {{ 7.9 | round(0, "floor") }}',
      '2.0 4.0 2.67 2.0 7.0',
    ],
    [
      '{{ "3.7" | float }} {{ 3.7 | int }} {{ "12" | int }} {{ -3 | abs }} {{ 5 | float }} {{ true | int }}',
      '3.7 3 12 3 5.0 1',
    ],
    [
      '{{ typo | default("d") }} {{ optimizer.typo | d(1) }} {{ a.b.c | default("e") }} {{ empty | default("f", true) }}',
      'd 1 e f',
    ],
    [
      '{{ typo is defined }} {{ typo is undefined }} {{ model is defined }} {{ nothing is none }} {{ optimizer.x is defined }}',
      'false true true true false',
    ],
    [
      '{{ 4 is even }} {{ 3 is odd }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ lr is float }} {{ 1 is in [1] }} {{ model is not string }}',
      'true true true false true true false',
    ],
    [
      '{{ model.startswith("res") }} {{ "a,b".split(",") | join("+") }} {{ optimizer.get("x", 7) }} {{ "A".lower() }}',
      'true a+b 7 a',
    ],
    ['{{ range(3) | list }} {{ range(1, 4) | join }} {{ range(6, 0, -2) | join(" ") }}', '[0, 1, 2] 123 6 4 2'],
    ['{{ {"a": 1, "b": [2]} }} {{ (1, 2) }} {{ () | length }} {{ [1, 2,] }}', '{"a": 1, "b": [2]} [1, 2] 0 [1, 2]'],
    ['{{ "a\\n" ~ "\\x41\\u0042\\q" }}', 'a\nAB\\q'],
    ['{{ "/a/b/c.txt" | basename }} {{ "/a/b/c.txt" | dirname }} {{ {"a": "é"} | tojson }}', 'c.txt /a/b {"a": "é"}'],
  ])('%s', (source, text) => {
    expect(render(source)).toBe(text);
  });
});

describe('blocks', () => {
  it.each([
    ['{% if amp %}A{% endif %}{% if off %}B{% elif model == "x" %}C{% else %}D{% endif %}', 'AD'],
    [
      '{% for s in sizes %}{{ loop.index }}/{{ loop.length }}={{ s }}{% if not loop.last %},{% endif %}{% endfor %}',
      '1/2=512,2/2=256',
    ],
    ['{% for x in none_yet %}{{ x }}{% else %}none{% endfor %}', 'none'],
    ['{% for s in sizes if s < 300 %}{{ loop.index0 }}{{ s }}{% endfor %}', '0256'],
    ['{% for k, v in optimizer.items() %}{{ k }}={{ v }} {% endfor %}', 'lr=1e-1 name=adam betas=[0.9, 0.999] '],
    ['{% for k in optimizer %}{{ k }} {% endfor %}', 'lr name betas '],
    ['{% set n = epochs * 2 %}{{ n }}{% for s in sizes %}{% set n = s %}{% endfor %}{{ n }}', '180180'],
    ['a{# a comment {{ typo }} #}b', 'ab'],
    ['{% raw %}{{ not }} {% this %}{% endraw %}!', '{{ not }} {% this %}!'],
    ['${#array[@]} {{ lr }}', '${#array[@]} 1e-4'],
    ['{{ {"a": {"b": 1}}.a.b }}', '1'],
    ['a  {{- lr -}}  b', 'a1e-4b'],
    ['a\n  {%- if amp %} x {%- endif %} y', 'a x y'],
  ])('%s', (source, text) => {
    expect(render(source)).toBe(text);
  });

  it('lines that hold only blocks vanish, so that a command over several lines stays whole', () => {
    expect(
      render(
        'run \\\n  {% if amp %}\n  --amp \\\n  {% endif %}\n  {# note #}\n  {% if off %}  {% endif %}\n  --lr {{ lr }}\nend\n',
      ),
    ).toBe('run \\\n  --amp \\\n  --lr 1e-4\nend\n');
    expect(render('{% if amp %}\n{% if amp %}\nx\n{% endif %}\n{% endif %}')).toBe('x\n');
  });

  it('a line that also holds text keeps its end', () => {
    expect(render('a {% if off %}b{% endif %}\nc')).toBe('a \nc');
    expect(render('{%+ if amp +%}\nc{% endif %}')).toBe('\nc');
  });
});

describe('a name that is not defined is a fault wherever its value is needed', () => {
  it.each([
    ['{{ modle }}', 3],
    ['{{ modle | upper }}', 3],
    ['{{ modle | join(",") | upper }}', 3],
    ['{% if modle %}x{% endif %}', 6],
    ['{% for x in modle %}x{% endfor %}', 12],
    ['{{ [modle] }}', 4],
    ['{{ "a" ~ modle }}', 9],
    ['{{ 1 if modle else 2 }}', 8],
    ['{% set x = modle %}', 11],
    ['{{ model == modle }}', 12],
    ['{{ model | replace("a", modle) }}', 24],
    ['{{ not modle }}', 7],
    ['{{ modle.x.y }}', 3],
    ['{{ model.startswith(modle) }}', 20],
    ['{{ sizes[modle] }}', 9],
    ['{{ modle is none }}', 3],
  ])('%s', (source, offset) => {
    expect(fault(source)).toMatchObject({
      code: 'jinja.undefined',
      message: 'modle is not defined',
      offset,
      fix: 'did you mean model?',
    });
  });

  it('a key that a map does not have, too', () => {
    expect(fault('{{ optimizer.nane }}')).toMatchObject({
      code: 'jinja.undefined',
      message: 'nane is not defined',
      offset: 13,
      fix: 'did you mean name?',
    });
    expect(fault('{{ sizes[2] }}')).toMatchObject({ code: 'jinja.undefined', message: 'item 2 is not defined' });
    expect(fault('{{ 1 if off }}')).toMatchObject({ code: 'jinja.undefined' });
  });

  it('null has no text', () => {
    expect(fault('{{ nothing }}')).toMatchObject({ code: 'jinja.value', message: 'nothing has no value', offset: 3 });
    expect(render('{{ nothing | default("x") }}')).toBe('x');
  });

  it('names are also found in branches that are not taken, unless they are guarded', () => {
    const source =
      '{% if off %}{{ typo }}{% endif %}{{ a | default(1) }}{% if b is defined %}{{ b }}{% endif %}{% for c in sizes %}{{ c }}{{ loop.index }}{% endfor %}{{ lr }}';
    expect(findFreeNames(parseTemplate(source)).map(({ name }) => name)).toEqual(['off', 'typo', 'sizes', 'lr']);
  });
});

describe('JavaScript is out of reach', () => {
  it.each([
    '{{ model.constructor }}',
    '{{ optimizer.constructor }}',
    '{{ optimizer.__proto__ }}',
    '{{ optimizer["__proto__"] }}',
    '{{ optimizer.toString() }}',
    '{{ sizes.constructor.constructor("return 1")() }}',
    '{{ [].constructor }}',
    '{{ "".length }}',
    '{{ lr.value }}',
    '{{ lr.constructor }}',
    '{{ toString }}',
    '{{ __proto__ }}',
    '{{ hasOwnProperty("x") }}',
    '{{ model | constructor }}',
    '{{ model | toString }}',
    '{{ model is constructor }}',
    '{{ model.at(0) }}',
    '{{ optimizer.size }}',
  ])('%s is refused', (source) => {
    expect(fault(source).code).toMatch(/^jinja\./);
  });
});

describe('no template works without end', () => {
  it.each([
    '{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}',
    '{{ range(1000000000) | list }}',
    `{% set x = "aaaaaaaaaa" %}${'{% set x = x ~ x %}'.repeat(40)}{{ x }}`,
    `{% set x = "aaaaaaaaaa" %}${'{% set x = x | replace("a", x) %}'.repeat(9)}{{ x }}`,
    `{% set x = "aaaaaaaaaa" %}${'{% set x = [x, x] | join %}'.repeat(40)}{{ x }}`,
    `{{ ${'('.repeat(500)}1${')'.repeat(500)} }}`,
    `{{ ${'-'.repeat(5000)}1 }}`,
    `{{ ${'not '.repeat(5000)}1 }}`,
    `${'{% if amp %}'.repeat(5000)}`,
    '{{ 9 ** 9 ** 9 }}',
    '{{ range(1, 2, 0) }}',
  ])('%#', (source) => {
    expect(fault(source).code).toMatch(/^jinja\./);
  });
});

describe('what is no Jinja gets a sentence with its place', () => {
  it.each([
    ['{{ model', 0, 'this {{ has no end', 'close it with }}'],
    ['a {% if amp %} b', 5, 'this {% if %} has no end', 'close it with {% endif %}'],
    ['{% endif %}', 3, '{% endif %} has no counterpart', 'put its counterpart before it, or delete it'],
    ['{% fi %}', 3, 'there is no block "fi" here', 'did you mean if?'],
    ['{% macro x() %}', 3, 'there is no block "macro" here', 'there are if, for, set and raw'],
    ['{# x', 0, 'this comment has no end', 'close it with #}'],
    ['{{ model | uper }}', 11, 'there is no filter "uper"', 'did you mean upper?'],
    ['{{ model is strng }}', 12, 'there is no test "strng"', 'did you mean string?'],
    ['{{ model.lowre() }}', 9, 'lowre cannot be called', 'did you mean lower?'],
    ['{{ (model | raw) ~ 1 }}', 12, '"raw" must be the last filter of an output', 'write {{ … | raw }}'],
  ])('%s', (source, offset, message, fix) => {
    expect(fault(source)).toEqual({ code: 'jinja.syntax', offset, message, fix });
  });

  it.each([
    ['{{ }}', 'expected a value, but the tag ends'],
    ['{{ model lr }}', 'expected the end of this tag, but there is "lr"'],
    ['{{ a ; }}', '";" has no meaning inside {{'],
    ['{{ [1, 2 }}', 'expected ], but the tag ends'],
    ['{% for in x %}{% endfor %}', 'expected in, but there is "x"'],
    ['{% set a.b = 1 %}', 'only a plain name can be set'],
    ['{{ model[::2] }}', 'expected a value, but there is ":"'],
  ])('%s', (source, message) => {
    expect(fault(source)).toMatchObject({ code: 'jinja.syntax', message });
  });

  it.each([
    ['{{ model + 1 }}', 'this needs a number, but gets a string'],
    ['{{ epochs / 0 }}', 'this divides by zero'],
    ['{{ big + 1 }}', '12345678901234567890 has too many digits to compute with'],
    ['{{ "x" | int }}', '"x" is not a number'],
    ['{{ none_yet | first }}', 'the list is empty'],
    ['{{ flags | upper }}', 'this stands for several words'],
    ['{{ flags ~ "x" }}', 'this stands for several words'],
    ['{% for a, b in sizes %}{% endfor %}', 'each item should have 2 parts, for a, b'],
    ['{{ sizes < 3 }}', 'a list and a number have no order'],
  ])('%s', (source, message) => {
    expect(fault(source)).toMatchObject({ code: 'jinja.value', message });
  });
});
