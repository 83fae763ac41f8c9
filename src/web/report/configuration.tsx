import { NOT_OBSERVED } from '../../core/experiment/code.ts';
import { formatCount, groupDigits } from '../../core/text/phrases.ts';
import type { ReportData } from '../../server/index.ts';
import { Facts } from '../components/facts.tsx';
import { Part } from '../pages/sweep/shared/part.tsx';

/** Different values of a parameter that are listed. */
const MOST_VALUES = 12;

/** The parameters: those that differ with their values, and those that all share. */
export function Configuration({ data: { members, shared } }: { readonly data: ReportData }) {
  const { parameters } = members;
  if (parameters.length + shared.length === 0) return null;
  return (
    <Part title="Configuration" command={undefined}>
      {parameters.length > 0 && (
        <>
          <h3>What differs</h3>
          <Facts facts={parameters.map(({ label, texts }) => [label, listValues(texts)])} />
        </>
      )}
      {shared.length > 0 && (
        <>
          <h3>{parameters.length > 0 ? 'What all share' : 'Parameters'}</h3>
          <Facts facts={shared.map(({ name, text }) => [name, text])} />
        </>
      )}
    </Part>
  );
}

function listValues(texts: readonly string[]): string {
  const values = [...new Set(texts)].map((text) => text || 'none');
  const left = values.length - MOST_VALUES;
  return left <= 0 ? values.join(', ') : `${values.slice(0, MOST_VALUES).join(', ')} and ${groupDigits(left)} more`;
}

/** Which code ran, and how it differs from what was committed. */
export function CodeList({ data: { code } }: { readonly data: ReportData }) {
  if (code.length === 0) return null;
  return (
    <Part title="Code" command={undefined}>
      <Facts facts={code.map(({ words, runs }) => [formatCount(runs, 'run'), words])} />
      {code.some(({ words }) => words.includes(NOT_OBSERVED)) && (
        <p>
          Not observed: the program ran for less than a second, shows no script, or ran on other nodes. Then nothing
          proves that it did not leave the code that it was given.
        </p>
      )}
    </Part>
  );
}
