import { useEffect, useRef, useState } from 'react';
import { useCall } from '../../../api/use-call.ts';
import type { Sort } from '../../../state/sort-setting.ts';
import type { PageAnswer, PageRequest } from './page-answer.ts';
import { WINDOW_ROWS } from './windows.ts';

/** All columns of the first rows. */
export const WHOLE: PageRequest = { columns: ['all'], limit: WINDOW_ROWS };

/** Which experiments, in which order. */
export function chooseRows(where: string, sort: Sort | undefined): Pick<PageRequest, 'where' | 'sort'> {
  return { ...(where === '' ? {} : { where }), ...(sort === undefined ? {} : { sort }) };
}

/**
 * Reads the first rows by all columns while it is not known which columns there are. They come with the answer that says so,
 * and not after it; it is the same call if all experiments are shown in the usual order.
 *
 * @param isNeeded whether the columns are unknown; looked at when the page is opened
 * @param request what to show, as soon as that is known
 * @returns whether the rows are on their way, and the answer to the request if they are what it asks for
 */
export function useOpening(
  rows: Pick<PageRequest, 'where' | 'sort'> | undefined,
  isNeeded: boolean,
  request: PageRequest | undefined,
): { readonly isLoading: boolean; readonly answer: PageAnswer | undefined } {
  const [opened] = useState(isNeeded ? rows : undefined);
  const isOver = useRef(false);
  const asked = isOver.current || opened === undefined ? undefined : { ...opened, ...WHOLE };
  const { data, isLoading } = useCall('page', asked);
  useEffect(() => {
    isOver.current ||= request !== undefined && !isLoading;
  }, [request, isLoading]);
  const isAnswered = data !== undefined && request !== undefined && isSameRows(request, opened);
  return { isLoading, answer: isAnswered ? pickColumns(data, request) : undefined };
}

function isSameRows(a: PageRequest, b: PageRequest | undefined): boolean {
  return JSON.stringify([a.where, a.sort]) === JSON.stringify([b?.where, b?.sort]);
}

function pickColumns(page: PageAnswer, { columns = [] }: PageRequest): PageAnswer {
  return { ...page, columns: page.columns.filter(({ header }) => columns.includes(header)) };
}
