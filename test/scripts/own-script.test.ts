import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import type { RunEnvironment, Launcher } from '../../src/core/settings/run-settings.ts';
import { parseScriptDirectives } from '../../src/template/job/asked-resources.ts';
import { findScriptProblems } from '../../src/template/render/user-script.ts';
import { buildContext, renderRun } from '../../src/template/job/run-script.ts';
import { describeSlurm } from '../support/slurm.ts';
import { ask } from '../support/slurm-project.ts';
import { place, problemsOf, runOf, type RunChange } from './support.ts';

interface Own {
  readonly command?: string;
  readonly launcher?: Launcher;
  readonly environment?: RunEnvironment;
}

function own(text: string, { command = 'echo ours {{ name }}', ...run }: Own = {}): RunChange {
  return {
    params: { name: `it's "$HOME" #1`, n: 3 },
    stage: {
      command,
      resources: { num_gpus: 2, partition: 'gpu' },
      run: { ...run, script: { file: 'my.sbatch.j2', text } },
    },
  };
}

describe('an own script that is all of one', () => {
  it('runs unchanged, with the parameters and the code folder of every run', () => {
    const text = `#!/bin/bash
#SBATCH --time=1:00:00
# Mine.

set -u
printf '%s|' {{ name }} "{{ name }}" "$SHEAF_P_n" {{ attempt }} {{ num_gpus }}
{% if n > 2 %}
pwd
{% endif %}
`;
    const project = place();
    const ended = project.job(own(text));
    expect(ended).toMatchObject({
      status: 0,
      stderr: '',
      stdout: `it's "$HOME" #1|it's "$HOME" #1|3|1|2|${project.root}\n`,
    });
    const script = renderRun(runOf(own(text)));
    expect(script.startsWith('#!/bin/bash\n#SBATCH --time=1:00:00\n# Mine.\n#\n# Experiment exp_1,')).toBe(true);
    expect(script).not.toContain('--partition=gpu');
  });

  it('runs the code of its snapshot', () => {
    const project = place();
    project.write('.sheaf/code/5f/a.txt', 'frozen');
    project.write('a.txt', 'edited');
    const code = { mode: 'snapshot', folder: '.sheaf/code/5f', prefix: '', link: [], copy: [], about: 'x' } as const;
    expect(project.job({ ...own('cat a.txt'), code }).stdout).toBe('frozen');
  });

  it('may use our command, with all that its launcher needs, and what launches a Python program', () => {
    const launcher: Launcher = { use: 'accelerate', processes: 2 };
    const change = own('#!/bin/bash\nmodule load x\n{{ command }}\nif true; then\n  {{ launch }} other.py\nfi\n', {
      launcher,
      command: 'python train.py {{ n }}',
    });
    const script = renderRun(runOf(change));
    expect(script.slice(script.indexOf('module load x'))).toMatchInlineSnapshot(`
      "module load x
      command -v accelerate >/dev/null ||
        sheaf_stop 'there is no accelerate, which comes with Hugging Face Accelerate: name what has it under environment: (conda, venv, modules …)'
      # The processes meet at a free port; jobs on the same node begin to look at different ones.
      sheaf_port=$((20000 + \${SLURM_JOB_ID:-$$} % 10000))
      while (: <"/dev/tcp/127.0.0.1/$sheaf_port") 2>/dev/null; do
        sheaf_port=$((sheaf_port + 1))
      done
      accelerate launch --multi_gpu --num_machines=1 --num_processes=2 --main_process_port="$sheaf_port" \\
        train.py 3
      if true; then
        accelerate launch --multi_gpu --num_machines=1 --num_processes=2 --main_process_port="$sheaf_port" \\
        other.py
      fi
      "
    `);
    expect(script.indexOf('sheaf_port=')).toBeLessThan(script.indexOf('module load x'));
  });
});

describe('an own script that extends ours', () => {
  it('replaces blocks, or adds to them; a teardown keeps the status', () => {
    const text = `{% extends "sheaf" %}
{% set word = name ~ '!' %}
{% block setup %}
{{ super() }}
export MINE={{ word }}
{% endblock %}
{% block launch %}
echo before
{{ super() }}
(exit 42)
{% endblock launch %}
{% block teardown %}
echo after "$MINE $A"
{% endblock %}
`;
    const ended = place().job(own(text, { environment: { exports: { A: 'a' } } }));
    expect(ended).toMatchObject({
      status: 42,
      stderr: '',
      stdout: `before\nours it's "$HOME" #1\nafter it's "$HOME" #1! a\n`,
    });
  });

  it('replaces directives, with values that stay values', () => {
    const text = `{% extends "sheaf" %}
{% block directives %}
{{ super() }}
#SBATCH --comment={{ name }} --nice={{ n }}
#SBATCH --mail-user="a {{ name }}@x"
{% endblock %}`;
    const script = renderRun(runOf(own(text)));
    expect(script.split('\n').slice(0, 8)).toMatchInlineSnapshot(`
      [
        "#!/bin/bash",
        "#SBATCH --partition=gpu",
        "#SBATCH --gres=gpu:2",
        "#SBATCH --no-requeue",
        "#SBATCH --job-name=exp_1-train",
        "#SBATCH --comment=it\\'s\\ \\"$HOME\\"\\ \\#1 --nice=3",
        "#SBATCH --mail-user="a it\\'s\\ \\"$HOME\\"\\ \\#1@x"",
        "#",
      ]
    `);
    expect(parseScriptDirectives(script)).toEqual({
      resources: {
        partition: 'gpu',
        num_gpus: 2,
        requeue: false,
        sbatch: { comment: `it's "$HOME" #1`, nice: '3', 'mail-user': `a it's "$HOME" #1@x` },
      },
      leftOut: [expect.objectContaining({ text: '--job-name=exp_1-train' })],
    });
  });
});

