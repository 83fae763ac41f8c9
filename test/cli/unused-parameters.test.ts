import { expect, test } from 'vitest';
import { testFolder, type TestFolder } from '../support/run-sheaf.ts';

const PARAMS = 'lr: 0.1\nepochs: 3\n';
const template = (command: string, more = ''): string => `${PARAMS}${more}command: ${JSON.stringify(command)}\n`;

const FILES = {
  'sheaf.yaml': 'scheduler: local\ncode: live\n',
  'fit.py': 'print("no parameters")\n',
  'reads.py': 'import os\nprint(os.environ["SHEAF_P_seed"])\n',
  'reads.sh': 'python3 reads.py\n',
  'templates/trap.yaml': template('python3 fit.py --lr {{ lr }} --seed 0'),
  'templates/state.yaml': template('python3 fit.py --lr {{ lr }} {{ random_state }}', 'random_state: 0\n'),
  'templates/flags.yaml': template('python3 fit.py {{ flags }}'),
  'templates/member.yaml': template('python3 fit.py {{ params.seed }} {{ params["epochs"] }}'),
  'templates/guarded.yaml': template('python3 fit.py {% if seed is defined %} --seed {{ seed }} {% endif %}'),
  'templates/variable.yaml': template('python3 fit.py --seed "$SHEAF_P_seed"'),
  'templates/called.yaml': template('bash reads.sh'),
  'templates/setup.yaml': template('python3 fit.py', 'environment: { setup: "export SEED={{ seed }}" }\n'),
};

async function warn(folder: TestFolder, ...words: string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await folder.sheaf([...words, '--json']);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  return (JSON.parse(stdout) as { warnings: string[] }).warnings.filter((text) => text.includes('the command'));
}

const SEED =
  'the command does not use seed: its runs get it only in the environment, in $SHEAF_PARAMS and as $SHEAF_P_seed; ' +
  'write {{ seed }} in the command, or {{ flags }} for all parameters';

test('a parameter that is set or varied and that the command does not use gets a warning', async () => {
  const folder = testFolder(FILES);
  const warnings = (...words: string[]): Promise<string[]> => warn(folder, ...words);
  expect(await warnings('sweep', 'trap', '--grid', 'seed=1,2', '--dry-run')).toEqual([SEED]);
  expect(await warnings('sweep', 'trap', 's', '--grid', 'seed=1,2', '--grid', 'lr=1,2')).toEqual([SEED]);
  expect(await warnings('new', 'trap', '--epochs', '5', '--seed', '1')).toEqual([
    'the command does not use epochs, seed: its runs get them only in the environment, in $SHEAF_PARAMS and as ' +
      '$SHEAF_P_NAME; write {{ epochs }} in the command, or {{ flags }} for all parameters',
  ]);
  expect(await warnings('new', 'trap', 'base', '--lr', '3')).toEqual([]);
  expect(await warnings('clone', 'base', '--seed', '1')).toEqual([SEED]);
  expect(await warnings('clone', 'base', '--lr', '4')).toEqual([]);
  expect(await warnings('new', 'state', '--seed', '1')).toEqual([
    expect.stringMatching(/^the command does not use seed: .*; the seed of the template is random_state$/),
  ]);
});

test.each(['flags', 'member', 'guarded', 'variable', 'called', 'setup'])(
  'a parameter that %s uses gets no warning',
  async (name) => {
    expect(await warn(testFolder(FILES), 'sweep', name, '--grid', 'seed=1,2', '--dry-run')).toEqual([]);
  },
);
