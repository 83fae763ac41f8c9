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
const SECRET_VALUES: readonly RegExp[] = [
  /(?<![A-Za-z0-9])[spr]k-[A-Za-z0-9_-]{16,}/,
  /(?<![A-Za-z0-9])(?:hf|gh[a-z]|gsk|npm|sk_live|sk_test)_[A-Za-z0-9]{16,}/,
  /(?<![A-Za-z0-9])(?:glpat|pypi|xox[a-z])-[A-Za-z0-9_-]{10,}/,
  /github_pat_\w{20,}/,
  /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/,
  /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}/,
  /(?<![A-Za-z0-9])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@$]+@/i,
];

/** Whether a text has something in it that looks like a key, a token or an address with a password. */
export function looksLikeSecret(value: string): boolean {
  return SECRET_VALUES.some((pattern) => pattern.test(value));
}

/** Whether a variable with this value gives a secret away. A number or a switch is none, whatever its name. */
export function isSecret(name: string, value: string): boolean {
  return (
    looksLikeSecret(value) || (isSecretName(name) && /[^\d.]/.test(value) && !/^(?:true|false|yes|no)$/i.test(value))
  );
}

/** The variable, or the piece of text, by which a shell script gives a secret away; undefined where it does not. */
export function secretIn(script: string): string | undefined {
  const assignments = script.matchAll(
    /(?:^|[\s;&|(])([A-Za-z_]\w*)=(?:"([^"$`{]+)"|'([^'{]+)'|([^\s"'$`{;&|)]+))(?=[\s;&|)]|$)/g,
  );
  for (const [, name = '', ...values] of assignments) {
    if (isSecret(name, values.find((value) => value !== undefined) ?? '')) return name;
  }
  return looksLikeSecret(script) ? 'a text in it' : undefined;
}
