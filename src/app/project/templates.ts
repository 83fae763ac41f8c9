import { join, relative, resolve } from 'node:path';
import { inputError } from '../../core/errors.ts';
import { parseName } from '../../core/ids.ts';
import { quoteShellWord } from '../../core/text/bash.ts';
import { SCHEDULER_NAMES } from '../../core/settings/scheduler-name.ts';
import { getFileFacts, getInstalledFolder, makeFolder, readText, writeAtomic } from '../../system/index.ts';
import type { FromSbatch, TemplateDescription } from '../../template/index.ts';
import { findLackingFiles, findOtherPrograms, listBuiltinTemplates, type LackingFile } from './builtin-templates.ts';
import { TEMPLATE_SCHEMA_LINE, writeEditorSchemas } from './editor-schemas.ts';
import { FIRST_TEMPLATE, OWN_SCRIPT, writeScriptLine } from './init-texts.ts';
import { getLeavingNotes } from './code-notes.ts';
import type { Project } from './project.ts';

/** A template with a Jinja file beside it, to write your own script of a run. */
const WITH_SCRIPT = 'script';

/** What a template is, or why it cannot be used. */
export type TemplateLine =
  | { readonly name: string; readonly description: TemplateDescription }
  | { readonly name: string; readonly problem: string };

/** All templates of the project; one that cannot be used does not hide the others. */
export async function listTemplateLines(project: Project): Promise<TemplateLine[]> {
  const { listTemplates } = await import('../../template/index.ts');
  const lines: TemplateLine[] = [];
  for (const name of listTemplates(project.root)) lines.push(await describeLine(name, () => describe(project, name)));
  return lines;
}

async function describeLine(
  name: string,
  getDescription: () => TemplateDescription | Promise<TemplateDescription>,
): Promise<TemplateLine> {
  try {
    const description = await getDescription();
    const [problem] = description.problems;
    return problem === undefined ? { name, description } : { name, problem: problem.message };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name, problem: error.message };
  }
}

/** @throws SheafError `template.unknown`, and whatever keeps the file from being read; other errors are reported */
export async function describe(project: Project, name: string): Promise<TemplateDescription> {
  const { describeTemplate, loadTemplate } = await import('../../template/index.ts');
  return describeTemplate(loadTemplate(await project.config(), name));
}

/** The templates that come with sheaf. No project is needed. */
export async function listBuiltinLines(): Promise<TemplateLine[]> {
  const { describeTemplate, loadTemplate, openProjectConfig } = await import('../../template/index.ts');
  const lines: TemplateLine[] = [];
  for (const { name, text, example: root = getInstalledFolder('examples') } of listBuiltinTemplates()) {
    const open = () => openProjectConfig({ root, env: {}, schedulers: [...SCHEDULER_NAMES] });
    lines.push(await describeLine(name, () => describeTemplate(loadTemplate(open(), name, text))));
  }
  const description = 'The same as baseline, with your own script beside it';
  const [first] = lines.filter((line) => 'description' in line);
  const withScript = first && { name: WITH_SCRIPT, description: { ...first.description, description } };
  return [...lines, ...(withScript ? [withScript] : [])];
}

/** A template that was made: its path in the project and, from an sbatch script, what is not as it was there. */
export interface MadeTemplate extends Omit<FromSbatch, 'text'> {
  readonly path: string;
  /** Files that it runs or reads, and that the project does not have. */
  readonly lacking: readonly LackingFile[];
  /** Where its experiments will have their folders: relative to the project, or absolute if outside. */
  readonly experiments: string;
  /** Programs of the project that it may not be for, and lines of the script that would leave the snapshot of the code. */
  readonly warnings: readonly string[];
}

/**
 * Makes a template: one that comes with sheaf, or an sbatch script turned into one.
 *
 * @param from name of a built-in template, `script` for one with a script of its own, or path of an sbatch script
 * @throws SheafError `template.exists`, `template.from`
 */
