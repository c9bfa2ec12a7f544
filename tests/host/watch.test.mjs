// `tenon run --watch`: what a developer saves is what runs.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually, pluginFolder, run, scratch, sleep, startHost, writeConfig } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');

async function watched({ plugins = '  shop:\n', args = [], prepare } = {}) {
  const folder = scratch();
  const dir = path.join(folder, 'plugins');
  fs.mkdirSync(dir);
  const put = (version) => {
    fs.copyFileSync(path.join(versions, `shop-${version}.so`), path.join(dir, '.shop'));
    fs.renameSync(path.join(dir, '.shop'), path.join(dir, 'shop.so'));
  };
  put('1');
  prepare?.({ folder, dir });
  const host = await startHost({ folder, dirs: [dir], plugins, args: ['--watch', ...args.map((arg) => arg.replaceAll('@', folder))] });
  host.dir = dir;
  host.put = put;
  host.write = (next) => writeConfig({ folder, dirs: [dir], plugins: next });
  host.page = async () => (await host.fetch('/shop/page')).json();
  host.says = async (pattern) => {
    const said = () => host.process.out + host.process.err;
    await eventually(String(pattern), () => pattern.test(said())).catch((late) => assert.fail(`${late.message}; it said:\n${said()}`));
  };
  return host;
}

test('a library that is replaced by a rename, or written over, is taken', async () => {
  const host = await watched();
  host.put('2');
  await eventually('version 2', async () => (await host.page()).version === 2);
  await host.says(/watch: shop is generation 2 \(2\.0\.0\) now/);
  fs.copyFileSync(path.join(versions, 'shop-3.so'), path.join(host.dir, 'shop.so'));
  await eventually('version 3', async () => (await host.page()).version === 3);
  assert.equal((await host.stop()).code, 0);
});

test('a library that does not come up is refused readably, and the next one is taken', async () => {
  const host = await watched();
  host.put('fails-start');
  await host.says(/watch: shop stays at generation 1 \(1\.0\.0\): .*the till does not open/);
  assert.equal((await host.page()).version, 1);
  fs.writeFileSync(path.join(host.dir, 'shop.so'), 'half a file');
  await host.says(/watch: shop stays at generation 1 \(1\.0\.0\): .*shop\.so/);
  fs.unlinkSync(path.join(host.dir, 'shop.so'));
  await sleep(400);
  assert.equal((await host.page()).version, 1);
  host.put('2');
  await eventually('version 2', async () => (await host.page()).version === 2);
  assert.equal((await host.stop()).code, 0);
});

test('the same code once more, or a file beside it, changes nothing', async () => {
  const host = await watched();
  host.put('1');
  fs.writeFileSync(path.join(host.dir, 'notes.txt'), 'nothing');
  await sleep(600);
  assert.equal((await host.plugin('shop')).generation, 1);
  await host.stop();
});

test('a configuration is taken however it is saved, and a bad one refused with its place', async () => {
  const host = await watched();
  host.write('  shop:\n    config: {greeting: written over}\n');
  await eventually('the greeting', async () => (await host.page()).greeting === 'written over');
  await host.says(/watch: configuration applied: changed shop \(config\)/);
  const text = fs.readFileSync(host.file, 'utf8').replace('written over', 'renamed');
  fs.writeFileSync(`${host.file}.new`, text);
  fs.renameSync(`${host.file}.new`, host.file);
  await eventually('the greeting', async () => (await host.page()).greeting === 'renamed');
  host.write('  shop:\n    confg: {}\n');
  await host.says(/watch: configuration refused, everything stays as it was: .*tenon\.yaml:\d+:\d+: plugins\.shop\.confg: .*did you mean "config"\?/);
  assert.equal((await host.page()).greeting, 'renamed');
  assert.equal((await host.stop()).code, 0);
});

test('a plugin that the configuration waits for is taken once it is built', async () => {
  const host = await watched();
  host.write('  shop:\n  hello:\n');
  await host.says(/refused.*there is no plugin library "hello"/);
  fs.copyFileSync(path.join(pluginFolder, 'hello.so'), path.join(host.dir, 'hello.so'));
  await eventually('hello', async () => (await host.fetch('/hello/you')).status === 200);
  await host.stop();
});

test('a configuration that is included, and one behind a link, are watched', async () => {
  const host = await watched();
  const shared = path.join(host.folder, 'shared');
  fs.mkdirSync(shared);
  for (const name of ['one', 'two']) fs.writeFileSync(path.join(shared, name), `plugins:\n  shop:\n    config: {greeting: ${name}}\n`);
  fs.symlinkSync('one', path.join(shared, 'current.yaml'));
  fs.writeFileSync(host.file, `include: shared/current.yaml\n${fs.readFileSync(host.file, 'utf8').replace('  shop:\n', '  shop: {}\n')}`);
  await eventually('the included greeting', async () => (await host.page()).greeting === 'one');
  fs.symlinkSync('two', path.join(shared, 'next'));
  fs.renameSync(path.join(shared, 'next'), path.join(shared, 'current.yaml'));
  await eventually('the greeting behind the link', async () => (await host.page()).greeting === 'two');
  await host.stop();
});