describe('errors in an own script are reported with their place', () => {
  it.each<[string, string, string, number]>([
    ['a name that is nothing', 'echo\necho {{ nam }}', 'jinja.undefined', 2],
    ['a place where no quotes help', 'cat <<X\n{{ name }}\nX', 'command.place', 2],
    ['a comment', '# {{ name }}', 'command.place', 1],
    ['several words in a directive', '#SBATCH {{ flags }}', 'command.words', 1],
    ['a quote that is not closed', 'echo "x', 'command.unclosed', 1],
    ['another language', '#!/usr/bin/env python3\nprint(1)', 'script.shell', 1],
    ['another parent', '{% extends "other" %}', 'script.extends', 1],
    ['a block that ours has not', '{% extends "sheaf" %}\n{% block luanch %}{% endblock %}', 'script.block', 2],
    [
      'a block twice',
      '{% extends "sheaf" %}{% block setup %}{% endblock %}\n{% block setup %}{% endblock %}',
      'script.block',
      2,
    ],
    ['text in no block', '{% extends "sheaf" %}\n\necho x\n', 'script.outside', 3],
    ['a block without an end', '{% extends "sheaf" %}\n{% block setup %}', 'jinja.syntax', 2],
    ['nothing to add to', 'a\n{{ super() }}', 'jinja.undefined', 2],
    [
      'a quote left open in a block',
      '{% extends "sheaf" %}\n{% block launch %}\necho "\n{% endblock %}',
      'command.unclosed',
      3,
    ],
  ])('%s', (_, text, code, line) => {
    const run = runOf(own(text));
    const problems = findScriptProblems({ file: 'my.sbatch.j2', text }, buildContext(run));
    expect(problems).toMatchObject([{ code, at: { file: 'my.sbatch.j2', line } }]);
    expect(problemsOf(() => renderRun(run))).toMatchObject([{ code }]);
  });

  it('but not what a name without a value may still become', () => {
    const text =
      '{% extends "sheaf" %}\n{% set a = seed %}\n{% block setup %}\nexport A={{ seed }} B={{ a }}\n{% endblock %}{% block launch %}x{% endblock %}';
    expect(findScriptProblems({ file: 'x', text }, buildContext(runOf()), new Set(['seed']))).toEqual([]);
    expect(findScriptProblems({ file: 'x', text }, buildContext(runOf()))).toMatchObject([
      { code: 'jinja.undefined', at: { line: 2 } },
      { code: 'jinja.undefined', at: { line: 4 } },
    ]);
  });

  it('a line break in a value cannot begin a directive', () => {
    const run = runOf({ ...own('#SBATCH --comment={{ name }}'), params: { name: 'x\n#SBATCH --qos=high' } });
    expect(problemsOf(() => renderRun(run))).toMatchObject([{ code: 'command.directive', at: { line: 1 } }]);
  });

  it('in a command a directive stays a comment, in which no value can stand', () => {
    const run = runOf({ params: { name: 'x' }, stage: { command: '#SBATCH --comment={{ name }}\ntrue' } });
    expect(problemsOf(() => renderRun(run))).toMatchObject([{ code: 'command.place' }]);
  });

  it('blocks stay errors in a command', () => {
    const { stage } = runOf({ stage: { command: '{% block x %}{% endblock %}' } });
    expect(problemsOf(() => renderRun(runOf({ stage })))).toMatchObject([{ code: 'jinja.syntax' }]);
  });
});

describeSlurm('directives of an own script', (cluster) => {
  test('say to sbatch just what the values are', () => {
    const hostile = [`it's "a"`, '#', ' x ', '\\', '"', "'", '$(touch PWNED)', 'a\\"b #c', '%j', 'é'];
    for (const name of hostile) {
      const script = renderRun(
        runOf({ ...own('#SBATCH --comment={{ name }}x\n#SBATCH --partition=cpu --hold'), params: { name } }),
      );
      const id = execFileSync('sbatch', ['--parsable', '-o', '/dev/null'], {
        env: cluster.env,
        input: script,
        encoding: 'utf8',
        cwd: '/',
      }).trim();
      const said = ask(cluster, ['squeue', '-h', '-j', id, '-o', '<%k>']);
      spawnSync('scancel', [id], { env: cluster.env });
      expect(said).toBe(`<${name}x>`);
      expect(parseScriptDirectives(script).resources.sbatch).toMatchObject({ comment: `${name}x` });
    }
  });
});
