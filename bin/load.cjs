/**
 * Loads the command, and says of an error what it is. Node would print the line of the source that it is in, and lines
 * of dist/sheaf.js are up to a megabyte long.
 */
'use strict';

module.exports = (folder, isClone) => {
  process.on('uncaughtException', tellBug);
  // The command answers for its errors itself: what arrives here kept it from starting.
  import('../dist/cli.js').catch((error) => tellDamaged(error, folder, isClone));
};

function tellDamaged(error, folder, isClone) {
  const quoted = `'${folder.replaceAll("'", String.raw`'\''`)}'`;
  const again = isClone ? `cd ${quoted} && npm ci && npm run build` : 'install sheaf again';
  const fix = error.code === 'EACCES' ? `its owner runs: chmod -R a+rX ${quoted}` : again;
  tell(`error: sheaf cannot be loaded from ${folder}: ${firstLine(error)}\n  fix  ${fix}`);
}

function tellBug(error) {
  const frames = String(error?.stack)
    .split('\n')
    .filter((line) => line.startsWith('    at '));
  tell(['error: ' + firstLine(error), '  This is a bug in sheaf.', ...frames].join('\n'));
}

function firstLine(error) {
  return String(error?.message ?? error).split('\n', 1)[0];
}

function tell(text) {
  console.error(text);
  process.exit(1);
}
