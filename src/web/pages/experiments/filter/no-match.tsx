import { useQueries } from '@tanstack/react-query';
import { checkQuery, removeTerm, type QueryTerm } from '../../../../core/query/query.ts';
import { formatCount } from '../../../../core/text/phrases.ts';
import { callOptions } from '../../../api/use-call.ts';
import { Empty } from '../../../components/empty.tsx';
import { toHref } from '../../../state/use-route.ts';

/** Each costs a count of all experiments. */
const MOST_TERMS = 8;

/** Says which condition leaves nothing over, and removes it. */
export function NoMatch({ where, onChange }: { readonly where: string; readonly onChange: (where: string) => void }) {
  const checked = checkQuery(where);
  const terms = checked.ok ? checked.terms.slice(0, MOST_TERMS) : [];
  const without = (term: QueryTerm): string => removeTerm(where, term.at).trim();
  const counts = useQueries({
    queries: terms.map((term) => {
      const rest = without(term);
      return callOptions('page', { ...(rest === '' ? {} : { where: rest }), columns: ['exp_id'], limit: 0 });
    }),
  });
  if (where === '') {
    return (
      <Empty why="This project has no experiments yet.">
        <a href={toHref(['t'])}>Choose a template to make one from</a>
      </Empty>
    );
  }
  const best = terms
    .map((term, i) => ({ term, total: counts[i]?.data?.total ?? 0 }))
    .reduce<{ term: QueryTerm; total: number } | undefined>((a, b) => (b.total > (a?.total ?? 0) ? b : a), undefined);
  return (
    <Empty
      why={
        <>
          No experiment matches.{' '}
          {best !== undefined && terms.length > 1 && (
            <>
              {formatCount(best.total, 'experiment')} {best.total === 1 ? 'does' : 'do'} without{' '}
              <code>{best.term.text}</code>.
            </>
          )}
        </>
      }
    >
      {best !== undefined && terms.length > 1 ? (
        <button type="button" onClick={() => onChange(without(best.term))}>
          Remove this condition
        </button>
      ) : (
        <button type="button" onClick={() => onChange('')}>
          Remove the filter
        </button>
      )}
    </Empty>
  );
}
