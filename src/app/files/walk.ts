import { failure, inputError, type SheafError } from '../../core/errors.ts';
import { explainSecretName, formatBytePath, type BytePath } from '../../provenance/index.ts';
import { openWithin, type FoundWithin, type OpenFile, type OpenFolder } from '../../system/index.ts';
import { findExperiment } from '../project/find.ts';
import { experimentFolder, type Project } from '../project/project.ts';

/** No system has longer paths. */
const LONGEST_PATH = 4096;

/**
 * The names of a path in the folder of an experiment; none for the folder itself.
 *
 * @throws SheafError `files.path` unless it stays inside, whatever is on disk
 */
function splitPath(path: BytePath): Buffer[] {
  if (path === '') return [];
  const names = path.split('/');
  const why = explainBadPath(path, names);
  if (why !== undefined) {
    throw inputError('files.path', `"${formatBytePath(path.slice(0, 200))}" is not a path in an experiment`, {
      why,
      fix: 'take a path as the list of files has it: attempts/train-1/out.log',
    });
  }
  return names.map((name) => Buffer.from(name, 'latin1'));
}

function explainBadPath(path: BytePath, names: readonly string[]): string | undefined {
  if (path.length > LONGEST_PATH) return `it is longer than ${LONGEST_PATH} bytes`;
  if (/[^\x01-\xff]/.test(path)) return 'each of its characters must stand for a byte, and none for the byte 0';
  if (path.includes('\\')) return 'it has a backslash';
  if (path.startsWith('/')) return 'it is absolute';
  return names.some((name) => name === '' || name === '.' || name === '..')
    ? 'it has an empty part, "." or ".."'
    : undefined;
}

/** Why a file or folder is listed but not opened; undefined if it may be. */
export function explainRefusal(path: BytePath, kind: 'file' | 'folder' | 'link' | 'other'): string | undefined {
  if (kind === 'link') return 'links are not followed';
  if (kind === 'other') return 'it is a pipe, a socket or a device';
  if (path.includes('\\')) return 'its name has a backslash';
  return explainSecretName(path) === undefined ? undefined : 'files with this name hold passwords or keys';
}

/** Opens a file in the folder of an experiment. @throws SheafError `experiment.unknown`, `files.*`, `file.*` */
export function openExperimentFile(project: Project, expId: string, path: BytePath): OpenFile {
  const found = find(project, expId, path);
  if (found.kind === 'file') return found.file;
  if (found.kind === 'folder') found.folder[Symbol.dispose]();
  throw refusal(expId, path, 'it is a folder');
}

/** Opens a folder in the folder of an experiment. @throws SheafError `experiment.unknown`, `files.*`, `file.*` */
export function openExperimentFolder(project: Project, expId: string, path: BytePath): OpenFolder {
  const found = find(project, expId, path);
  if (found.kind === 'folder') return found.folder;
  if (found.kind === 'file') found.file[Symbol.dispose]();
  throw refusal(expId, path, 'it is a file, not a folder');
}

type Opened = Extract<FoundWithin, { kind: 'file' | 'folder' }>;

function find(project: Project, expId: string, path: BytePath): Opened {
  const names = splitPath(path);
  const { expId: name } = findExperiment(project, expId);
  const why = explainRefusal(path, 'file');
  if (why !== undefined) throw refusal(expId, path, why);
  const found = openWithin(project.store.paths.experiments, [Buffer.from(name), ...names]);
  if (found.kind === 'file' || found.kind === 'folder') return found;
  if (found.kind === 'missing') throw missing(project, name, path);
  const at = path
    .split('/')
    .slice(0, found.depth - 1)
    .join('/');
  throw refusal(expId, at, explainRefusal(at, found.kind) ?? '');
}

function refusal(expId: string, path: BytePath, why: string): SheafError {
  const name = path === '' ? `the folder of ${expId}` : `${formatBytePath(path)} of ${expId}`;
  return inputError('files.refused', `${name} cannot be opened here`, {
    why,
    fix: 'use a shell on the cluster for it',
  });
}

function missing(project: Project, expId: string, path: BytePath): SheafError {
  const folder = experimentFolder(project, expId);
  return path === ''
    ? failure('files.missing', `${expId} has no folder yet`, {
        why: `${folder} is made when it is submitted`,
        fix: `sheaf submit ${expId}`,
      })
    : failure('files.missing', `${expId} has no file or folder ${formatBytePath(path)}`, {
        why: 'it was removed or renamed, or never was there',
        fix: 'list its folder again',
      });
}
