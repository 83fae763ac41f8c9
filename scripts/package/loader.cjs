// Loads the command from `app.pack`: all its files in one, so that an installation is few files, each of which is
// compiled when it is needed, and kept by Node's compile cache as if it were a file.
'use strict';

const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { getRawAsset, isSea } = require('node:sea');

const LENGTH_BYTES = 4;

/** Where the files seem to be. Nothing can be written there, so that Node keeps what it compiled in the home of the user. */
const folder = path.join(isSea() ? process.execPath : __dirname, 'app.pack');
const archive = isSea() ? Buffer.from(getRawAsset('app.pack')) : readFileSync(folder);
const start = LENGTH_BYTES + archive.readUInt32LE(0);
const places = JSON.parse(archive.toString('utf8', LENGTH_BYTES, start));
const loaded = new Map();

function load(name) {
  const before = loaded.get(name);
  if (before !== undefined) return before.exports;
  const [from, to] = places[name];
  const source = archive.toString('utf8', start + from, start + to);
  const file = path.join(folder, name);
  const module = new Module(file);
  loaded.set(name, module);
  if (name.endsWith('.json')) return (module.exports = JSON.parse(source));
  module.filename = file;
  module.paths = Module._nodeModulePaths(__dirname);
  module.require = (id) => (isInside(id) ? load(path.basename(id)) : Module.prototype.require.call(module, id));
  module._compile(source, file);
  return module.exports;
}

function isInside(id) {
  return id.startsWith('.') && Object.hasOwn(places, path.basename(id));
}

module.exports = load(isSea() ? 'main.cjs' : 'cli.cjs');
