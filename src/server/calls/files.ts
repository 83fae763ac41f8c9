import type { FileHead, FileList } from '../../app/index.ts';
import type { CallsOf } from './call.ts';
import { object, optional, text } from './reading.ts';
import type { FilePlace, Tickets } from './tickets.ts';

/** The files of an experiment. */
export type FilesApi = {
  /** What is in a folder; by default that of the experiment. */
  readonly files: { readonly request: { readonly id: string; readonly path?: string }; readonly answer: FileList };
  /** What a file is, and its beginning. */
  readonly fileHead: { readonly request: FilePlace; readonly answer: FileHead };
  /** What downloads a file, once and within a minute: `api/download?ticket=TICKET`. */
  readonly ticket: { readonly request: FilePlace; readonly answer: { readonly ticket: string } };
};

export const filesCalls: CallsOf<FilesApi> = {
  files: {
    place: 'files',
    read: object({ id: text, path: optional(text) }),
    answer: ({ id, path }, { manager }) => manager.files(id, path),
  },
  fileHead: {
    place: 'files',
    read: object({ id: text, path: text }),
    answer: ({ id, path }, { manager }) => manager.fileHead(id, path),
  },
  ticket: {
    place: 'here',
    read: object({ id: text, path: text }),
    answer: async (place, { manager, tickets }) => {
      // What cannot be opened is an error here, where the page can show it.
      (await manager.openFile(place.id, place.path))[Symbol.dispose]();
      return { ticket: (tickets as Tickets).make(place) };
    },
  },
};
