/**
 * The packages of `release` in a bare Debian, as a user without root and without a network. `SHEAF_TEST_PACKAGES=require`
 * runs these tests, as `npm run check:full` does after `npm run package`.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { prepareCleanRoot, runInCleanRoot, whyNoCleanRoot } from '../support/clean-root.ts';

const root: string = join(import.meta.dirname, '../..');
const release: string = join(root, 'release');
const digits: string = join(root, 'examples/digits');

const why =
  process.env['SHEAF_TEST_PACKAGES'] === 'require'
    ? undefined
    : (whyNoCleanRoot() ?? 'SHEAF_TEST_PACKAGES=require runs it');

/** From a project to a table and figures, in three formats. */
const QUICKSTART = `
cp -r /srv/given/digits digits
cd digits
sheaf run softmax lr --grid learning_rate=0.01,0.1,1.0 --grid seed=1,2,3 --max-parallel 2 --yes
sheaf export - --sweep lr --group-by learning_rate
for figure in loss.svg loss.png loss.pdf; do
  sheaf plot train_loss --sweep lr --group-by learning_rate -o $figure
  head -c 4 $figure | tr -d '\\0'; echo
done
sheaf doctor
`;

const TABLE = /^learning_rate,.*\n(?:(?:0\.01|0\.1|1\.0),3,.*\n){3}/m;

/** uv and pipx in an environment of their own. */
const TOOLS = `
python3 -m venv --without-pip tools
python3 -m pip --python tools/bin/python3 install -q --no-index --find-links /srv/given/installers pipx uv
export PATH=$HOME/.local/bin:$HOME/tools/bin:$PATH SHELL=/bin/bash
`;

const WHEEL = `/srv/given/release/sheaf_slurm-${manifest.version}-*-manylinux_2_28_x86_64.whl`;

describe.skipIf(why !== undefined)(
  `in a bare Debian without a network${why === undefined ? '' : `: not run, ${why}`}`,
  () => {
    beforeAll(() => {
      if (globSync('*.whl', { cwd: release }).length === 0) throw new Error('release has no wheel: npm run package');
      prepareCleanRoot();
    }, 900_000);

    test.each([
      [
        'pip',
        `python3 -m venv env
env/bin/pip install -q --no-index --find-links /srv/given/release sheaf-slurm
export PATH=$HOME/env/bin:$PATH`,
      ],
      ['uv tool', `${TOOLS}uv tool install --offline ${WHEEL}`],
      ['pipx', `${TOOLS}PIP_NO_INDEX=1 PIP_FIND_LINKS=/srv/given/installers pipx install ${WHEEL}`],
    ])('a user installs the wheel with %s, and comes to a table and figures', (tool, install) => {
      const check = 'sheaf doctor --install; sheaf --version -v';
      const said = runInCleanRoot(`${install}\n${check}\n${QUICKSTART}`, [release, digits]);
      expect(said).toContain(`✓ sheaf ${manifest.version}, installed with ${tool}: /home/user/`);
      expect(said).toMatch(/^ {2}node .*, brought by sheaf: \/home\/user\//m);
      expect(said).toMatch(TABLE);
      expect(said).toMatch(/<svg[^]*PNG[^]*%PDF/);
      expect(said.match(/^No problems found\.$/gm)).toHaveLength(2);
    });

    test('a user copies the single file into an empty folder, and comes to a table and figures', () => {
      const install = `mkdir bin
cp /srv/given/release/sheaf-linux-x64 bin/sheaf
export PATH=$HOME/bin:$PATH
sheaf doctor --install`;
      const said = runInCleanRoot(`${install}\n${QUICKSTART}`, [release, digits]);
      expect(said).toContain(`✓ sheaf ${manifest.version}, installed as a single file: /home/user/bin/sheaf`);
      expect(said).toMatch(TABLE);
      expect(said).toMatch(/<svg[^]*PNG[^]*%PDF/);
    });
  },
);
