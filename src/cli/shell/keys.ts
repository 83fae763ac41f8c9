/** Keys that a terminal turns into signals for all processes in the foreground. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
};

/**
 * Takes the keys of the terminal, so that it does not print them into the screen. Ctrl-C, Ctrl-Z and Ctrl-\ do what they
 * always do, q the same as Ctrl-C, and no other key does anything.
 *
 * @returns what gives the keyboard back
 */
export function takeKeys(): () => void {
  const { stdin } = process;
  if (stdin.isTTY !== true) return () => undefined;
  const onKeys = (keys: Buffer): void => {
    for (const key of keys.toString()) {
      const signal = SIGNALS[key === 'q' ? '\u0003' : key];
      // 0: the group of this process.
      if (signal !== undefined) process.kill(0, signal);
    }
  };
  stdin.setRawMode(true).on('data', onKeys).resume();
  return () => {
    stdin.off('data', onKeys).pause().setRawMode(false);
  };
}
