import type { PartProps } from '../shared/part-props.ts';

/** Whether each member has a curve, or each group a mean. */
export type Lines = 'members' | 'groups';

/** The switch between the curves of all members and the means of groups. */
export function LinesChoice({ lines, change }: Pick<PartProps, 'change'> & { readonly lines: Lines }) {
  return (
    <label>
      Show{' '}
      <select value={lines} onChange={({ target }) => change({ lines: target.value })}>
        <option value="members">all members</option>
        <option value="groups">means of groups, with bands</option>
      </select>
    </label>
  );
}
