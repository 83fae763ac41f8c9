import { allOf, listSchema } from './kinds.ts';
import { valueKind, type ValueKind } from './setting.ts';
import type { Value } from '../value.ts';

const EXTRAS = '(\\[ *[\\w.-]+( *, *[\\w.-]+)* *\\])?';
const VERSION = '\\d[\\w.!+-]*';
const CONDITION = `((>=|<=|<|>) *${VERSION}|(==|!=) *${VERSION}(\\.\\*)?|~= *\\d+\\.\\d[\\w.!+-]*)`;
const REQUIREMENT = `^ *[A-Za-z0-9]([\\w.-]*[A-Za-z0-9])? *${EXTRAS} *(${CONDITION}( *, *${CONDITION})*)? *$`;

/** A Python package with a range of versions, without blanks; undefined for other text. */
function parseRequirement(text: Value): string | undefined {
  return typeof text === 'string' && new RegExp(REQUIREMENT).test(text) ? text.replaceAll(' ', '') : undefined;
}

/** Python packages as `pyproject.toml` names them, but for markers and addresses. */
export const requirements: ValueKind<readonly string[]> = valueKind(
  'a list of Python packages such as torch>=2.4',
  listSchema({ type: 'string', pattern: REQUIREMENT }),
  (given) => allOf((Array.isArray(given) ? given : [given]).map(parseRequirement)),
  { fix: `put quotes around a range with a comma: ["torch>=2.4,<3", timm]` },
);
