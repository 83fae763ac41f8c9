import { join } from 'node:path';
import { getFileFacts, getInstalledFolder, listFolder, readText } from '../../system/index.ts';
import { TEMPLATE_SCHEMA_LINE } from './editor-schemas.ts';
import { listExamples } from './examples.ts';
import { FIRST_TEMPLATE } from './init-texts.ts';

/** A template that comes with sheaf. */
export interface BuiltinTemplate {
  readonly name: string;
  readonly text: string;
  /** The folder of the example that it is from. */
  readonly example?: string;
}

/** All of them: a first one, those of the examples, and those for common libraries. */
export function listBuiltinTemplates(): BuiltinTemplate[] {
  const examples = listExamples().flatMap(({ name, folder }) =>
    readTemplate(join(folder, 'templates'), name).map((template) => ({ ...template, example: folder })),
  );
  const folder = join(getInstalledFolder('examples'), 'templates');
  const others = listFolder(folder).flatMap((file) => readTemplate(folder, file.replace(/\.yaml$/, '')));
  return [{ name: 'baseline', text: FIRST_TEMPLATE }, ...examples, ...others];
}

function readTemplate(folder: string, name: string): BuiltinTemplate[] {
  const path = join(folder, `${name}.yaml`);
  if (getFileFacts(path) === undefined) return [];
  const text = readText(path);
  return [{ name, text: text.startsWith(SCHEMA_WORDS) ? text : TEMPLATE_SCHEMA_LINE + text }];
}

const SCHEMA_WORDS = '# yaml-language-server:';

/** A file that a template needs and a project lacks. */
export interface LackingFile {
  /** Relative to the project. */
  readonly file: string;
  /** The file of the example, to copy. */
  readonly from?: string;
}

/**
 * The programs of a built-in template, and other files of its example that it names, if a project does not have them. With a
 * program come the modules beside it, which it may import.
 */
export function findLackingFiles({ text, example }: BuiltinTemplate, root: string): LackingFile[] {
  const words = findFileWords(text);
  const isMissing = (file: string): boolean => getFileFacts(join(root, file), { follow: true }) === undefined;
  const programs = words.filter((file) => file.endsWith('.py'));
  if (example === undefined) return [...new Set(programs)].filter(isMissing).map((file) => ({ file }));
  const files = listFolder(example).filter((file) => file.endsWith('.py'));
  const named = words.filter((file) => getFileFacts(join(example, file)) !== undefined);
  const needed = programs.some(isMissing) ? [...named, ...files] : named;
  return [...new Set(needed)].filter(isMissing).map((file) => ({ file, from: join(example, file) }));
}

/**
 * Programs that a built-in template runs and that a project has, but not as the example has them: the template runs those of
 * the project.
 */
export function findOtherPrograms({ text, example }: BuiltinTemplate, root: string): Required<LackingFile>[] {
  if (example === undefined) return [];
  const programs = new Set(findFileWords(text).filter((file) => file.endsWith('.py')));
  return [...programs].flatMap((file) => {
    const [own, from] = [join(root, file), join(example, file)];
    const isOther = [own, from].every((path) => getFileFacts(path, { follow: true })?.kind === 'file');
    return isOther && readText(own) !== readText(from) ? [{ file, from }] : [];
  });
}

/** The words of a template that look like files, without its comments. */
function findFileWords(text: string): string[] {
  return text.split('\n').flatMap((line) => line.replace(/(^|\s)#.*$/, '').match(/[\w.-]+(?:\/[\w.-]+)*\.\w+/g) ?? []);
}
