import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Api, CallName } from '../../server/index.ts';
import { callApi, type ApiError } from './call-api.ts';

/** How TanStack Query makes a call: its key is the name with the request, and it is aborted when no part of the page needs the answer. */
export function callOptions<N extends CallName>(name: N, request: Api[N]['request']) {
  return {
    queryKey: [name, request] as const,
    queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<Api[N]['answer']> =>
      callApi(name, request, signal),
  };
}

/**
 * The answer to a call, kept as long as the page is open and asked again when something changed.
 *
 * @param request undefined while it is not known what to ask
 * @param keepsFormer the answer to the former request stays while this one is on its way, and `isPlaceholderData` says so.
 *   Only for what cannot be taken for the new answer: a list, but nothing about one experiment
 * @param known the answer, if another one had it already: then nothing is asked
 */
export function useCall<N extends CallName>(
  name: N,
  request: Api[N]['request'] | undefined,
  {
    keepsFormer = false,
    known,
  }: { readonly keepsFormer?: boolean; readonly known?: Api[N]['answer'] | undefined } = {},
): UseQueryResult<Api[N]['answer'], ApiError> {
  return useQuery<Api[N]['answer'], ApiError>({
    queryKey: [name, request],
    queryFn: ({ signal }) => callApi(name, request as Api[N]['request'], signal),
    enabled: request !== undefined,
    ...(known === undefined ? {} : { initialData: known as never }),
    ...(keepsFormer ? { placeholderData: keepPreviousData as never } : {}),
  });
}
