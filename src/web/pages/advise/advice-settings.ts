import { commandOf } from '../../../core/command/command-of.ts';
import type { Api } from '../../../server/index.ts';

/** What advice can be for. */
export type AdviceKind = 'template' | 'experiment' | 'description';

/** Before the name of a value in the address, as the page New has it. */
export const SET = 'set.';

/** What the address says about advice. */
export interface AdviceSettings {
  readonly kind: AdviceKind;
  /** The template or the experiment; empty for a description, and while none is chosen. */
  readonly name: string;
  /** Values by their path, as texts. */
  readonly sets: { readonly [path: string]: string };
  /** Undefined: it is not chosen yet what the advice is for. */
  readonly request?: Api['advise']['request'];
  /** The command that gives the same; a description has none. */
  readonly command?: string;
  /** Keys whose values mean nothing. */
  readonly strange: readonly string[];
}

/** Reads the settings of the address. */
export function readAdviceSettings(settings: URLSearchParams): AdviceSettings {
  const text = (key: string): string | undefined => settings.get(key)?.trim() || undefined;
  const kind = readKind(text('for'));
  const name = (kind === 'description' ? undefined : text(kind === 'template' ? 't' : 'id')) ?? '';
  const sets = Object.fromEntries(
    [...settings].flatMap(([key, value]) =>
      key.startsWith(SET) && value !== '' ? [[key.slice(SET.length), value]] : [],
    ),
  );
  const counts = { globalBatch: text('batch'), maxMicroBatch: text('micro'), gpus: text('gpus') };
  const known = Object.entries(counts).flatMap(([key, value]) =>
    value !== undefined && isCount(value) ? [[key, Number(value)]] : [],
  );
  const options: Pick<Api['advise']['request'], 'globalBatch' | 'maxMicroBatch' | 'gpus'> = Object.fromEntries(known);
  const partitions = (text('partition') ?? '').split(/[\s,]+/).filter((each) => each !== '');
  const [stage, like] = [text('stage'), text('like')];
  const beside = { ...(stage !== undefined && { stage }), ...(like !== undefined && { like }) };
  const strange = (['batch', 'micro', 'gpus'] as const).filter((key) => {
    const value = text(key);
    return value !== undefined && !isCount(value);
  });
  const found = { kind, name, sets, strange };
  const where = partitions.length === 0 ? {} : { partitions };
  if (kind === 'description') {
    const params = Object.fromEntries(Object.entries(sets).map(([key, value]) => [key, toScalar(value)]));
    return Object.keys(params).length === 0 ? found : { ...found, request: { params, ...options, ...where } };
  }
  if (name === '') return found;
  const isTemplate = kind === 'template';
  const set = {
    ...(isTemplate ? sets : {}),
    ...(partitions.length > 0 && { partition: partitions.join(',') }),
  };
  return {
    ...found,
    request: {
      ...(isTemplate ? { template: name, sets } : { expId: name }),
      ...beside,
      ...options,
      ...where,
    },
    command: commandOf({ command: 'advise', target: name, ...beside, ...options, set }),
  };
}

function readKind(text: string | undefined): AdviceKind {
  return text === 'experiment' || text === 'description' ? text : 'template';
}

function isCount(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

/** As a template in YAML would have it. */
function toScalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}
