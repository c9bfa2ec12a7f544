// Each kind of template, as an author meets it: scaffolded, built outside the tree against the installed and moved SDK,
// its own tests passed, verified, and at work in both runtimes. And the names that scaffolds may have.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { libraries, noCargo, source, strangersMachine, withCargo } from './support.mjs';
import { work } from './template_work.mjs';

const kinds = Object.keys(work);
const skipped = (kind) => (kind === 'rust' ? noCargo : false);

/** Odd names that are allowed, as kind and name: taken by the template itself, digits and dashes, as long as can be. */
const odd = [
  ['route', 'person'],
  ['module', 'module-of-4-and-2-a-long-name-1234567890'],
  ['c', 'c-89-2'],
  ['rust', 'r2-d2-3'],
];

let machine;
before(() => {
  machine = strangersMachine();
  cpSync(join(source, 'tests/sdk/companion'), join(machine.work, 'companion'), { recursive: true });
  for (const kind of kinds) machine.run('tenon', ['new', 'plugin', `my-${kind}`, '--kind', kind]);
  for (const [kind, name] of odd) machine.run('tenon', ['new', 'plugin', name, '--kind', kind]);
  // Two at a time; of the odd ones the libraries alone.
  const folders = ['companion', ...kinds.filter((kind) => kind !== 'rust').map((kind) => `my-${kind}`)];
  for (const [kind, name] of odd) if (kind !== 'rust') folders.push(`${name} -DBUILD_TESTING=OFF`);
  const buildOne = 'cmake -S $0 -B $0/build -G Ninja $* >$0/log 2>&1 && cmake --build $0/build -j1 >>$0/log 2>&1 || { cat $0/log; exit 255; }';
  machine.run('xargs', ['-P', '2', '-L', '1', 'sh', '-c', buildOne], { input: folders.join('\n'), timeout: 1_000_000 });
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

  test(`${kind}: passes tenon verify without a warning`, { skip }, () => {
    const cwd = join(machine.work, `my-${kind}`);
    const config = /^    config:\n((?: {6}.*\n)+)/m.exec(readFileSync(join(cwd, 'deployment.yaml'), 'utf8'));
    writeFileSync(join(cwd, 'config.yaml'), config ? config[1].replace(/^ {6}/gm, '') : '{}\n');
    const text = machine.run('tenon', ['verify', '--verbose', '--config', 'config.yaml', '--junit', 'verify.xml', `build/plugins/my-${kind}.so`], { cwd });
    assert.match(text, /^passed: \d+ ok, 0 failed, 0 warnings, /m);
    assert.doesNotMatch(text, /^ {2}(failed|warn)/m);
    const left = [...text.matchAll(/^ {2}skipped +(\S+)/gm)].map(([, id]) => id);
    assert.deepEqual(left.filter((id) => !/^(message|column|route)\./.test(id)), []);
    machine.run('xmllint', ['--noout', 'verify.xml'], { cwd });
    const junit = readFileSync(join(cwd, 'verify.xml'), 'utf8');
    const checks = Number(/<testsuites [^>]*tests="(\d+)" failures="0"/.exec(junit)[1]);
    assert.equal(junit.match(/<testcase /g).length, checks);
    assert.equal(text.match(/^ {2}(ok|skipped) /gm).length, checks, 'as many as the text shows');
    rmSync(join(cwd, 'config.yaml'));
  });

  for (const runtime of ['in_process', 'isolated']) {
    test(`${kind}: does its work ${runtime}`, { skip }, async () => {
      const cwd = join(machine.work, `my-${kind}`);
      const file = `${runtime}.yaml`;
      const { beside, does } = work[kind];
      const deployment = readFileSync(join(cwd, 'deployment.yaml'), 'utf8')
        .replace('data: ./data', `data: ./data-${runtime}\n  runtime: ${runtime}`)
        .replace('[build/plugins]', beside ? '[build/plugins, ../companion/build/plugins]' : '[build/plugins]');
      writeFileSync(join(cwd, file), beside ? `${deployment}  ${beside}\n` : deployment);
      machine.run('tenon', ['check', '-c', file], { cwd });
      const host = await machine.startHost(['-c', file, '--listen', '127.0.0.1:0'], { cwd });
      const curl = (path, ...options) => machine.run('curl', ['-sf', host.url + path, ...options]);
      const shown = JSON.parse(curl(`/api/host/plugins/my-${kind}`));
      assert.equal(shown.state, 'ready', host.log());
      assert.equal(shown.runtime, runtime);
      const ask = (plugin, method, input) =>
        JSON.parse(machine.run('tenon', ['call', plugin, method, JSON.stringify(input), '--json', '-c', file], { cwd }));
      does({ ask, curl });
      assert.equal(await host.stop(), 0, host.log());
    });
  }
}

for (const [kind, name] of odd) {
  test(`a ${kind} called ${name} builds and runs`, { skip: skipped(kind) }, async () => {
    const cwd = join(machine.work, name);
    if (kind === 'rust') machine.run('make', [], { cwd, extra: withCargo(machine) });
    const host = await machine.startHost(['-c', 'deployment.yaml', '--listen', '127.0.0.1:0'], { cwd });
    const shown = JSON.parse(machine.run('curl', ['-sf', `${host.url}/api/host/plugins/${name}`]));
    assert.equal(shown.state, 'ready', host.log());
    assert.equal(await host.stop(), 0, host.log());
  });
}

const form = /it must match \[a-z\]\[a-z0-9-\]\{0,62\}/;
const build = /the build has a target of its own under that name/;
const tables = /its tables have no place: '.*' is no namespace: 1 to 40 of /;
const refused = [
  ['', form],
  ['My-Plugin', form],
  ['9lives', form],
  ['-x', /-x|expected/],
  ['a_b', form],
  ['a b', form],
  ['../up', form],
  ['caf\u00e9', form],
  ['x'.repeat(64), form],
  ['test', build],
  ['all', build],
  ['install', build],
  ['main', tables],
  ['pg-x', tables],
  ['a--b', tables],
  ['a-', tables],
  ['x'.repeat(41), tables],
];
for (const [name, reason] of refused) {
  test(`"${name}" is refused as a name, with the reason`, () => {
    const before = readdirSync(machine.work);
    const ran = machine.try('tenon', ['new', 'plugin', name]);
    assert.equal(ran.status, 2, ran.out);
    assert.match(ran.err, reason);
    assert.deepEqual(readdirSync(machine.work), before);
  });
}

test('a library in Rust exports its entry and nothing else', { skip: noCargo }, () => {
  const symbols = machine.run('nm', ['-D', '--defined-only', 'my-rust/build/plugins/my-rust.so']).trim().split('\n');
  assert.deepEqual(symbols.map((line) => line.split(' ').at(-1)), ['tenon_entry']);
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
