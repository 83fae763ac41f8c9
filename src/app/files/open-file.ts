import { inputError } from '../../core/errors.ts';
import { explainSecretContent, formatBytePath, getBaseName, type BytePath } from '../../provenance/index.ts';
import type { OpenFile } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { openExperimentFile } from './walk.ts';

/** A file of an experiment, open; it is to be disposed of. */
export interface OpenedFile extends Disposable {
  /** For people. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changedMs: number;
  /** All of it, as long as it was when it was opened; less if it has been cut since. */
  pieces(): AsyncGenerator<Uint8Array>;
}

/** Larger files are for programs that can go on where they were interrupted. */
const MOST_BYTES = 2 ** 31;

/** A private key begins within this number of bytes. */
const KEY_BYTES = 64 << 10;

/**
 * Opens a file of an experiment to be read as a whole. It is found name by name without following links, and stays the
 * same file, whatever happens to its name.
 *
 * @param path one character a byte, as lists of files have it
 * @throws SheafError `experiment.unknown`, `files.*`, `file.*`
 */
export function openFile(project: Project, expId: string, path: BytePath): OpenedFile {
  const file = openExperimentFile(project, expId, path);
  const { size, mtimeMs } = file.facts;
  try {
    checkContent(expId, path, file);
    if (size > MOST_BYTES) {
      throw inputError('files.size', `${formatBytePath(path)} of ${expId} is too large to be sent: ${size} bytes`, {
        why: `files of more than ${MOST_BYTES} bytes are not sent`,
        fix: 'copy it with rsync or scp',
      });
    }
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
  return {
    name: formatBytePath(getBaseName(path)),
    bytes: size,
    changedMs: mtimeMs,
    pieces: () => copyPieces(file),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

/** Keys are refused by what is in them, too. @throws SheafError `files.refused` */
export function checkContent(expId: string, path: BytePath, file: OpenFile): void {
  if (explainSecretContent(path, file.read(0, KEY_BYTES).toString('latin1')) === undefined) return;
  throw inputError('files.refused', `${formatBytePath(path)} of ${expId} cannot be opened here`, {
    why: 'it holds a private key',
    fix: 'use a shell on the cluster for it',
  });
}

/** Streams may read ahead, so each piece has its own memory. */
async function* copyPieces(file: OpenFile): AsyncGenerator<Uint8Array> {
  for await (const piece of file.pieces(0, file.facts.size)) yield Uint8Array.from(piece);
}
