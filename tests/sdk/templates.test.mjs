// Each kind of template, as an author meets it: scaffolded, built outside the tree against the installed and moved SDK,
// its own tests passed, loaded and answering in both runtimes.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { libraries, noCargo, source, strangersMachine, withCargo } from './support.mjs';

const call = (plugin, method, input) => ({ command: ['call', plugin, method, input] });
const describe = (plugin) => call(plugin, 'describe', '{}');
/** What each kind answers: a page, or a call, and what is in the answer. */
const answers = {
  route: { page: '/my-route/world', holds: 'Shalom, world' },
  c: { page: '/my-c', holds: 'hello from C' },
  rust: { page: '/my-rust/world', holds: 'Shalom, world' },
  scraper: { ...call('tenon.catalog.scraper/1', 'discover_models', '{}'), holds: 'zz-9' },
  scorer: {}, // it answers in columns, which no client sees: that it is ready is all
  suite: { ...describe('tenon.quality.suite/1'), holds: 'Expected answers' },
  capability: { ...describe('tenon.bridge.capability/1'), holds: 'my-capability.count_words' },
  job: { ...describe('tenon.coach.job/1'), holds: 'Europe/London' },
  module: { page: '/v1/admin/my-module/notices', holds: '"items":[]' },
};
const kinds = Object.keys(answers);

const skipped = (kind) => (kind === 'rust' ? noCargo : false);

let machine;
before(() => {
  machine = strangersMachine();
  for (const kind of kinds) machine.run('tenon', ['new', 'plugin', `my-${kind}`, '--kind', kind]);
  // Two at a time.
  const folders = kinds.filter((kind) => kind !== 'rust').map((kind) => `my-${kind}`);
  machine.run(
    'bash',
    ['-c', `printf '%s\\n' ${folders.join(' ')} | xargs -P 2 -I{} sh -c
      'cmake -S {} -B {}/build -G Ninja >{}/log 2>&1 && cmake --build {}/build -j1 >>{}/log 2>&1 || { cat {}/log; exit 255; }'`.replace('\n', '')],
    { timeout: 580_000 },
  );
});
after(() => machine?.leave());

test('there is a template for every kind, and no other', () => {
  assert.deepEqual(readdirSync(join(machine.prefix, 'share/tenon/templates')).sort(), [...kinds].sort());
  const refused = machine.try('tenon', ['new', 'plugin', 'x', '--kind', 'no-such']);
  assert.equal(refused.status, 2);
  assert.match(refused.err, new RegExp(`there is no kind "no-such"; there is ${[...kinds].sort().join(', ')}`));
});

test('no place is left to fill in', () => {
  const found = machine.try('grep', ['-rnE', '@[A-Z]+@', ...kinds.map((kind) => `my-${kind}`), '--include=*.*', '--exclude-dir=build']);
  assert.equal(found.out, '');
});

for (const kind of kinds) {
  const skip = skipped(kind);
  test(`${kind}: its own tests pass`, { skip }, () => {
    const cwd = join(machine.work, `my-${kind}`);
    if (kind === 'rust') {
      const extra = withCargo(machine);
      machine.run('make', [], { cwd, extra });
      const ran = machine.run('cargo', ['test', '--offline'], { cwd, extra });
      assert.match(ran, /test result: ok\. [1-9]\d* passed/);
    } else {
      machine.run('ctest', ['--test-dir', 'build', '--output-on-failure', '--no-tests=error'], { cwd });
    }
  });

  for (const runtime of ['in_process', 'isolated']) {
    test(`${kind}: answers ${runtime}`, { skip }, async () => {
      const cwd = join(machine.work, `my-${kind}`);
      const file = `${runtime}.yaml`;
      const deployment = readFileSync(join(cwd, 'deployment.yaml'), 'utf8');
      writeFileSync(join(cwd, file), deployment.replace('data: ./data', `data: ./data-${runtime}\n  runtime: ${runtime}`));
      machine.run('tenon', ['check', '-c', file], { cwd });
      const host = await machine.startHost(['-c', file, '--listen', '127.0.0.1:0'], { cwd });
      const shown = JSON.parse(machine.run('curl', ['-sf', `${host.url}/api/host/plugins/my-${kind}`]));
      assert.equal(shown.state, 'ready', host.log());
      assert.equal(shown.runtime, runtime);
      const { page, command, holds } = answers[kind];
      if (page) assert.ok(machine.run('curl', ['-sf', host.url + page]).includes(holds));
      if (command) assert.ok(machine.run('tenon', [...command, '--json', '-c', file], { cwd }).includes(holds));
      assert.equal(await host.stop(), 0, host.log());
    });
  }
}

