/**
 * The query language of `--where` and of the dashboard's filter.
 *
 *     query      = and { "or" and }            and = not { "and" not }
 *     not        = "not" not | "(" query ")" | comparison
 *     comparison = field ( operator literal | [ "not" ] "in" "(" literal { "," literal } ")"
 *                        | "has" literal | "is" [ "not" ] "missing" )
 *     operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~"
 *     field      = letters, digits, "_", "." and "-", beginning with a letter or "_"; anything in backticks
 *     literal    = text in '…' or "…" (the quote itself doubled) | a bare word without space and ( ) , = ! < > ~
 *
 * Keywords may be in any case. {@link matches} is the meaning of the language; the view compiles the same
 * tree to SQL and must agree with it:
 *
 * 1. A field is *missing* when the row has no value for it, or null, or NaN. Every comparison with a missing field
 *    is false, `!=`, `!~` and `not in` too; `not` in front turns that into true. Only `is missing` asks for it.
 * 2. Any other value is compared as a number or as a text. A boolean is the text `true` or `false`; a list or map is
 *    its JSON text without spaces.
 * 3. A bare word that reads as a finite number (`1e-4`) is a number literal, everything else is text. Beside a field that holds
 *    a time (`RECORD_FIELDS`), `7d` is the moment 7 days ago and `2026-03-01` the moment it begins (UTC).
 * 4. `=`: a number equals a literal that is a number, an age or a time of the same size; a text equals a literal of the same
 *    source text (`"0.10"` equals `0.10` but not `0.1`). `!=`, `in` and `not in` go by `=`.
 * 5. `<`, `<=`, `>`, `>=`: numbers by size, texts with a text literal by code point; between number and text, false.
 * 6. `~`: the text, or the number as JavaScript writes it, matches the glob (`compileGlob`); `!~` is its opposite.
 * 7. `has`: the value is a list, and one of its items equals the literal; null items never do. Otherwise it is false.
 *
 * Texts are compared as well-formed Unicode: a lone surrogate is U+FFFD.
 */
export { listQueryFields, type Literal, type Operator, type Query } from './ast.ts';
export { checkQuery, findLoneName, type CheckedQuery } from './check-query.ts';
export { completeQuery, type ExpectedHere, type QueryCompletion } from './complete-query.ts';
export { MAX_QUERY_DEPTH } from './cursor.ts';
export { addTerm, negateTerm, removeTerm } from './edit-query.ts';
export { formatField, formatQuery, formatValue } from './format.ts';
export { listMeanings, OPERATORS_FIX, suggestMeanings } from './lone-name.ts';
export { matches } from './match.ts';
export { parseQuery, type QueryTerm } from './parse.ts';
