/**
 * The lines at the head of `job.sbatch` that state what a job asks for, in the words of sbatch. Every scheduler
 * gets them: sheaf reads them again, and passes them as data to a scheduler that does not know such lines.
 */
export type SbatchOption = readonly [name: string, value: string | number | true];

/** In directives a backslash takes the next character as it is, and double quotes keep blanks and `#`. */
export function formatDirective([name, value]: SbatchOption): string {
  if (value === true) return `#SBATCH --${name}`;
  const text = String(value);
  const quoted = /^[\w.,:/%@=+-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
  return `#SBATCH --${name}=${quoted}`;
}

/** Option → value, of those whose value is one word. */
export function readDirectives(script: string): ReadonlyMap<string, string> {
  return new Map(
    [...script.matchAll(/^#SBATCH --([a-z-]+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}
