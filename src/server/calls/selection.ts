import { flag, listOf, object, optional, text, type Reader } from './reading.ts';

type Texts = readonly string[] | undefined;

/** Which experiments, as the command line's `list` has it. */
export const SELECTION: {
  readonly where: Reader<string | undefined>;
  readonly status: Reader<Texts>;
  readonly tags: Reader<Texts>;
  readonly templates: Reader<Texts>;
  readonly sweep: Reader<string | undefined>;
  readonly archived: Reader<boolean | undefined>;
} = {
  where: optional(text),
  status: optional(listOf(text)),
  tags: optional(listOf(text)),
  templates: optional(listOf(text)),
  sweep: optional(text),
  archived: optional(flag),
};

/** What to sort by. */
export const sort: Reader<{ readonly field: string; readonly descending: boolean }> = object({
  field: text,
  descending: flag,
});
