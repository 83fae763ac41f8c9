import { useMutation } from '@tanstack/react-query';
import { formatBytes } from '../../../../core/units.ts';
import type { ApiError } from '../../../api/call-api.ts';
import { downloadFile } from '../../../api/download-file.ts';
import { useCall } from '../../../api/use-call.ts';
import { Loading } from '../../../components/loading.tsx';
import { Moment } from '../../../components/moment.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { SteadyButton } from '../../../components/steady-button.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { toIso } from '../../../format/times.ts';
import { FileContent } from './file-content.tsx';

/** A file: how large it is, its beginning, and a way to download all of it. @param path one character a byte */
export function FileView({ id, path }: { readonly id: string; readonly path: string }) {
  const head = useCall('fileHead', { id, path });
  const download = useMutation<void, ApiError>({ mutationFn: () => downloadFile({ id, path }) });
  // What must not be read cannot be downloaded either; what cannot be shown can.
  const isRefused = head.error?.problem.code.startsWith('files.') === true;
  return (
    <>
      {!isRefused && (
        <Toolbar>
          <SteadyButton isOff={download.isPending} onPress={() => download.mutate()}>
            Download
          </SteadyButton>
          {head.data !== undefined && (
            <span>
              {formatBytes(head.data.bytes)}, changed <Moment at={toIso(head.data.changedMs)} />
            </span>
          )}
        </Toolbar>
      )}
      {download.error !== null && <ProblemView error={download.error} />}
      {head.error !== null ? (
        <ProblemView error={head.error} retry={() => void head.refetch()} />
      ) : head.data === undefined ? (
        <Loading what="the file" lines={12} />
      ) : (
        <FileContent head={head.data} />
      )}
    </>
  );
}
