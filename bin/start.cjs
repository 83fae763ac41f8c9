// Runs before dist/cli.js. In the words of the oldest Node: an old one could not even read that file, so it is told here.
'use strict';

var found = process.versions.node.split('.').map(Number);

if (found[0] < 22 || (found[0] === 22 && found[1] < 13)) {
  console.error('error: sheaf needs Node 22.13 or newer, and ' + process.execPath + ' is ' + process.versions.node);
  console.error(
    '  fix  run "npm ci" in the folder of sheaf, which brings a Node, or name one: export SHEAF_NODE=/path/to/node'
  );
  process.exit(1);
}

// Before 24.15, Node calls its SQLite experimental at each start. That is our risk, and no news to a user.
var emitWarning = process.emitWarning;
process.emitWarning = function (warning, type) {
  if (type !== 'ExperimentalWarning') emitWarning.apply(process, arguments);
};
