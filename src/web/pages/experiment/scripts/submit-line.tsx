import { formatList } from '../../../../core/text/phrases.ts';
import type { Api } from '../../../../server/index.ts';
import { CommandLine } from '../../../components/command-line.tsx';

/** How the scheduler was called. */
export function SubmitLine({
  scripts: { command, after },
}: {
  readonly scripts: Pick<Api['attemptScripts']['answer'], 'command' | 'after'>;
}) {
  if (command === undefined) return null;
  return (
    <section aria-label="How it was submitted">
      <h2>Submitted with</h2>
      <CommandLine line={command} />
      {after.length > 0 && <p>It had to wait for {formatList(after.map((job) => `job ${job}`))}.</p>}
    </section>
  );
}
