// Checks the Node, then loads the command. In the words of the oldest Node: an old one could not even read what follows.
'use strict';

var path = require('path');
var folder = path.join(__dirname, '..');
var needed = /\d+\.\d+/.exec(require('../package.json').engines.node)[0];
var isClone = require('fs').existsSync(path.join(folder, 'package-lock.json'));

function isOlder(version, than) {
  var a = version.split('.').map(Number);
  var b = than.split('.').map(Number);
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

if (isOlder(process.versions.node, needed)) {
  console.error(
    'error: sheaf needs Node ' + needed + ' or newer, and ' + process.execPath + ' is ' + process.versions.node
  );
  console.error(
    '  fix  ' +
      (isClone ? 'run "npm ci" in the folder of sheaf, which brings a Node' : 'install Node ' + needed + ' or newer') +
      ', or name one: export SHEAF_NODE=/path/to/node'
  );
  process.exit(1);
}

require('./load.cjs')(folder, isClone);