export async function createTemplate(project: Project, name: string, from = 'baseline'): Promise<MadeTemplate> {
  const path = join('templates', `${parseName('template', name)}.yaml`);
  if (getFileFacts(join(project.root, path)) !== undefined) {
    throw inputError('template.exists', `the template ${name} exists already`, {
      fix: `edit ${path}, or choose another name`,
      now: 'nothing was made',
    });
  }
  await writeEditorSchemas(project.root);
  const shadowed = getFileFacts(resolve(from), { follow: true })?.kind === 'file' ? [describeShadowed(from)] : [];
  if (from === WITH_SCRIPT) return { ...newTemplateWithScript(project, path), warnings: shadowed };
  const builtIn = listBuiltinTemplates().find((template) => template.name === from);
  const { text, ...made } = builtIn ? { text: builtIn.text, ...AS_IT_WAS } : await readSbatch(project, name, from);
  makeFolder(join(project.root, 'templates'));
  writeAtomic(join(project.root, path), text);
  const { readGitState } = await import('../../provenance/index.ts');
  // Without git, its jobs run the project folder: there is no snapshot that a line could leave.
  const keepsCode = (await readGitState(project.root)) !== undefined;
  const leaving = keepsCode ? await getLeavingNotes(project, text, []) : [];
  const lacking = builtIn ? findLackingFiles(builtIn, project.root) : [];
  const others = builtIn ? findOtherPrograms(builtIn, project.root).map(describeOther) : [];
  const warnings = [...(builtIn ? shadowed : []), ...others, ...leaving];
  return { path, ...made, lacking, experiments: experimentsOf(project), warnings };
}

/** The program of that name may take other arguments. */
function describeOther({ file, from }: Required<LackingFile>): string {
  const command = ['diff', file, from].map(quoteShellWord).join(' ');
  return `the template runs the ${file} of this project, which is not the one that it was written for: ${command}`;
}

function experimentsOf({ root, store: { paths } }: Project): string {
  const inside = relative(root, paths.experiments);
  return inside.startsWith('..') ? paths.experiments : inside;
}

/** A built-in name goes before a file, so that it means the same in every folder. */
function describeShadowed(from: string): string {
  return `${from} is the built-in template; for the file of that name here: --from ./${from}`;
}

function newTemplateWithScript(project: Project, path: string): MadeTemplate {
  const { root } = project;
  const script = path.replace(/\.yaml$/, '.sbatch.j2');
  if (getFileFacts(join(root, script)) !== undefined) {
    throw inputError('template.exists', `${script} exists already`, {
      fix: 'choose another name',
      now: 'nothing was made',
    });
  }
  makeFolder(join(root, 'templates'));
  writeAtomic(join(root, script), OWN_SCRIPT);
  writeAtomic(join(root, path), FIRST_TEMPLATE + writeScriptLine(script));
  return { path, ...AS_IT_WAS, lacking: [], experiments: experimentsOf(project), warnings: [] };
}

const AS_IT_WAS = { changed: [], leftOut: [] };

async function readSbatch({ root }: Project, name: string, from: string): Promise<FromSbatch> {
  if (getFileFacts(resolve(from), { follow: true })?.kind === 'file') {
    const { buildTemplateFromSbatch } = await import('../../template/index.ts');
    const inside = relative(root, resolve(from));
    const file = inside === '..' || inside.startsWith('../') ? resolve(from) : inside;
    const script = readText(resolve(from));
    if (isPythonProgram(from, script)) throw noScript(name, file);
    const made = buildTemplateFromSbatch(script, file, name);
    return { ...made, text: TEMPLATE_SCHEMA_LINE + made.text };
  }
  throw inputError('template.from', `there is neither a built-in template nor a file "${from}"`, {
    why: `the built-in templates are: ${[...listBuiltinTemplates().map((each) => each.name), WITH_SCRIPT].join(', ')}`,
    fix: 'name one of them, or the path of an sbatch script',
    now: 'nothing was made',
  });
}

/** sbatch takes a Python program, too, if its first line names the interpreter. */
function isPythonProgram(path: string, text: string): boolean {
  return path.endsWith('.py') && !text.startsWith('#!');
}

function noScript(name: string, file: string): Error {
  return inputError('template.from', `${file} is a Python program, not an sbatch script`, {
    why: '--from takes the shell script that you pass to sbatch',
    fix: `sheaf template new ${name}, and write into it: command: python3 ${quoteShellWord(file)} {{ flags }}`,
    now: 'nothing was made',
  });
}
