// The Debian packages: what they say, and that what is in them works where it is unpacked.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { libraries, source, startHost } from './support.mjs';

const build = process.env.TENON_BUILD ?? join(source, 'build/release');
const cpack = (process.env.TENON_CMAKE ?? 'cmake').replace(/cmake$/, 'cpack');
const version = /project\(tenon VERSION (\S+)/.exec(readFileSync(join(source, 'CMakeLists.txt'), 'utf8'))[1];
const packages = ['tenon', 'tenon-catalog', 'tenon-sdk'];

let folder;
let root; // with tenon and tenon-sdk
let full; // with all
let home; // of the user who runs them
const run = (command, args, options = {}) => {
  const ran = spawnSync(command, args, { encoding: 'utf8', timeout: 280_000, maxBuffer: 1 << 26, ...options });
  assert.equal(ran.status, 0, `${command} ${args.join(' ')}\n${ran.stdout}${ran.stderr}${ran.error ?? ''}`);
  return ran.stdout;
};
const packageFile = (name, kind = 'deb') => {
  const files = readdirSync(join(folder, 'packages')).filter((file) => file.endsWith(`.${kind}`));
  return join(folder, 'packages', files.find((file) => file.startsWith(`${name}_${version}_`)));
};
const field = (name, of) => run('dpkg-deb', ['-f', packageFile(of), name]).trim();
const entries = (name) => run('dpkg-deb', ['-c', packageFile(name)]).trim().split('\n').map((line) => line.split(/\s+/)[5].slice(1));
const files = (name) => entries(name).filter((path) => !path.endsWith('/'));

// As root they would use /var/lib/tenon of the machine that runs this test.
const someone = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
const asUser = (env = {}) => ({ cwd: home, env: { PATH: '/usr/bin:/bin', HOME: home, LC_ALL: 'C.UTF-8', ...env }, ...someone });

before(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-deb.')));
  chmodSync(folder, 0o755);
  home = join(folder, 'home');
  mkdirSync(home);
  if (someone.uid) chownSync(home, someone.uid, someone.gid);
  run(cpack, ['--config', join(build, 'CPackConfig.cmake'), '-B', join(folder, 'packages')], { cwd: folder });
  root = join(folder, 'root');
  full = join(folder, 'full');
  for (const into of [root, full]) mkdirSync(into);
  for (const name of packages) {
    if (name !== 'tenon-catalog') run('dpkg', ['-x', packageFile(name), root]);
    run('dpkg', ['-x', packageFile(name), full]);
  }
});
after(() => folder && rmSync(folder, { recursive: true, force: true }));

test('tenon depends on the libraries that it loads', () => {
  const depends = field('Depends', 'tenon');
  for (const library of ['libc6', 'libstdc++6', 'libsqlite3-0', 'libpqxx-6.4', 'libyaml-cpp0.7', 'libseccomp2'])
    assert.match(depends, new RegExp(`(^|, )${library.replace(/[+.]/g, '\\$&')}( |,|$)`));
});

test('the others depend on that very host, and on what their own files need', () => {
  for (const name of ['tenon-sdk', 'tenon-catalog'])
    assert.match(field('Depends', name), new RegExp(`tenon \\(= ${version.replaceAll('.', '\\.')}\\)`));
  assert.match(field('Depends', 'tenon-sdk'), /libboost1\.81-dev/);
  assert.match(field('Depends', 'tenon-catalog'), /libxml2/);
  assert.match(field('Recommends', 'tenon-sdk'), /\bcurl\b/);
  assert.match(field('Suggests', 'tenon-sdk'), /\bcargo\b.*\blibgtest-dev\b/);
  assert.match(field('Suggests', 'tenon'), /\bnginx\b/);
});

test('each says what it is', () => {
  const sections = { tenon: 'net', 'tenon-catalog': 'net', 'tenon-sdk': 'devel' };
  for (const name of packages) {
    assert.equal(field('Section', name), sections[name]);
    assert.ok(field('Description', name).split('\n').length > 3, name);
  }
});

