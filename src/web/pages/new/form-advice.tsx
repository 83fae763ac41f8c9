import { ACTION_RESOURCES } from '../../../core/settings/action-resources.ts';
import { formatList } from '../../../core/text/phrases.ts';
import type { ChoiceJson } from '../../../json/index.ts';
import { useCall } from '../../api/use-call.ts';
import { ChoiceCard } from '../../components/advice/choice-card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useRested } from '../../state/use-rested.ts';
import { toHref } from '../../state/use-route.ts';
import { SET, type Form } from './form-address.ts';

const MOST_CHOICES = 3;
/** Nothing is asked before someone has stopped typing for this long, milliseconds. */
const REST_MS = 600;

/** Where a run of this form fits, by its parameters alone: the best choices of the advisor, each of which fills the resources in. */
export function FormAdvice({
  form: { action, given, varied },
  onUse,
}: {
  readonly form: Form;
  /** @param texts by their keys in the address */
  readonly onUse: (texts: { readonly [key: string]: string }) => void;
}) {
  const firsts = Object.entries(varied).flatMap(([name, as]) => {
    const text = given[SET + name] ?? '';
    // Lists in brackets and texts in quotes are not taken apart.
    const [first = ''] = as === 'draw' || /[[{'"]/.test(text) ? [] : text.split(/,|\.\./);
    return first === '' ? [] : [[name, first] as const];
  });
  const asked = JSON.stringify({ ...action.params, ...Object.fromEntries(firsts) });
  const sets = JSON.parse(useRested(asked, REST_MS)) as { [name: string]: string };
  const advice = useCall('advise', { template: action.template, sets });
  if (advice.error !== null) return <ProblemView error={advice.error} retry={() => void advice.refetch()} />;
  if (advice.data === undefined) return <Loading what="advice" lines={8} />;
  const { choices, considered, reference, nearest, subject } = advice.data;
  const all = toHref(['advise'], { t: subject.template, ...withPrefix(sets) });
  if (choices.length === 0) {
    return (
      <Empty why={`No choice fits${nearest === null ? '.' : `: ${nearest.why}.`}`}>
        <a href={all}>See what is not offered, and why</a>
      </Empty>
    );
  }
  return (
    <section aria-label="Advice">
      <h2>Where it fits</h2>
      {choices.slice(0, MOST_CHOICES).map((choice, i) => (
        <ChoiceCard key={i} choice={choice} nth={i + 1} reference={reference} isOnly={considered.length === 1}>
          <UseChoice choice={choice} nth={i + 1} onUse={onUse} />
        </ChoiceCard>
      ))}
      <a href={all}>All choices, and what is not offered</a>
    </section>
  );
}

function UseChoice({
  choice: { set, params },
  nth,
  onUse,
}: {
  readonly choice: ChoiceJson;
  readonly nth: number;
  readonly onUse: (texts: { readonly [key: string]: string }) => void;
}) {
  const isSettable = (key: string): boolean => (ACTION_RESOURCES as readonly string[]).includes(key);
  const entries = Object.entries(set);
  const lost = entries.flatMap(([key]) => (isSettable(key) ? [] : [key]));
  const used = Object.fromEntries(entries.filter(([key]) => isSettable(key)));
  return (
    <p>
      <button type="button" onClick={() => onUse(withPrefix({ ...used, ...params }))}>
        Use choice {nth}
      </button>{' '}
      {lost.length > 0 && <small>A page does not set {formatList(lost)}: use the command of the page Advise.</small>}
    </p>
  );
}

function withPrefix(sets: { readonly [name: string]: string }): { readonly [key: string]: string } {
  return Object.fromEntries(Object.entries(sets).map(([name, text]) => [SET + name, text]));
}
