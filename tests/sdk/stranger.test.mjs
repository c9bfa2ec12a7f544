// What a plugin author does on the first day, with the installed SDK and nothing else.
import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { libraries, source, strangersMachine } from './support.mjs';

let machine;
before(() => {
  machine = strangersMachine();
});
after(() => machine?.leave());

function buildPlugin(name, { kind = [], configure = [] } = {}) {
  machine.run('tenon', ['new', 'plugin', name, ...kind]);
  const cwd = join(machine.work, name);
  machine.run('cmake', ['-S', '.', '-B', 'build', '-G', 'Ninja', ...configure], { cwd });
  machine.run('cmake', ['--build', 'build'], { cwd });
  assert.ok(existsSync(join(cwd, `build/plugins/${name}.so`)));
  return cwd;
}

test('a C++ plugin is scaffolded, built, checked, run and called', async () => {
  const cwd = buildPlugin('my-plugin');
  assert.match(machine.run('tenon', ['check', '-c', 'deployment.yaml'], { cwd }), /1 plugin, no problems/);
  const call = ['call', 'my-plugin.greeter/1', 'greet', '{"name": "world"}', '-c', 'deployment.yaml'];
  assert.equal(machine.run('tenon', call, { cwd }), 'Shalom, world\n', 'without a running host');

  const host = await machine.startHost(['-c', 'deployment.yaml', '--listen', '127.0.0.1:0'], { cwd });
  assert.equal(machine.run('curl', ['-sf', `${host.url}/my-plugin/world`], { cwd }), 'Shalom, world\n');
  assert.equal(machine.run('tenon', call, { cwd }), 'Shalom, world\n', 'through the running host');
  assert.equal(machine.run('tenon', [...call, '--json'], { cwd }), '{"text":"Shalom, world"}\n');
  assert.equal(await host.stop(), 0, host.log());
});

test('a plugin in C is scaffolded, built, checked, run and called', async () => {
  const cwd = buildPlugin('my-c', { kind: ['--kind', 'c'] });
  machine.run('tenon', ['check', '-c', 'deployment.yaml'], { cwd });
  const host = await machine.startHost(['-c', 'deployment.yaml', '--listen', '127.0.0.1:0'], { cwd });
  assert.equal(machine.run('curl', ['-sf', `${host.url}/my-c`], { cwd }), 'hello from C\n');
  const echoed = machine.run('tenon', ['call', 'my-c.echo/1', 'echo', '{"a": [1, 2]}', '-c', 'deployment.yaml'], { cwd });
  assert.deepEqual(JSON.parse(echoed), { a: [1, 2] });
  assert.equal(await host.stop(), 0, host.log());
});

const clang = existsSync('/usr/bin/clang++-14');
test('clang builds it too', { skip: clang ? false : 'clang++-14 is not installed' }, () => {
  const cwd = buildPlugin('by-clang', { configure: ['-DCMAKE_CXX_COMPILER=clang++-14'] });
  machine.run('tenon', ['check', '-c', 'deployment.yaml'], { cwd });
});

test('a plugin installed into the prefix is found without plugin_dirs', () => {
  const cwd = buildPlugin('at-home', {
    kind: ['--kind', 'c'],
    configure: ['-DTENON_PLUGIN_INSTALL_DIRECTORY=lib/tenon/plugins'],
  });
  machine.run('cmake', ['--install', 'build', '--prefix', machine.prefix], { cwd });
  writeFileSync(join(machine.work, 'bare.yaml'), 'plugins:\n  at-home: {}\n');
  machine.run('tenon', ['check', '-c', 'bare.yaml']);
  assert.match(machine.run('tenon', ['plugins', '-c', 'bare.yaml']), /^at-home 1\.0\.0/m);
});

test('pages are linked beside the library when it is built, and copied when it is installed', () => {
  machine.run('tenon', ['new', 'plugin', 'with-pages', '--kind', 'c']);
  const cwd = join(machine.work, 'with-pages');
  mkdirSync(join(cwd, 'web/dist'), { recursive: true });
  writeFileSync(join(cwd, 'web/dist/page.js'), 'export {};\n');
  const lists = readFileSync(join(cwd, 'CMakeLists.txt'), 'utf8');
  writeFileSync(join(cwd, 'CMakeLists.txt'), lists.replace('with-pages.c)', 'with-pages.c WEB web/dist)'));
  machine.run('cmake', ['-S', '.', '-B', 'build', '-G', 'Ninja', '-DTENON_PLUGIN_INSTALL_DIRECTORY=lib/tenon/plugins'], { cwd });
  machine.run('cmake', ['--build', 'build'], { cwd });
  assert.ok(existsSync(join(cwd, 'build/plugins/with-pages.web/page.js')));
  machine.run('cmake', ['--install', 'build', '--prefix', machine.prefix], { cwd });
  const installed = join(machine.prefix, 'lib/tenon/plugins/with-pages.web');
  assert.ok(!lstatSync(installed).isSymbolicLink());
  assert.ok(lstatSync(join(installed, 'page.js')).isFile());
});

test('another major version of the SDK is refused, with the version that is there', () => {
  writeFileSync(
    join(machine.work, 'CMakeLists.txt'),
    'cmake_minimum_required(VERSION 3.25)\nproject(future LANGUAGES C)\nfind_package(tenon-sdk 99 REQUIRED)\n',
  );
  const configured = machine.try('cmake', ['-S', '.', '-B', 'future']);
  assert.notEqual(configured.status, 0);
  assert.match(configured.err, /tenon-sdk-config\.cmake, version: 0\.\d+\.\d+/);
});

test('the prefix names neither the tree it was built in nor where it was installed first', () => {
  const found = machine.try('grep', ['-rlF', '-e', source, '-e', machine.prefix.replace(/prefix$/, 'installed'),
    join(machine.prefix, libraries, 'cmake'), join(machine.prefix, 'include'), join(machine.prefix, 'share')]);
  assert.equal(found.out, '');
  assert.equal(found.status, 1, found.err);
});