test('a library in Rust exports its entry and nothing else', { skip: noCargo }, () => {
  const symbols = machine.run('nm', ['-D', '--defined-only', 'my-rust/build/plugins/my-rust.so']).trim().split('\n');
  assert.deepEqual(symbols.map((line) => line.split(' ').at(-1)), ['tenon_entry']);
});

test('the Rust crate lays its structs out as the C headers do, and its own tests pass', { skip: noCargo }, () => {
  const extra = { ...withCargo(machine), CARGO_TARGET_DIR: join(machine.work, 'target') };
  const cwd = join(machine.prefix, 'share/tenon/rust/tenon');
  machine.run('cargo', ['test', '--offline'], { cwd, extra });
  const rust = machine.run('cargo', ['run', '--offline', '-q', '--example', 'layout'], { cwd, extra });
  const lines = rust.trim().split('\n').map((line) => line.split(' '));
  assert.ok(lines.length >= 19);
  const prints = lines.map(([type, , ...members]) => {
    const names = members.map((member) => member.split('=')[0]);
    const format = names.map((name) => ` ${name}=%zu`).join('');
    const places = names.map((name) => `, offsetof(${type}, ${name})`).join('');
    return `  printf("${type} %zu${format}\\n", sizeof(${type})${places});`;
  });
  writeFileSync(join(machine.work, 'layout.c'), `#include <stdio.h>\n#include <tenon/tenon.h>\nint main(void) {\n${prints.join('\n')}\n}\n`);
  machine.run('cc', ['layout.c', '-o', 'layout', `-I${machine.prefix}/include`]);
  assert.equal(rust, machine.run('./layout'));
});

test('a test may use GoogleTest instead', { skip: existsSync('/usr/include/gtest/gtest.h') ? false : 'GoogleTest is not installed' }, () => {
  const cwd = join(machine.work, 'my-c');
  const lists = readFileSync(join(cwd, 'CMakeLists.txt'), 'utf8');
  writeFileSync(join(cwd, 'CMakeLists.txt'), `${lists}find_package(GTest REQUIRED)
tenon_plugin_test(with-gtest PLUGIN my-c SOURCES gtest.cpp LINK GTest::gtest_main)\n`);
  writeFileSync(join(cwd, 'gtest.cpp'), `#include <gtest/gtest.h>
#include <tenon/testing/plugin.hpp>
TEST(MyC, SaysHello) {
  tenon::testing::Host host;
  tenon::testing::Plugin plugin(host, TENON_TESTED_PLUGIN);
  ASSERT_TRUE(plugin.start().ok());
  EXPECT_EQ(plugin.get("/my-c").body, "hello from C\\n");
}\n`);
  machine.run('cmake', ['--build', 'build'], { cwd });
  machine.run('ctest', ['--test-dir', 'build', '-R', 'with-gtest', '--no-tests=error'], { cwd });
});

test('without CMake, pkg-config says all that a compiler needs', () => {
  const extra = { PKG_CONFIG_PATH: join(machine.prefix, libraries, 'pkgconfig') };
  const plugin = `TN_MANIFEST("{\\"manifest\\":1,\\"id\\":\\"plain\\",\\"version\\":\\"1.0.0\\"}");`;
  writeFileSync(join(machine.work, 'plain.c'), `#include <tenon/tenon.h>\n${plugin}
static const void* query(tn_str table) { (void)table; return 0; }
TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, 0, 0, query};\n`);
  machine.run('sh', ['-c', 'cc plain.c -o plain.so $(pkg-config --cflags --libs tenon-sdk)'], { extra });
  machine.run('sh', ['-c', 'c++ -std=c++20 -O0 my-route/my-route.cpp -o plain-cpp.so $(pkg-config --cflags --libs tenon-sdk)'], { extra });
  for (const library of ['plain.so', 'plain-cpp.so']) {
    const symbols = machine.run('nm', ['-D', '--defined-only', library]).trim().split('\n');
    assert.deepEqual(symbols.map((line) => line.split(' ').at(-1)), ['tenon_entry'], library);
  }
  const version = /project\(tenon VERSION (\S+)/.exec(readFileSync(join(source, 'CMakeLists.txt'), 'utf8'))[1];
  assert.equal(machine.run('pkg-config', ['--modversion', 'tenon-sdk'], { extra }).trim(), version);
});