test('a build runs when the sources change, once more when they change meanwhile, and is shown', async () => {
  const script = 'echo building >> @/log; cat @/src/deep/wanted; sleep 0.5; cp @/versions/shop-$(cat @/src/deep/wanted).so @/plugins/.new && mv @/plugins/.new @/plugins/shop.so';
  const host = await watched({
    args: ['--build', script, '--sources', '@/src'],
    prepare: ({ folder }) => {
      fs.mkdirSync(path.join(folder, 'src/deep'), { recursive: true });
      fs.symlinkSync(versions, path.join(folder, 'versions'));
    },
  });
  const want = (version) => fs.writeFileSync(path.join(host.folder, 'src/deep/wanted'), version);
  const built = () => fs.readFileSync(path.join(host.folder, 'log'), 'utf8').split('\n').length - 1;
  want('2');
  await eventually('version 2', async () => (await host.page()).version === 2);
  await host.says(/watch: running .*\n2[^]*watch: built/);
  assert.equal(built(), 1);

  want('3');
  await eventually('the build', () => built() === 2);
  want('1');
  await eventually('version 1', async () => (await host.page()).version === 1);
  assert.equal(built(), 3);
  assert.match(host.process.out, /watch: the sources changed meanwhile/);
  assert.equal((await host.plugin('shop')).generation, 3, 'what was built from old sources was not taken');

  fs.mkdirSync(path.join(host.folder, 'src/fresh'));
  await eventually('the build', () => built() === 4);
  want('nothing-like-this');
  await host.says(/watch: the build failed \(exit code 1\); what runs stays as it is/);
  assert.equal((await host.page()).version, 1);
  assert.equal((await host.stop()).code, 0);
});

test('what is not built yet is built first, and the host does not start when that fails', () => {
  const folder = scratch();
  const dir = path.join(folder, 'plugins');
  fs.mkdirSync(dir);
  const file = writeConfig({ folder, dirs: [dir], plugins: '  shop:\n' });
  const failed = run(['run', '-c', file, '--watch', '--build', 'echo no compiler; exit 3', '--sources', folder]);
  assert.deepEqual([failed.code, failed.err], [1, 'tenon: the build failed (exit code 3)\n']);
  assert.match(failed.out, /^watch: running echo .*\nno compiler\n$/);
});

test('a host whose library comes of its first build serves it', async () => {
  const host = await watched({
    args: ['--build', 'cp @/built.so @/plugins/shop.so', '--sources', '@/src'],
    prepare: ({ folder, dir }) => {
      fs.mkdirSync(path.join(folder, 'src'));
      fs.renameSync(path.join(dir, 'shop.so'), path.join(folder, 'built.so'));
    },
  });
  assert.equal((await host.page()).version, 1);
  assert.match(host.process.out, /watch: running cp .*\nwatch: built\ntenon is running/);
  await host.stop();
});

test('a build that runs ends with the host', async () => {
  const host = await watched({
    args: ['--build', 'echo $$ > @/pid; sleep 600', '--sources', '@/src'],
    prepare: ({ folder }) => fs.mkdirSync(path.join(folder, 'src')),
  });
  fs.writeFileSync(path.join(host.folder, 'src/x'), '');
  const pid = await eventually('the build', () => {
    const file = path.join(host.folder, 'pid');
    return fs.existsSync(file) && Number(fs.readFileSync(file, 'utf8'));
  });
  assert.equal((await host.stop()).code, 0);
  assert.ok(!fs.existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')));
});

test('pages are served as they are, also when their folder comes later or is exchanged', async () => {
  const host = await watched();
  const page = async () => (await host.fetch('/plugins/shop/shop.js')).text();
  const folder = (name, text) => {
    fs.mkdirSync(path.join(host.dir, name));
    fs.writeFileSync(path.join(host.dir, name, 'shop.js'), text);
  };
  folder('shop.web', 'first');
  await eventually('the first page', async () => (await page()) === 'first');
  fs.writeFileSync(path.join(host.dir, 'shop.web/shop.js'), 'edited');
  assert.equal(await page(), 'edited');
  folder('next', 'second');
  fs.renameSync(path.join(host.dir, 'shop.web'), path.join(host.dir, 'old'));
  fs.renameSync(path.join(host.dir, 'next'), path.join(host.dir, 'shop.web'));
  await eventually('the second page', async () => (await page()) === 'second');
  assert.equal((await host.plugin('shop')).generation, 1);
  assert.equal((await host.stop()).code, 0);
});

test('nothing to do costs no processor time', async () => {
  const host = await watched();
  const ticks = () => {
    for (const task of fs.readdirSync(`/proc/${host.pid}/task`)) {
      const stat = fs.readFileSync(`/proc/${host.pid}/task/${task}/status`, 'utf8');
      if (/nonvoluntary/.test(stat) && fs.readFileSync(`/proc/${host.pid}/task/${task}/comm`, 'utf8').trim() === 'watch')
        return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(stat)[1]);
    }
    throw new Error('there is no watching thread');
  };
  await sleep(300);
  const before = ticks();
  await sleep(1500);
  assert.ok(ticks() - before <= 1, `it woke up ${ticks() - before} times`);
  await host.stop();
});

test('options that need each other say so', () => {
  const file = writeConfig({ plugins: '' });
  for (const [args, reason] of [
    [['--build', 'true'], /need --watch/],
    [['--watch', '--build', 'true'], /need each other/],
  ]) {
    const done = run(['run', '-c', file, ...args]);
    assert.equal(done.code, 2);
    assert.match(done.err, reason);
  }
});
