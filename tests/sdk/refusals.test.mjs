// What a plugin must not do fails in its build, not in the host.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { strangersMachine } from './support.mjs';

const entry = 'const void* query(tn_str table) { (void)table; return 0; }\n' +
  'TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, 0, 0, query};\n';
const manifest = 'TN_MANIFEST("{\\"manifest\\":1,\\"id\\":\\"x\\",\\"version\\":\\"1.0.0\\"}");\n';
const plugins = {
  sound: `#include <tenon/tenon.h>\n${manifest}${entry}`,
  'host-header': `#include <tenon/tenon.h>\n#include "host/plugins/manifest.hpp"\n${manifest}${entry}`,
  'host-symbol': `#include <tenon/tenon.h>\nint tenon_host_version(void);\n${manifest}
TN_EXPORT int used(void) { return tenon_host_version(); }\n${entry}`,
  'second-export': `#include <tenon/tenon.h>\nTN_EXPORT int second_export = 1;\n${manifest}${entry}`,
  'no-manifest': `#include <tenon/tenon.h>\n${entry}`,
  'no-entry': `#include <tenon/tenon.h>\n${manifest}`,
  'no-json': `#include <tenon/tenon.h>\nTN_MANIFEST("{\\"manifest\\":1,\\"id\\":\\"x\\" \\"version\\":\\"1.0.0\\"}");\n${entry}`,
  'odd-key': `#include <tenon/tenon.h>\nTN_MANIFEST("{\\"manifest\\":1,\\"id\\":\\"x\\",\\"version\\":\\"1.0.0\\",\\"titel\\":\\"X\\"}");\n${entry}`,
  'no-schema': `#include <tenon/tenon.h>\nTN_MANIFEST("{\\"manifest\\":1,\\"id\\":\\"x\\",\\"version\\":\\"1.0.0\\",\\"config_schema\\":{\\"type\\":\\"sting\\"}}");\n${entry}`,
};

let machine;
let folder;
before(() => {
  machine = strangersMachine();
  folder = join(machine.work, 'plugins');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(plugins)) writeFileSync(join(folder, `${name}.c`), text);
  // A map of its own is the only way past the SDK's: the check after the link sees it.
  writeFileSync(join(folder, 'open.map'), '{ global: tenon_entry; second_export; local: *; };\n');
  writeFileSync(
    join(folder, 'CMakeLists.txt'),
    `cmake_minimum_required(VERSION 3.25)
project(refused LANGUAGES C)
find_package(tenon-sdk 0.1 REQUIRED)
foreach(name IN ITEMS sound host-header host-symbol no-manifest no-entry no-json odd-key no-schema)
  tenon_plugin(\${name} SOURCES \${name}.c)
endforeach()
set(TENON_PLUGIN_MAP \${CMAKE_CURRENT_SOURCE_DIR}/open.map)
tenon_plugin(second-export SOURCES second-export.c)
`,
  );
  machine.run('cmake', ['-S', '.', '-B', 'build', '-G', 'Ninja'], { cwd: folder });
});
after(() => machine?.leave());

const buildTarget = (name) => machine.try('cmake', ['--build', 'build', '--target', name], { cwd: folder });

test('the sound plugin, from which the others differ in one thing, builds', () => {
  const built = buildTarget('sound');
  assert.equal(built.status, 0, built.out + built.err);
});

test('a key of a manifest that the host does not know is a warning of the build', () => {
  const built = buildTarget('odd-key');
  assert.equal(built.status, 0, built.out + built.err);
  assert.match(built.out + built.err, /odd-key\.so: tenon: warning: manifest: titel: unknown key; did you mean "title"\?/);
});

const refusals = [
  ['host-header', 'compile', /host\/plugins\/manifest\.hpp: No such file/],
  ['host-symbol', 'link', /undefined (reference|symbol).*tenon_host_version/],
  ['second-export', 'check', /second-export\.so: exports more than tenon_entry:\s.*second_export/s],
  ['no-manifest', 'check', /no-manifest\.so: has no manifest/],
  ['no-entry', 'check', /no-entry\.so: does not export tenon_entry/],
  ['no-json', 'check', /no-json\.so: manifest: is not JSON: syntax error at byte 23, after \{"manifest":1,"id":"x"/],
  ['no-schema', 'check', /no-schema\.so: manifest: config_schema at #\/type: .*sting/],
];
for (const [name, step, reason] of refusals) {
  test(`${name} fails to ${step}, and leaves no library`, () => {
    const built = buildTarget(name);
    assert.notEqual(built.status, 0, built.out);
    assert.match(built.out + built.err, reason);
    assert.ok(!existsSync(join(folder, 'build', `${name}.so`)), 'a refused library would be found by the host');
  });
}
