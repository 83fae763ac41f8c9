import { addTerm, checkQuery, formatQuery, removeTerm, type Query } from '../../../../core/query/query.ts';
import { groupDigits } from '../../../../core/text/phrases.ts';
import type { Api } from '../../../../server/index.ts';
import { useCall } from '../../../api/use-call.ts';
import { Loading } from '../../../components/loading.tsx';
import { StatusMark } from '../../../components/status-mark.tsx';
import styles from './facets.module.css';

const FIELDS = ['status', 'cause', 'template', 'sweep', 'tags', 'user'];
const MOST_VALUES = 12;

type Facet = Api['facets']['answer']['facets'][number];

/**
 * How many experiments have each value, among those that are listed. A value adds its condition to the filter, or takes it
 * away; with Alt its opposite.
 */
export function Facets({ where, onChange }: { readonly where: string; readonly onChange: (where: string) => void }) {
  const request = { ...(where === '' ? {} : { where }), fields: FIELDS, limit: MOST_VALUES };
  const { data, error } = useCall('facets', request, { keepsFormer: true });
  if (error !== null && data === undefined) return <p role="alert">{error.message}</p>;
  if (data === undefined) return <Loading what="counts" lines={8} />;
  const shown = data.facets.filter(({ counts }) => counts.length > 0);
  return shown.map((facet) => (
    <section key={facet.header} className={styles['facet']}>
      <h2 className={styles['name']}>{facet.header}</h2>
      <ul>
        {facet.counts.filter(isText).map(({ value, count }) => (
          <FacetValue key={value} field={facet.header} text={value} count={count} where={where} onChange={onChange} />
        ))}
      </ul>
      {facet.more > 0 && (
        <p className={styles['more']}>{groupDigits(facet.more)} more values: type them in the filter</p>
      )}
    </section>
  ));
}

function FacetValue({
  field,
  text,
  count,
  where,
  onChange,
}: {
  readonly field: string;
  readonly text: string;
  readonly count: number;
  readonly where: string;
  readonly onChange: (where: string) => void;
}) {
  const term = writeTerm(field, text);
  const at = findTerm(where, term);
  const opposite = `not ${term}`;
  const put = (added: string): void =>
    onChange(at === undefined ? addTerm(where, added) : removeTerm(where, at).trim());
  return (
    <li className={styles['value']} data-chosen={at !== undefined}>
      <button
        type="button"
        aria-pressed={at !== undefined}
        title={at === undefined ? `${term}\nAlt: ${opposite}` : 'Remove this condition'}
        onClick={({ altKey }) => put(altKey ? opposite : term)}
      >
        <span className={styles['text']}>{field === 'status' ? <StatusMark status={text} /> : text}</span>
        <span className={styles['count']}>{groupDigits(count)}</span>
      </button>
      <button
        type="button"
        className={styles['without']}
        aria-label={`not ${field} ${text}`}
        title={opposite}
        onClick={() => put(opposite)}
      >
        not
      </button>
    </li>
  );
}

/** All of {@link FIELDS} hold texts. */
function isText(counted: Facet['counts'][number]): counted is { readonly value: string; readonly count: number } {
  return typeof counted.value === 'string';
}

function writeTerm(field: string, text: string): string {
  const literal = { kind: 'text', text } as const;
  const query: Query =
    field === 'tags' ? { kind: 'has', field, literal } : { kind: 'compare', field, operator: '=', literal };
  return formatQuery(query);
}

/** Where the filter has this condition already. */
function findTerm(where: string, term: string): number | undefined {
  const checked = checkQuery(where);
  return checked.ok ? checked.terms.find(({ query }) => formatQuery(query) === term)?.at : undefined;
}