test('no file is in two packages, and each lies where Debian has its kind', () => {
  const owners = new Map();
  for (const name of packages)
    for (const path of files(name)) {
      assert.equal(owners.get(path), undefined, `${path} is in ${name}, too`);
      owners.set(path, name);
    }
  const strange = [...owners.keys()].filter((path) => !path.startsWith('/usr/'));
  assert.deepEqual(strange, ['/etc/tenon/tenon.yaml']);
  assert.deepEqual([...owners.keys()].filter((path) => path.startsWith('/usr/bin/')), ['/usr/bin/tenon']);
  const placed = {
    '/usr/libexec/tenon/tenon-worker': 'tenon',
    '/usr/lib/systemd/system/tenon.service': 'tenon',
    '/usr/share/man/man1/tenon.1.gz': 'tenon',
    '/usr/share/bash-completion/completions/tenon': 'tenon',
    '/usr/share/doc/tenon/README.md': 'tenon',
    '/usr/share/tenon/console/index.html': 'tenon',
    '/usr/lib/tenon/plugins/catalog.web/catalog.js': 'tenon-catalog',
    '/usr/share/doc/tenon/first-plugin.md': 'tenon',
    '/usr/share/doc/tenon/examples/nginx.conf': 'tenon',
    [`/usr/${libraries}/libtenon_plugin_json.a`]: 'tenon-sdk',
    [`/usr/${libraries}/pkgconfig/tenon-sdk.pc`]: 'tenon-sdk',
    [`/usr/${libraries}/cmake/tenon-sdk/TenonPlugin.cmake`]: 'tenon-sdk',
    '/usr/lib/tenon/plugins/catalog.so': 'tenon-catalog',
    '/usr/share/tenon/config/catalog.yaml': 'tenon-catalog',
  };
  for (const name of packages) for (const file of ['copyright', 'changelog.gz']) placed[`/usr/share/doc/${name}/${file}`] = name;
  for (const [path, owner] of Object.entries(placed)) assert.equal(owners.get(path), owner, path);
  for (const path of owners.keys())
    if (/catalog|demo|scraper|product/.test(path) && owners.get(path) === 'tenon') assert.fail(`${path} is the catalog's`);
});

test('the changelog is that of this version, the licence is there, and the deployment is the operator\'s to change', () => {
  assert.match(run('zcat', [join(root, 'usr/share/doc/tenon/changelog.gz')]), new RegExp(`^tenon \\(${version.replaceAll('.', '\\.')}\\)`));
  assert.match(readFileSync(join(root, 'usr/share/doc/tenon-sdk/copyright'), 'utf8'), /Apache License/);
  assert.equal(run('dpkg-deb', ['-I', packageFile('tenon'), 'conffiles']), '/etc/tenon/tenon.yaml\n');
});

test('every document is listed by the first one', () => {
  const docs = join(root, 'usr/share/doc/tenon');
  const index = readFileSync(join(docs, 'README.md'), 'utf8');
  const beside = readdirSync(docs).filter((name) => !['README.md', 'copyright', 'changelog.gz', 'examples'].includes(name));
  for (const name of beside) assert.ok(index.includes(`(${name})`), name);
  assert.ok(run(join(root, 'usr/bin/tenon'), ['--help']).includes(join(docs, 'README.md')));
});

test('the manual and the completion are those of the program', () => {
  const tenon = join(root, 'usr/bin/tenon');
  const roff = run('zcat', [join(root, 'usr/share/man/man1/tenon.1.gz')]);
  const manual = roff.replaceAll('\\-', '-');
  const commands = [...run(tenon, ['--help']).matchAll(/^ {2}([a-z-]+) {2,}/gm)].map((found) => found[1]);
  assert.ok(commands.length > 10);
  for (const command of commands) {
    assert.match(manual, new RegExp(`^\\.SS tenon ${command} `, 'm'));
    for (const [option] of run(tenon, [command, '--help']).matchAll(/--[a-z-]+/g))
      assert.ok(option === '--help' || manual.includes(option), `${command} ${option}`);
  }
  if (existsSync('/usr/bin/man'))
    assert.equal(spawnSync('man', ['--warnings', '-l', '-'], { input: roff, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } }).stderr, '');
  assert.equal(readFileSync(join(root, 'usr/share/bash-completion/completions/tenon'), 'utf8'), run(tenon, ['completion', 'bash']));
});

