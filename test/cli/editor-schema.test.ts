import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { buildSchemaFiles } from '../../src/core/validation/document-schemas.ts';
import { parseYaml } from '../../src/template/yaml/yaml.ts';
import { testFolder } from '../support/run-sheaf.ts';

/** Whether the schema that the first line of a file names, relative to it, accepts the file. */
function isAccepted(path: string): boolean {
  const text = readFileSync(path, 'utf8');
  const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
  const found = JSON.parse(readFileSync(join(dirname(path), schema), 'utf8')) as object;
  return new Ajv({ strict: false }).compile(found)(parseYaml(text, path).values);
}

test('the files of a new project name a schema that accepts them, also after the project has moved', async () => {
  const folder = testFolder({ 'train.sbatch': '#!/bin/bash\n#SBATCH --time=10\npython3 train.py\n' });
  await folder.sheaf(['init', 'a', '--scheduler', 'local']);
  const inProject = { cwd: 'a' };
  await folder.sheaf(['template', 'new', 'plain'], inProject);
  await folder.sheaf(['template', 'new', 'own', '--from', 'script'], inProject);
  await folder.sheaf(['template', 'new', 'old', '--from', '../train.sbatch'], inProject);
  mkdirSync(join(folder.path, 'elsewhere'));
  renameSync(join(folder.path, 'a'), join(folder.path, 'elsewhere/b'));
  const files = ['sheaf.yaml', ...['baseline', 'plain', 'own', 'old'].map((name) => `templates/${name}.yaml`)];
  expect(files.filter((file) => !isAccepted(join(folder.path, 'elsewhere/b', file)))).toEqual([]);
});

test('init writes the schemas again in a cloned project, and replaces those of another version', async () => {
  const folder = testFolder({ 'sheaf.yaml': 'scheduler: local\n' });
  const schema = join(folder.path, '.sheaf/schema/template.schema.json');
  rmSync(join(folder.path, '.sheaf'), { recursive: true, force: true });
  await folder.sheaf(['init']);
  expect(existsSync(schema)).toBe(true);
  writeFileSync(schema, '{}\n');
  const { stdout } = await folder.sheaf(['init']);
  expect(stdout).toContain('.sheaf/schema/template.schema.json');
  expect(readFileSync(schema, 'utf8')).toBe(buildSchemaFiles()['template.schema.json']);
});
