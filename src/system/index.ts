export { yieldToEventLoop, isoTime, nowMs, sleep } from './clock.ts';
export { isSingleFile, readAsset } from './assets.ts';
export { effectCount } from './fault.ts';
export {
  appendDurably,
  checksum,
  claimLink,
  createDurably,
  getFileFacts,
  isFull,
  isReadable,
  isWritable,
  listFolder,
  isSharedFolder,
  makeFolder,
  networkFileSystem,
  overwrite,
  publishFolder,
  readChunks,
  readClaim,
  readRange,
  readText,
  readTextIfThere,
  realPath,
  removeEmptyFolder,
  removePath,
  renamePath,
  replaceFile,
  setMode,
  syncFolder,
  writeAtomic,
  writeNew,
  type FileFacts,
  type ReplaceOptions,
} from './files.ts';
export {
  bootId,
  cpuCount,
  hostName,
  isAlive,
  nodeName,
  ownerState,
  ownerText,
  ownerWords,
  processStart,
  readOr,
  thisProcess,
  userId,
  userName,
  type ProcessRef,
} from './machine.ts';
export { readParquet, writeParquet, type ParquetColumn, type ParquetValues, type ReadColumn } from './parquet.ts';
export { readParquetHead, type ParquetHead } from './parquet-head.ts';
export { packData, unpackData } from './pack.ts';
export { listenHttp, type HttpServer, type ServedAnswer, type ServedRequest } from './net/http-server.ts';
export { findPeerUid, type Connection } from './net/peer-uid.ts';
export { askSocket, fitsSocketPath, listenPrivately } from './net/unix-socket.ts';
export { httpRequest, type HttpAnswer, type HttpRequest } from './net/http-client.ts';
export { ownProcesses, processEnvironment, sendSignal, signalNumber, type ProcessFacts } from './processes.ts';
export { damagedFile, loadWholeProgram } from './program.ts';
export { isSameSecret, makeSecret, randomId, randomSeed } from './random.ts';
export {
  describeRuntime,
  getInstalledFolder,
  installationFolder,
  isMountedNoexec,
  readWebFiles,
  type Runtime,
} from './runtime.ts';
export {
  runCommand,
  runOnTerminal,
  runServer,
  startDetached,
  startTracked,
  type ChildEnd,
  type CommandResult,
  type RunCommand,
} from './run-command.ts';
export { withTimeLimit, type TimeLimited } from './time-limit.ts';
export {
  copyFile,
  fileSize,
  folderBytes,
  folderEntries,
  getBriefFacts,
  linkTarget,
  makeLink,
  makeSubfolder,
  sameContent,
  setChanged,
  textEntries,
  type BriefFacts,
} from './trees.ts';
export { allocatedBytes, changeTime, getFreeSpace, groupOf, walkTree, type FreeSpace } from './walk.ts';
export { listTree, readTreeFile, type ListedTree, type TreeEntry } from './list-tree.ts';
export { openWithin, type FoundWithin, type ListedEntry, type OpenFile, type OpenFolder } from './open-file.ts';
export { watchFolder } from './watch.ts';
export { connectToParent, startWorkerProcess, type WorkerEnd, type WorkerProcess } from './worker-process.ts';
