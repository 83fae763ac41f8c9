import { isMap, pointer, type Pointer, type Value, type ValueMap } from '../core/value.ts';
import { jsonText, writtenBelow, type Written } from '../core/written.ts';

/** One value of a map, by its dotted name, as it was written. */
export interface NamedText {
  readonly name: string;
  /** Where it stands in the map. */
  readonly path: Pointer;
  readonly text: string;
}

/** The leaves of a map for people: numbers as they were written, lists as JSON. */
export function namedTexts(values: ValueMap, written: Written, prefix: string = '', path: Pointer = ''): NamedText[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const [name, at] = [prefix + key, path + pointer(key)];
    if (isMap(value) && Object.keys(value).length > 0) return namedTexts(value, written, `${name}.`, at);
    return [{ name, path: at, text: valueText(value, writtenBelow(written, at)) }];
  });
}

function valueText(value: Value, written: Written): string {
  return typeof value === 'string' ? value : (written[''] ?? jsonText(value, written));
}
