// Checks the Node, then loads the command. In the words of the oldest Node: an old one could not even read newer ones.
'use strict';

var fs = require('fs');
var path = require('path');
var folder = path.join(__dirname, '..');
var needed = /\d+\.\d+/.exec(require('../package.json').engines.node)[0];

function isClone() {
  return fs.existsSync(path.join(folder, 'package-lock.json'));
}

function isOlder(version, than) {
  var a = version.split('.').map(Number);
  var b = than.split('.').map(Number);
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

function fail(message, fix) {
  console.error('error: ' + message + '\n  fix  ' + fix);
  process.exit(1);
}

/** The command answers for its errors itself: what arrives here kept its files from being loaded. */
function tellDamaged(error) {
  var quoted = "'" + folder.split("'").join("'\\''") + "'";
  var cause = (error && error.cause) || error;
  var requiredBy = cause && cause.requireStack && cause.requireStack[0];
  if (requiredBy && !fs.existsSync(requiredBy)) {
    fail('sheaf was installed again while this command ran', 'run the command again: what it did so far is recorded');
  }
  fail(
    'sheaf cannot be loaded from ' + folder + ': ' + firstLine(error),
    cause && cause.code === 'EACCES'
      ? 'its owner runs: chmod -R a+rX ' + quoted
      : isClone()
        ? 'cd ' + quoted + ' && npm ci && npm run build'
        : 'install sheaf again'
  );
}

/** Node would print the line of the source that an error is in, and the lines of the built files are long. */
function tellBug(error) {
  var frames = String(error && error.stack)
    .split('\n')
    .filter(function (line) {
      return line.indexOf('    at ') === 0;
    });
  console.error(['error: ' + firstLine(error), '  This is a bug in sheaf.'].concat(frames).join('\n'));
  process.exit(1);
}

function firstLine(error) {
  return String(error && error.message !== undefined ? error.message : error).split('\n', 1)[0];
}

if (isOlder(process.versions.node, needed)) {
  fail(
    'sheaf needs Node ' + needed + ' or newer, and ' + process.execPath + ' is ' + process.versions.node,
    (isClone() ? 'run "npm ci" in the folder of sheaf, which brings a Node' : 'install Node ' + needed + ' or newer') +
      ', or name one: export SHEAF_NODE=/path/to/node'
  );
}

process.on('uncaughtException', tellBug);
try {
  Promise.resolve(require('../dist/cli.cjs').done).catch(tellDamaged);
} catch (error) {
  tellDamaged(error);
}
