/** What a word of a variable's name looks like that says that its value must not be in any file. */
const SECRET_WORD =
  /^(?:\w*(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE)S?\d*|(?:\w*[^Y])?PASS\d*|CREDS?|CREDENTIALS?|AUTH|COOKIES?|JWT|PAT|PRIVATE|PWD)$/;

/** Words that only end like that. */
const HARMLESS_WORD = /^(?:MONKEY|TURKEY|HOTKEYS?|COMPASS|BYPASS)$/;

/** `WANDB_API_KEY`, `HF_TOKEN`, `dbPassword`; not `TOKENIZERS_PARALLELISM`, and not the shell's own `PWD`. */
export function isSecretName(name: string): boolean {
  if (name === 'PWD' || name === 'OLDPWD') return false;
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/);
  return words.some((word) => SECRET_WORD.test(word) && !HARMLESS_WORD.test(word));
}

/** Keys of well-known services, private keys, tokens of the web, and addresses with a password in them. */
const SECRET_VALUES: readonly { readonly pattern: RegExp; readonly variable?: string }[] = [
  { pattern: /(?<![A-Za-z0-9])[spr]k-[A-Za-z0-9_-]{16,}/, variable: 'OPENAI_API_KEY' },
  { pattern: /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{16,}/, variable: 'HF_TOKEN' },
  { pattern: /(?<![A-Za-z0-9])wandb_v1_[A-Za-z0-9_]{16,}/, variable: 'WANDB_API_KEY' },
  { pattern: /github_pat_\w{20,}|(?<![A-Za-z0-9])gh[a-z]_[A-Za-z0-9]{16,}/, variable: 'GITHUB_TOKEN' },
  { pattern: /(?<![A-Za-z0-9])(?:gsk|npm|sk_live|sk_test)_[A-Za-z0-9]{16,}/ },
  { pattern: /(?<![A-Za-z0-9])(?:glpat|pypi|xox[a-z])-[A-Za-z0-9_-]{10,}/ },
  { pattern: /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/, variable: 'AWS_ACCESS_KEY_ID' },
  { pattern: /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}/ },
  { pattern: /(?<![A-Za-z0-9])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/ },
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^]*?-----END [A-Z ]*PRIVATE KEY-----)?/ },
  { pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@$]+@/i },
];

/** Whether a text has something in it that looks like a key, a token or an address with a password. */
export function looksLikeSecret(value: string): boolean {
  return SECRET_VALUES.some(({ pattern }) => pattern.test(value));
}

/** Whether a variable with this value gives a secret away. A number or a switch does not, whatever its name. */
export function isSecret(name: string, value: string): boolean {
  return (
    looksLikeSecret(value) || (isSecretName(name) && /[^\d.]/.test(value) && !/^(?:true|false|yes|no)$/i.test(value))
  );
}

/** The variable, or the piece of text, by which a shell script gives a secret away; undefined when it does not. */
export function findScriptSecret(script: string): string | undefined {
  const [first] = findScriptSecrets(script);
  return first === undefined || first.isAssigned ? first?.variable : 'a text in it';
}

/** A secret in a shell script, and where it is. */
export interface FoundSecret {
  /** The variable that could carry it: the one that it is assigned to, or the usual one of its service. */
  readonly variable: string;
  /** The place is that of a whole assignment, `NAME=value`; otherwise of the secret alone. */
  readonly isAssigned: boolean;
  readonly start: number;
  readonly end: number;
}

/** An assignment of a literal text to a variable. */
const ASSIGNMENT = /(?:^|[\s;&|(])(([A-Za-z_]\w*)=(?:"([^"$`{]+)"|'([^'{]+)'|([^\s"'$`{;&|)]+)))(?=[\s;&|)]|$)/dg;

/** Keys that programs are given as arguments: `wandb login KEY`, `--api-key KEY`. */
const WANDB_LOGIN = /\bwandb\s+login\s+(?:--\S+\s+)*['"]?([A-Za-z0-9_-]{20,})/dg;
const FLAG = /(?<=\s)--([A-Za-z][\w-]*)[=\s]\s*['"]?([A-Za-z0-9_-]{20,})/dg;

/** All secrets that a shell script gives away, in their order, without overlaps. */
export function findScriptSecrets(script: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  const add = (variable: string, isAssigned: boolean, [start, end]: readonly [number, number]): void => {
    if (!found.some((other) => start < other.end && other.start < end))
      found.push({ variable, isAssigned, start, end });
  };
  for (const { indices, 2: name = '', 3: double, 4: single, 5: bare } of script.matchAll(ASSIGNMENT)) {
    if (indices?.[1] && isSecret(name, double ?? single ?? bare ?? '')) add(name, true, indices[1]);
  }
  for (const { indices } of script.matchAll(WANDB_LOGIN)) if (indices?.[1]) add('WANDB_API_KEY', false, indices[1]);
  for (const { indices, 1: flag = '', 2: value = '' } of script.matchAll(FLAG)) {
    const isKey = isSecretName(flag) && /[A-Za-z]/.test(value) && /\d/.test(value);
    if (isKey && indices?.[2]) add(flag.replaceAll('-', '_').toUpperCase(), false, indices[2]);
  }
  for (const { pattern, variable = 'SECRET' } of SECRET_VALUES) {
    for (const { 0: text, index } of script.matchAll(new RegExp(pattern, `g${pattern.flags}`)))
      add(variable, false, [index, index + text.length]);
  }
  return found.toSorted((a, b) => a.start - b.start);
}
