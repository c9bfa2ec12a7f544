// The Debian packages: what they say, and that what is in them works where it is unpacked.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { source } from './support.mjs';

const build = process.env.TENON_BUILD ?? join(source, 'build/release');
const cpack = (process.env.TENON_CMAKE ?? 'cmake').replace(/cmake$/, 'cpack');
const version = /project\(tenon VERSION (\S+)/.exec(readFileSync(join(source, 'CMakeLists.txt'), 'utf8'))[1];

let folder;
let root;
const run = (command, args, options = {}) => {
  const ran = spawnSync(command, args, { encoding: 'utf8', timeout: 280_000, ...options });
  assert.equal(ran.status, 0, `${command} ${args.join(' ')}\n${ran.stdout}${ran.stderr}${ran.error ?? ''}`);
  return ran.stdout;
};
const packageFile = (name) => join(folder, 'packages', readdirSync(join(folder, 'packages')).find((file) => file.startsWith(`${name}_${version}_`) && file.endsWith('.deb')));
const field = (name, of) => run('dpkg-deb', ['-f', packageFile(of), name]).trim();

before(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-deb.')));
  root = join(folder, 'root');
  mkdirSync(root);
  run(cpack, ['--config', join(build, 'CPackConfig.cmake'), '-B', join(folder, 'packages')], { cwd: folder });
  for (const name of ['tenon', 'tenon-sdk']) run('dpkg', ['-x', packageFile(name), root]);
});
after(() => folder && rmSync(folder, { recursive: true, force: true }));

test('tenon depends on the libraries that it loads', () => {
  const depends = field('Depends', 'tenon');
  for (const library of ['libc6', 'libstdc++6', 'libsqlite3-0', 'libpqxx-6.4', 'libyaml-cpp0.7', 'libseccomp2'])
    assert.match(depends, new RegExp(`(^|, )${library.replace(/[+.]/g, '\\$&')}( |,|$)`));
});

test('tenon-sdk depends on that very host and on what its headers include', () => {
  const depends = field('Depends', 'tenon-sdk');
  assert.match(depends, new RegExp(`tenon \\(= ${version.replaceAll('.', '\\.')}\\)`));
  assert.match(depends, /libboost1\.81-dev/);
});

test('no file is in both packages, and all lie below /usr', () => {
  const listed = (name) => run('dpkg-deb', ['-c', packageFile(name)]).split('\n').map((line) => line.split(/\s+/)[5]).filter((path) => path && !path.endsWith('/'));
  const host = new Set(listed('tenon'));
  const sdk = listed('tenon-sdk');
  assert.deepEqual(sdk.filter((path) => host.has(path)), []);
  for (const path of [...host, ...sdk]) assert.ok(path.startsWith('./usr/'), path);
  assert.ok(host.has('./usr/bin/tenon'));
});

test('a plugin is made, built, tested and called with what was unpacked', () => {
  const prefix = join(root, 'usr');
  const env = { PATH: `${prefix}/bin:/usr/local/bin:/usr/bin:/bin`, CMAKE_PREFIX_PATH: prefix, HOME: folder, LC_ALL: 'C.UTF-8' };
  run('tenon', ['new', 'plugin', 'packed', '--kind', 'c'], { cwd: folder, env });
  const cwd = join(folder, 'packed');
  run('cmake', ['-S', '.', '-B', 'build', '-G', 'Ninja'], { cwd, env });
  run('cmake', ['--build', 'build'], { cwd, env });
  run('ctest', ['--test-dir', 'build', '--no-tests=error'], { cwd, env });
  assert.equal(run('tenon', ['call', 'packed.echo/1', 'echo', '[1]', '--json', '-c', 'deployment.yaml'], { cwd, env }), '[1]\n');
  assert.ok(existsSync(join(prefix, 'share/tenon/docs/first-plugin.md')));
});
