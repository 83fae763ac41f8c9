import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseScriptDirectives } from '../../src/template/job/asked-resources.ts';
import { buildContext, renderRun } from '../../src/template/job/run-script.ts';
import { place, runOf, shellcheck, type Place, type RunChange } from './support.ts';

const CANARY = ': >PWNED';

const hostile: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(
      `x;${CANARY};x`,
      `$(${CANARY})`,
      `\`${CANARY}\``,
      `'; ${CANARY}; '`,
      `"; ${CANARY}; "`,
      `\n${CANARY}\nz`,
    ),
    fc.constantFrom(
      `a\n#SBATCH --qos=high\n${CANARY}`,
      `EOF\n${CANARY}`,
      `{{ 7 * 7 }}`,
      `{% raw %}`,
      `a[$(${CANARY})]`,
      `} ; ${CANARY}; {`,
    ),
    fc.constantFrom(
      '',
      ' ',
      '-n',
      '--',
      '\\',
      "'",
      '"',
      '$HOME',
      '*',
      '~',
      '#',
      'a,b',
      'a=b',
      'é',
      '\u0001\u007f',
      '\r\n',
      '!!',
      '%j',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  )
  .filter((text) => !text.includes('\0') && text.isWellFormed());

/** Where the programs are that stand in for others: they only write down their words, one a record. */
function withStandIns(): { readonly project: Place; readonly env: Record<string, string> } {
  const project = place();
  const record = '#!/bin/bash\nprintf "%s\\0" "${0##*/}" "$@" >>"$SHEAF_OUT/words"\n';
  for (const name of ['torchrun', 'srun', 'show']) project.write(`bin/${name}`, record, 0o755);
  // A stand-in for apptainer: it writes down its words and runs what follows the image.
  project.write('bin/apptainer', `${record}while [[ $1 != *img ]]; do shift; done; shift\nexec "$@"\n`, 0o755);
  project.write('img', '');
  return { project, env: { PATH: `${join(project.root, 'bin')}:${process.env['PATH'] ?? ''}`, SLURM_JOB_ID: '7' } };
}

/** What each program was given, in the order in which they ran; nothing else may have run. */
function wordsOf({ project, env }: ReturnType<typeof withStandIns>, change: RunChange): string[] {
  const before = readdirSync(project.root).toSorted();
  const words = join(project.out, 'words');
  project.bash(`: >"$SHEAF_OUT/words"`, { SHEAF_OUT: project.out });
  const ended = project.job(change, env);
  expect(ended.status, ended.stderr).toBe(0);
  expect(readdirSync(project.root).toSorted()).toEqual(before);
  return readFileSync(words, 'utf8').split('\0').slice(0, -1);
}

it('exports, setup, description and parameters reach the program as they are, and nothing else runs', () => {
  const made = withStandIns();
  fc.assert(
    fc.property(hostile, hostile, hostile, (a, b, description) => {
      const setup = 'show setup {{ a }} "{{ b }}"\nS=\'{{ a }}\'; show "$S"';
      const environment = { exports: { A: '{{ a }}', LITERAL: `x${b.replaceAll('{', '')}`, N: '{{ n }}' }, setup };
      const command = 'show "$A" "$LITERAL" "$N" "$SHEAF_P_a" {{ flags }}';
      const words = wordsOf(made, { description, params: { a, b, n: 0.5 }, stage: { command, run: { environment } } });
      const flag = (name: string, value: string): string[] =>
        value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
      const expected = ['show', 'setup', a, b, 'show', a, 'show', a, `x${b.replaceAll('{', '')}`, '0.5', a];
      expect(words).toEqual([...expected, ...flag('a', a), ...flag('b', b), '--n', '0.5']);
    }),
    { numRuns: 40 },
  );
});

it('words of launchers and containers, their variables and arguments arrive as they are', () => {
  const made = withStandIns();
  const { root, out } = made.project;
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const container = {
        image: 'img',
        runtime: 'apptainer',
        binds: [],
        overlays: [],
        env: { A: '{{ a }}', B: '{{ b }}' },
        args: ['--x={{ a }}'],
      } as const;
      const launcher = { use: 'torchrun', processes: 2, args: ['--y={{ b }}'] } as const;
      const stage = {
        command: 'python train.py {{ a }} {{ b }}',
        resources: {},
        run: { launcher, environment: { container } },
      };
      const torchrun = ['torchrun', '--standalone', '--nproc-per-node=2', `--y=${b}`, 'train.py', a, b];
      const binds = ['--bind', root, '--bind', join(out, '../..')];
      const inside = [`--x=${a}`, `${root}/img`, 'env', `A=${a}`, `B=${b}`, ...torchrun];
      expect(wordsOf(made, { params: { a, b }, stage })).toEqual(
        ['apptainer', 'exec', ...binds, '--pwd', root].concat(inside, torchrun),
      );
      const srun = {
        command: 'show {{ a }}',
        resources: {},
        run: { launcher: { use: 'srun', args: ['--comment={{ b }}'] } },
      } as const;
      expect(wordsOf(made, { params: { a, b }, stage: srun }).slice(-3)).toEqual([`--comment=${b}`, 'show', a]);
    }),
    { numRuns: 30 },
  );
});

it('in own scripts values are words in every block, and stay in the directive in which they stand', () => {
  const made = withStandIns();
  const text = `{% extends "sheaf" %}
{% block directives %}
#SBATCH --comment={{ removeControls }} --nice=3
{% endblock %}
{% block setup %}
show {{ a }} "{{ b }}" '{{ a }}'
{% endblock %}
{% block teardown %}
show {{ b }}
{% endblock %}
`;
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const removeControls = a.replace(/\p{Cc}/gu, '') || 'x';
      const stage = { command: 'show {{ a }}', run: { script: { file: 'own.j2', text } } };
      const change = { params: { a, b, removeControls }, stage };
      expect(wordsOf(made, change)).toEqual(['show', a, b, a, 'show', a, 'show', b]);
      const { resources } = parseScriptDirectives(renderRun(runOf(change)));
      expect(resources).toEqual({ sbatch: { comment: removeControls, nice: '3' } });
      expect(buildContext(runOf(change)).params).toEqual({ a, b, removeControls });
    }),
    { numRuns: 30 },
  );
});

it('no value makes a script that shellcheck finds fault with', (context) => {
  context.skip(shellcheck('#!/bin/bash\ntrue\n') === undefined, 'NOT RUN: this needs apt-get install shellcheck');
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const environment = {
        venv: a || 'x',
        conda: { env: b || 'y' },
        modules: { purge: true, use: [], load: [a || 'z'] },
        exports: { A: a.replaceAll('{', '') },
      };
      const code = {
        mode: 'snapshot',
        folder: '.sheaf/code/5f',
        prefix: '',
        link: [b.replaceAll('/', '') || 'l'],
        copy: [],
        about: a,
      } as const;
      const script = renderRun(
        runOf({
          params: { a, b },
          description: b,
          code,
          stage: { command: 'python train.py {{ flags }}', run: { environment: noJinja(environment) } },
        }),
      );
      expect(shellcheck(script), script).toBe('');
    }),
    { numRuns: 12 },
  );
});

/** The same with texts that Jinja leaves alone. */
function noJinja<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('{{', '(').replaceAll('{%', '(').replaceAll('{#', '(')) as T;
}
