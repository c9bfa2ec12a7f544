// Dependencies point one way: plugins -> plugin-api <- host. The plugin's include path makes a violation fail to
// compile; this finds the ways around it (relative paths, linked libraries) and the host's side.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { source } from './support.mjs';

const parts = ['plugin-api', 'host', 'plugins'];
const mayUse = { 'plugin-api': [], host: ['plugin-api'], plugins: ['plugin-api'] };

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      if (!['node_modules', 'dist', 'tests'].includes(entry.name)) yield* files(join(folder, entry.name));
    } else if (entry.isFile()) {
      yield join(folder, entry.name);
    }
  }
}

/** The part of the tree that an included path lies in; undefined for headers of others. */
function partOf(root, file, included) {
  const resolved = relative(root, included.startsWith('.') ? join(dirname(file), included) : join(root, included));
  return parts.find((part) => resolved.startsWith(`${part}/`));
}

/** Every use of a part by another that may not use it, as "file:line: what". */
function violations(root) {
  const found = [];
  const hostLibraries = readdirSync(join(root, 'host'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `tenon_${entry.name}`);
  for (const part of parts) {
    for (const file of files(join(root, part))) {
      const isCode = /\.(h|hpp|c|cc|cpp)$/.test(file);
      if (!isCode && !/CMakeLists\.txt$/.test(file)) continue;
      const lines = readFileSync(file, 'utf8').split('\n');
      lines.forEach((line, index) => {
        const at = `${relative(root, file)}:${index + 1}`;
        const included = isCode && /^\s*#\s*include\s*["<]([^">]+)[">]/.exec(line)?.[1];
        const used = included && partOf(root, file, included);
        if (used && used !== part && !mayUse[part].includes(used)) found.push(`${at}: includes ${included}`);
        if (isCode || part === 'host') return;
        const words = line.replace(/#.*/, '').match(/\w+/g) ?? [];
        for (const word of words) if (hostLibraries.includes(word)) found.push(`${at}: links ${word}`);
      });
    }
  }
  return found;
}

test('plugins use no host code, the host uses no plugin, plugin-api uses neither', () => {
  assert.deepEqual(violations(source), []);
});

test('each kind of violation is found', () => {
  const root = mkdtempSync(join(tmpdir(), 'tenon-dependencies.'));
  try {
    cpSync(join(source, 'host/base'), join(root, 'host/base'), { recursive: true });
    const doctored = {
      'plugins/family/one/one.cpp': '#include <tenon/plugin.hpp>\n#include "host/base/version.hpp"\n',
      'plugins/family/two/two.hpp': '#  include "../../../host/base/version.hpp"\n',
      'plugins/family/two/CMakeLists.txt': 'tenon_plugin(two SOURCES two.cpp LINK tenon_base)\n',
      'host/base/wrong.cpp': '#include "tenon/abi.h"\n#include <plugins/family/two/two.hpp>\n',
      'plugin-api/include/tenon/wrong.hpp': '#include "host/base/version.hpp"\n',
      'plugins/family/fine/fine.cpp': '// #include "host/base/version.hpp"\n#include "tenon/abi.h"\n',
    };
    for (const [path, text] of Object.entries(doctored)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    assert.deepEqual(violations(root).sort(), [
      'host/base/wrong.cpp:2: includes plugins/family/two/two.hpp',
      'plugin-api/include/tenon/wrong.hpp:1: includes host/base/version.hpp',
      'plugins/family/one/one.cpp:2: includes host/base/version.hpp',
      'plugins/family/two/CMakeLists.txt:1: links tenon_base',
      'plugins/family/two/two.hpp:1: includes ../../../host/base/version.hpp',
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
