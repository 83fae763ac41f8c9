import { useCall } from '../../../api/use-call.ts';
import { Facts } from '../../../components/facts.tsx';
import { Loading } from '../../../components/loading.tsx';
import { PartialStrip } from '../../../components/partial-strip.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import type { TabProps } from '../shared/tab-props.ts';
import { CompareForm } from './compare-form.tsx';
import { describeDirty, describeMode } from './code-words.ts';
import { Patch } from '../../../components/differences/patch.tsx';

/** Which code ran, in what it differed from its commit, and in what everything differs from another experiment. */
export function CodeTab({ id, shown }: TabProps) {
  const { code, code_seen: seen } = shown;
  return (
    <>
      <Facts
        facts={[
          ['what ran', describeMode(code, seen)],
          [
            'commit',
            code?.commit && (
              <>
                <code>{code.commit}</code> <CopyButton label="Copy" text={code.commit} />
              </>
            ),
          ],
          ['branch', code?.branch],
          ['uncommitted', code && 'dirty' in code && describeDirty(code.dirty)],
          ['snapshot', code?.mode === 'snapshot' && <code>{code.tree}</code>],
        ]}
      />
      {code?.mode === 'snapshot' && code.left_out_count > 0 && (
        <PartialStrip
          message={`The snapshot leaves out ${code.left_out_count} files, such as secrets`}
          list={code.left_out.map(({ path, why }) => `${path} (${why.replaceAll('_', ' ')})`)}
        />
      )}
      <CompareForm id={id} />
      <Changes id={id} />
    </>
  );
}

function Changes({ id }: { readonly id: string }) {
  const changes = useCall('codeChanges', { id });
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">Uncommitted changes</h2>
      {changes.error !== null ? (
        <ProblemView error={changes.error} retry={() => void changes.refetch()} />
      ) : changes.data === undefined ? (
        <Loading what="what differs from the commit" lines={6} />
      ) : changes.data.kind === 'unknown' ? (
        <p>That is not known: {changes.data.why}.</p>
      ) : changes.data.diff === '' ? (
        <p>None: the code is exactly that of the commit.</p>
      ) : (
        <Patch diff={changes.data.diff} />
      )}
    </section>
  );
}
