import { useMutation } from '@tanstack/react-query';
import type { Api } from '../../../../server/index.ts';
import { callApi, type ApiError } from '../../../api/call-api.ts';
import { SteadyButton } from '../../../components/steady-button.tsx';
import { useActions } from '../../../state/actions.ts';
import type { LogPlace } from './log-place.ts';

type Found = Api['firstError']['answer'];

/** Goes to where the logs of the attempt say what went wrong, and says what the diagnosis says. */
export function FirstError({
  log: { id, stage, attempt },
  onFound,
}: {
  readonly log: LogPlace['log'];
  readonly onFound: (error: NonNullable<Found>) => void;
}) {
  const look = useMutation<Found, ApiError>({
    mutationFn: () =>
      callApi('firstError', {
        id,
        ...(stage === undefined ? {} : { stage }),
        ...(attempt === undefined ? {} : { attempt }),
      }),
    onSuccess: (found) => {
      if (found !== null) onFound(found);
    },
  });
  useActions([{ name: 'Go to the first error of the log', keys: ['E'], act: () => look.mutate() }]);
  return (
    <>
      <SteadyButton isOff={look.isPending} onPress={() => look.mutate()}>
        First error
      </SteadyButton>
      <span role="status">{describe(look.data, look.isPending, look.error)}</span>
    </>
  );
}

function describe(found: Found | undefined, isPending: boolean, error: ApiError | null): string {
  if (isPending) return 'Looking for an error …';
  if (error !== null) return error.message;
  if (found === undefined) return '';
  if (found === null) return 'The logs of this attempt have no line that looks like an error.';
  return found.says ?? `${found.file}${found.line === undefined ? '' : `, line ${found.line}`}`;
}
