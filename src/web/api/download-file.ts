import type { Api } from '../../server/index.ts';
import { callApi } from './call-api.ts';

/**
 * Lets the browser save a file of an experiment, while the page stays as it is.
 *
 * @throws ApiError if the file cannot be opened
 */
export async function downloadFile(place: Api['ticket']['request']): Promise<void> {
  const { ticket } = await callApi('ticket', place);
  const link = document.createElement('a');
  link.href = `api/download?ticket=${ticket}`;
  // The server says what the file is called.
  link.download = '';
  link.click();
}
