/** Writes a number for people. */
export type NumberFormat = (value: number) => string;

const FORMAT = /^(?<group>,?)(?:\.(?<digits>\d{1,2}))?(?<type>[defg%]?)$/;

/** The remedy for what is no format. */
export const FORMAT_EXAMPLES = { fix: 'write .2f, .3g, .1e, d, .1% or, with groups of thousands, ,.2f as in Python' };

const DEFAULT_DIGITS = 6;

/**
 * What Python's `format()` makes of a number, for the part of its language that tables need: `.2f`, `.3g`, `.1e`, `d`, `.1%`,
 * and `,` for groups of thousands before any of them. `d` rounds.
 *
 * @see https://docs.python.org/3/library/string.html#format-specification-mini-language
 * @returns undefined when the text is no such format
 */
export function parseNumberFormat(text: string): NumberFormat | undefined {
  const { group, digits, type = '' } = FORMAT.exec(text)?.groups ?? {};
  if (group === undefined || text === '' || (digits !== undefined && (type === 'd' || type === ''))) return undefined;
  const write = writer(type, digits === undefined ? DEFAULT_DIGITS : Number(digits));
  const grouped = group === '' ? write : (value: number) => withGroups(write(value));
  return (value) => (Number.isFinite(value) ? grouped(value) : String(value).toLowerCase().replace('inity', ''));
}

function writer(type: string, digits: number): NumberFormat {
  switch (type) {
    case 'f':
      return (value) => fixed(value, digits);
    case 'e':
      return (value) => exponential(value, digits);
    case 'g':
      return (value) => general(value, Math.max(1, digits));
    case '%':
      return (value) => `${fixed(value * 100, digits)}%`;
    case 'd':
      return (value) => fixed(value, 0);
    default:
      return String;
  }
}

/** More digits than these make no text longer. */
const ALL_DIGITS = 100;

function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return 'inf';
  if (Math.abs(value) >= 1e21) return BigInt(value).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const text = cutAtTie(value.toFixed(ALL_DIGITS), digits) ?? value.toFixed(digits);
  return value < 0 && !text.startsWith('-') ? `-${text}` : text;
}

function exponential(value: number, digits: number): string {
  const [exact = '', power = ''] = value.toExponential(ALL_DIGITS).split('e');
  const cut = cutAtTie(exact, digits);
  const [mantissa = '', exponent = ''] = cut === undefined ? value.toExponential(digits).split('e') : [cut, power];
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}

/**
 * A number halfway between two texts becomes the one that ends in an even digit, as in Python; JavaScript takes the larger.
 *
 * @returns undefined when JavaScript's choice is right
 */
function cutAtTie(exact: string, digits: number): string | undefined {
  const end = exact.indexOf('.') + 1 + digits;
  if (!/^50*$/.test(exact.slice(end))) return undefined;
  const cut = exact.slice(0, end).replace(/\.$/, '');
  return Number(cut.at(-1)) % 2 === 0 ? cut : undefined;
}

function general(value: number, precision: number): string {
  const text = exponential(value, precision - 1);
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  if (exponent >= -4 && exponent < precision) return withoutZeros(fixed(value, precision - 1 - exponent));
  const [mantissa = '', rest = ''] = text.split('e');
  return `${withoutZeros(mantissa)}e${rest}`;
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function withGroups(text: string): string {
  return text.replace(/\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ','));
}
