export { isoTime, nowMs, sleep, sleepSync } from './clock.ts';
export { effectCount } from './fault.ts';
export {
  appendDurably,
  checksum,
  claimLink,
  createDurably,
  fileFacts,
  isWritable,
  listFolder,
  makeFolder,
  makeNewFolder,
  networkFileSystem,
  readChunks,
  readClaim,
  readRange,
  readText,
  readTextIfThere,
  realPath,
  removePath,
  renamePath,
  syncFolder,
  writeAtomic,
  writeNew,
  type AppendResult,
  type FileFacts,
} from './files.ts';
export {
  bootId,
  hostName,
  isAlive,
  ownerState,
  ownerText,
  processStart,
  thisProcess,
  userId,
  userName,
  type ProcessRef,
} from './machine.ts';
export { randomId } from './random.ts';
export { runCommand, startDetached, type CommandOptions, type CommandResult } from './run-command.ts';
export { withTimeLimit, type Limited } from './time-limit.ts';