/** Programs and libraries below a folder. */
const binaries = (below) =>
  run('find', [below, '-type', 'f']).trim().split('\n').filter((path) => readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF')));

test('what is shipped has no debugging information, and nothing of the machine that built it', () => {
  const shipped = binaries(full);
  assert.ok(shipped.length >= 9, shipped.join());
  for (const path of shipped) assert.doesNotMatch(run('readelf', ['-SW', path]), /\.(debug_info|symtab)\b/, path);
  const found = spawnSync('grep', ['-rlF', '-e', source, '-e', folder, full], { encoding: 'utf8' });
  assert.equal(found.stdout, '');
});

test('the debugging information is in packages of its own, for these very builds', () => {
  const symbols = join(folder, 'symbols');
  for (const name of ['tenon-dbgsym', 'tenon-catalog-dbgsym']) run('dpkg', ['-x', packageFile(name, 'ddeb'), symbols]);
  for (const path of binaries(full)) {
    const id = /Build ID: ([0-9a-f]+)/.exec(run('readelf', ['-n', path]))[1];
    const debug = join(symbols, 'usr/lib/debug/.build-id', id.slice(0, 2), `${id.slice(2)}.debug`);
    assert.match(run('readelf', ['-SW', debug]), /\.debug_info\b/, path);
  }
});

test('a plugin is made, built, tested and called with what was unpacked; its crash names its line', async () => {
  const prefix = join(root, 'usr');
  const env = { PATH: `${prefix}/bin:/usr/local/bin:/usr/bin:/bin`, CMAKE_PREFIX_PATH: prefix, HOME: folder, LC_ALL: 'C.UTF-8' };
  const made = run('tenon', ['new', 'plugin', 'packed', '--kind', 'c'], { cwd: folder, env });
  assert.ok(made.endsWith(`\nThe documents: ${prefix}/share/doc/tenon/README.md\n`), made);
  const cwd = join(folder, 'packed');
  run('cmake', ['-S', '.', '-B', 'build', '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=RelWithDebInfo'], { cwd, env });
  run('cmake', ['--build', 'build'], { cwd, env });
  run('ctest', ['--test-dir', 'build', '--no-tests=error'], { cwd, env });
  assert.equal(run('tenon', ['call', 'packed.echo/1', 'echo', '[1]', '--json', '-c', 'deployment.yaml'], { cwd, env }), '[1]\n');

  const text = readFileSync(join(cwd, 'packed.c'), 'utf8').replace(/(static tn_status handle\([^{]*\{\n)/, '$1  abort();\n');
  writeFileSync(join(cwd, 'packed.c'), text);
  const line = text.slice(0, text.indexOf('abort();')).split('\n').length;
  run('cmake', ['--build', 'build'], { cwd, env });
  const host = await startHost(join(prefix, 'bin/tenon'), ['-c', 'deployment.yaml', '--listen', '127.0.0.1:0'], { cwd, env });
  try {
    assert.equal((await fetch(`${host.url}/packed`)).status, 503);
    let crashes = [];
    for (let i = 0; i < 200 && !crashes.length; i++) {
      crashes = existsSync(join(cwd, 'data/crashes')) ? readdirSync(join(cwd, 'data/crashes')).filter((name) => name.endsWith('.json')) : [];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const report = JSON.parse(readFileSync(join(cwd, 'data/crashes', crashes[0]), 'utf8'));
    assert.match(report.summary, new RegExp(`handle.*packed\\.c:${line}`), JSON.stringify(report));
  } finally {
    await host.stop();
  }
});

test('the installed deployment runs without a file being named, and keeps its data with its user', async () => {
  const tenon = join(root, 'usr/bin/tenon');
  const elsewhere = join(home, 'service');
  mkdirSync(elsewhere);
  if (someone.uid) chownSync(elsewhere, someone.uid, someone.gid);
  const places = [
    [{}, '.local/state/tenon'],
    [{ XDG_STATE_HOME: join(home, 'xdg') }, 'xdg/tenon'],
    [{ STATE_DIRECTORY: elsewhere }, 'service'],
  ];
  for (const [env, data] of places) {
    const host = await startHost(tenon, ['--listen', '127.0.0.1:0'], asUser(env));
    try {
      assert.ok(existsSync(join(home, data, 'tenon.db')), data);
      assert.match(run(tenon, ['reload', '--all'], asUser(env)), /^unchanged/);
    } finally {
      assert.equal(await host.stop(), 0, host.log());
    }
  }
  for (const place of ['etc/tenon', 'usr/share/tenon']) assert.ok(!existsSync(join(root, place, 'data')), place);
});

test('what cannot be the data directory is refused, with the way out', () => {
  const ran = spawnSync(join(root, 'usr/bin/tenon'), ['run'], { encoding: 'utf8', ...asUser({ HOME: '/proc/nowhere' }) });
  assert.equal(ran.status, 4, ran.stderr);
  assert.match(ran.stderr, /\/proc\/nowhere\/\.local\/state\/tenon: cannot make the data directory: .*--data DIR/);
});

test('without the SDK there is nothing to make a plugin of, and its package is named', () => {
  const bare = join(folder, 'bare');
  run('dpkg', ['-x', packageFile('tenon'), bare]);
  const ran = spawnSync(join(bare, 'usr/bin/tenon'), ['new', 'plugin', 'mine'], { encoding: 'utf8', ...asUser() });
  assert.equal(ran.status, 4, ran.stderr);
  assert.match(ran.stderr, /no templates.*tenon-sdk/);
});

test('the catalog comes with its package alone, and is included', async () => {
  const listed = (prefix, args = []) => run(join(prefix, 'usr/bin/tenon'), ['plugins', '--json', ...args], asUser());
  assert.deepEqual(JSON.parse(listed(root)).libraries, []);
  const file = join(home, 'shop.yaml');
  writeFileSync(file, `include: [${full}/usr/share/tenon/config/catalog.yaml]\nhttp: {listen: 127.0.0.1:0}\n`);
  const host = await startHost(join(full, 'usr/bin/tenon'), ['-c', file, '--data', join(home, 'shop')], asUser());
  try {
    const found = await (await fetch(`${host.url}/api/host/plugins`)).json();
    assert.ok(JSON.stringify(found).includes('"scraper-bramble"'));
    assert.equal((await fetch(`${host.url}/ready`)).status, 200);
  } finally {
    assert.equal(await host.stop(), 0, host.log());
  }
});

const analyze = existsSync('/usr/bin/systemd-analyze');
test('systemd takes the unit, with the drop-in that operations.md shows', { skip: analyze ? false : 'systemd-analyze is not installed' }, () => {
  const unit = join(folder, 'tenon.service');
  const text = readFileSync(join(root, 'usr/lib/systemd/system/tenon.service'), 'utf8');
  const dropIn = /^```ini\n([^]*?)^```$/m.exec(readFileSync(join(source, 'sdk/docs/operations.md'), 'utf8'))[1];
  writeFileSync(unit, text.replace('=/usr/bin/tenon ', `=${root}/usr/bin/tenon `) + dropIn);
  const ran = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  assert.ok(!ran.stderr.includes('tenon.service'), ran.stderr);
});

test('its scripts are shell', () => {
  for (const name of ['postinst', 'prerm', 'postrm'])
    run('sh', ['-n'], { input: run('dpkg-deb', ['-I', packageFile('tenon'), name]) });
});
