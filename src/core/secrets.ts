/** Words of a variable's name that say that its value must not be in any file. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  'APIKEY',
  'AUTH',
  'COOKIE',
  'CREDENTIAL',
  'CREDENTIALS',
  'KEY',
  'PASS',
  'PASSPHRASE',
  'PASSWD',
  'PASSWORD',
  'PRIVATE',
  'PWD',
  'SECRET',
  'TOKEN',
]);

/** `WANDB_API_KEY`, `HF_TOKEN`, `dbPassword`; not `TOKENIZERS_PARALLELISM`, and not the shell's own `PWD`. */
export function isSecretName(name: string): boolean {
  if (name === 'PWD' || name === 'OLDPWD') return false;
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
  return words.split(/[^A-Z0-9]+/).some((word) => SECRET_WORDS.has(word));
}

/** Keys of well-known services, private keys, tokens of the web, and addresses with a password in them. */
const SECRET_VALUES: readonly RegExp[] = [
  /^(sk|pk|rk)-[A-Za-z0-9_-]{16,}/,
  /^(hf|ghp|gho|ghs|glpat|xox[abp])[_-][A-Za-z0-9_-]{10,}/,
  /^github_pat_\w{20,}/,
  /^(AKIA|ASIA)[A-Z0-9]{16}$/,
  /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
];

/** Whether a text looks like a key, a token or an address with a password. */
export function looksLikeSecret(value: string): boolean {
  return SECRET_VALUES.some((pattern) => pattern.test(value));
}
