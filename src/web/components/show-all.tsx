import { formatCount } from '../../core/text/phrases.ts';

/** Says how many are left out, and shows them when asked to; nothing if there are no more. @param noun `run` */
export function ShowAll({
  rest,
  noun,
  onShow,
}: {
  readonly rest: number;
  readonly noun: string;
  readonly onShow: () => void;
}) {
  if (rest <= 0) return null;
  return (
    <p>
      {formatCount(rest, noun)} more{' '}
      <button type="button" onClick={onShow}>
        Show all
      </button>
    </p>
  );
}
