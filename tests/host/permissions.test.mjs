// For each kind of action: who refuses it, in both runtimes, and the line that would allow it.
//   host      the host's own tables say no, in both runtimes
//   landlock, seccomp, rlimit    the kernel says no to the worker process; the host tells what it was
//   nobody    code in the host's own process can do it: that is what `runtime: isolated` is for
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually, pluginFolder, run, scratch, startHost, writeConfig } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');
const runtimes = ['in_process', 'isolated'];

const entry = (id, runtime, more = '') => `  ${id}:\n    runtime: ${runtime}\n${more}`;
const detailOf = async (answer) => (await answer.json()).detail;

async function hostile(more = '', options = {}) {
  const host = await startHost({ plugins: entry('hostile', 'isolated', more), ...options });
  host.try = async (way, query = {}) => {
    const answer = await host.fetch(`/hostile/${way}?${new URLSearchParams(query)}`);
    assert.equal(answer.status, 200, `${way}: ${answer.status}`);
    return answer.json();
  };
  host.log = () => host.process.err.replaceAll('\\"', '"'); // text lines quote what has quotes
  host.layer = async (name) => (await host.plugin('hostile')).sandbox.find((layer) => layer.name.startsWith(name));
  // What the host says of a refusal, in the log and in the API.
  host.told = async (text) => {
    await eventually(`the log: ${text}`, () => host.log().includes(text));
    return (await host.plugin('hostile')).denials;
  };
  return host;
}

describe('the host refuses in both runtimes', () => {
  for (const runtime of runtimes) {
    test(`the store, ${runtime}`, async () => {
      const host = await startHost({ plugins: entry('toolbox', runtime, '    permissions: {store: []}\n') });
      const toolbox = await host.plugin('toolbox');
      assert.equal(toolbox.state, 'failed');
      assert.match(
        toolbox.reason,
        /toolbox may not open the store's namespace toolbox: permission store is missing; add to plugins\.toolbox\.permissions: store: \["toolbox"\]/,
      );
      await host.stop();
    });

    test(`an interface, ${runtime}`, async () => {
      const host = await startHost({ plugins: entry('toolbox', runtime, '    permissions: {interfaces: []}\n') + entry('hello', runtime) });
      for (const method of ['ask', 'providers']) {
        const answer = await host.call('test.toolbox/1', method, { name: 'Ada' });
        assert.equal(answer.status, 403);
        assert.match(
          await detailOf(answer),
          /toolbox may not use the interface demo\.greeter\/1: permission interfaces is missing; add to plugins\.toolbox\.permissions: interfaces: \["demo\.greeter\/1"\]/,
        );
      }
      const undeclared = await host.call('test.toolbox/1', 'ask', { name: 'Ada', interface: 'test.toolbox/1' });
      assert.equal(undeclared.status, 403);
      assert.match(await detailOf(undeclared), /its manifest does not require it/);
      await host.stop();
    });

    test(`a path that it asks the host for, ${runtime}`, async () => {
      const host = await startHost({ plugins: entry('toolbox', runtime) });
      const answer = await host.call('test.toolbox/1', 'facts');
      assert.equal(answer.status, 403);
      assert.match(await detailOf(answer), /toolbox may not read .*beside\.txt: permission read is missing; add to plugins\.toolbox\.permissions: read: \[".*beside\.txt"\]/);
      await host.stop();
    });

    test(`a route of its first version, ${runtime}`, () => {
      const file = writeConfig({ plugins: entry('hello', runtime, '    permissions: {routes: []}\n') });
      const done = run(['run', '-c', file]);
      assert.equal(done.code, 3);
      assert.match(done.err, /tenon\.yaml:\d+:\d+: plugins\.hello\.permissions\.routes: hello may not serve GET \/hello\/\{name\}: .*routes: \["GET \/hello\/\{name\}"\]/);
    });

    test(`a route of its next version, ${runtime}`, async () => {
      const folder = scratch();
      const dir = path.join(folder, 'plugins');
      fs.mkdirSync(dir);
      fs.copyFileSync(path.join(versions, 'shop-1.so'), path.join(dir, 'shop.so'));
      const granted = '    permissions: {routes: ["GET /shop/page", "GET /shop/stream"]}\n';
      const host = await startHost({ folder, dirs: [dir], plugins: entry('shop', runtime, granted) });
      const headers = { 'Content-Type': 'application/json', ...host.token() };
      const reload = () => host.fetch('/api/host/plugins/shop', { method: 'PUT', headers, body: '{}' });
      fs.copyFileSync(path.join(versions, 'shop-2.so'), path.join(dir, '.new'));
      fs.renameSync(path.join(dir, '.new'), path.join(dir, 'shop.so'));
      const refused = /shop may not serve GET \/shop\/news: permission routes is missing; add to plugins\.shop\.permissions: routes: \["GET \/shop\/news"\]/;
      const answer = await reload();
      assert.equal(answer.status, 409);
      assert.match(await detailOf(answer), refused);
      const whole = await host.fetch('/api/host/config', { method: 'PUT', headers });
      assert.equal(whole.status, 409);
      assert.match(await detailOf(whole), refused);
      assert.equal((await (await host.fetch('/shop/page')).json()).version, 1);
      assert.equal((await host.fetch('/shop/news')).status, 404);
      writeConfig({ folder, dirs: [dir], plugins: entry('shop', runtime, granted.replace(']', ', "GET /shop/news"]')) });
      const allowed = await host.fetch('/api/host/config', { method: 'PUT', headers });
      assert.equal(allowed.status, 200, JSON.stringify(await allowed.clone().json()));
      assert.equal(await (await host.fetch('/shop/news')).text(), 'news');
      await host.stop();
    });
  }

  test('a next version whose route another plugin has', async () => {
    const folder = scratch();
    const dir = path.join(folder, 'plugins');
    fs.mkdirSync(dir);
    fs.copyFileSync(path.join(versions, 'shop-1.so'), path.join(dir, 'shop.so'));
    fs.copyFileSync(path.join(pluginFolder, 'hello.so'), path.join(dir, 'hello.so'));
    const host = await startHost({ folder, dirs: [dir], plugins: ['shop', 'hello'] });
    const answer = await host.fetch('/api/host/plugins/hello', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...host.token() },
      body: JSON.stringify({ file: path.join(versions, 'shop-2.so') }),
    });
    assert.equal(answer.status, 409);
    await host.stop();
  });
});

describe('the kernel refuses to an isolated plugin, and the host names the line', () => {
  test('writing: landlock', async () => {
    const folder = fs.realpathSync(scratch());
    const target = path.join(folder, 'outside');
    const host = await hostile();
    const outcome = await host.try('write_outside', { path: target });
    if ((await host.layer('landlock files'))?.active) {
      assert.equal(outcome.done, false);
      assert.equal(outcome.error, 13);
      const denials = await host.told(`hostile may not open ${target} for writing: permission write is missing; add to plugins.hostile.permissions: write: ["${folder}"]`);
      const [one] = denials.filter(({ permission }) => permission === 'write');
      assert.deepEqual([one.yaml_path, one.yaml_value], ['permissions.write', `["${folder}"]`]);
    }
    assert.equal((await host.try('write_inside')).done, true);
    await host.stop();
    const allowed = await hostile(`    permissions: {write: ["${folder}"]}\n`);
    assert.equal((await allowed.try('write_outside', { path: target })).done, true);
    await allowed.stop();
  });

  test('reading: landlock', async () => {
    const folder = fs.realpathSync(scratch());
    const target = path.join(folder, 'secret');
    fs.writeFileSync(target, 'x');
    const host = await hostile();
    const outcome = await host.try('read_file', { path: target });
    if ((await host.layer('landlock files'))?.active) assert.deepEqual([outcome.done, outcome.error], [false, 13]);
    await host.stop();
    const allowed = await hostile(`    permissions: {read: ["${target}"]}\n`);
    assert.equal((await allowed.try('read_file', { path: target })).done, true);
    await allowed.stop();
  });

  test('connections: seccomp', async () => {
    const server = net.createServer((socket) => socket.destroy());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    const host = await hostile();
    const outcome = await host.try('connect_out', { port });
    assert.equal(outcome.done, false);
    await eventually('the line', () => /hostile may not .*permission outbound is missing; add to plugins\.hostile\.permissions: outbound: \[/.test(host.log()));
    await host.stop();
    const allowed = await hostile(`    permissions: {outbound: ["127.0.0.1:${port}"]}\n`);
    assert.equal((await allowed.try('connect_out', { port })).done, true);
    const other = await allowed.try('connect_out', { port: 9 });
    assert.equal(other.done, false);
    await allowed.told('plugins.hostile.permissions: outbound: ["127.0.0.1:9"]');
    await allowed.stop();
    server.close();
  });

  test('environment: it gets nothing but what is granted', async () => {
    process.env.TENON_TEST_SECRET = 'hush';
    const host = await hostile();
    assert.equal((await host.try('see_environment', { path: 'TENON_TEST_SECRET' })).done, false);
    assert.equal((await host.try('see_environment', { path: 'PATH' })).done, false);
    await host.stop();
    const allowed = await hostile('    permissions: {environment: [TENON_TEST_SECRET]}\n');
    assert.deepEqual(await allowed.try('see_environment', { path: 'TENON_TEST_SECRET' }), { done: true, error: 0, refusal: '', count: 4 });
    await allowed.stop();
    delete process.env.TENON_TEST_SECRET;
  });

  test('processes: seccomp, and no permission allows them', async () => {
    const host = await hostile();
    for (const way of ['fork_process', 'exec_program']) {
      const outcome = await host.try(way);
      assert.equal(outcome.done, false, way);
    }
    await eventually('the line', () => /hostile may not .*: no permission allows it to an isolated plugin/.test(host.log()));
    assert.equal((await host.try('kill_process', { pid: process.pid })).done, false);
    assert.equal((await host.plugin('hostile')).state, 'ready');
    await host.stop();
  });

  test('threads: seccomp counts them', async () => {
    const host = await hostile('    limits: {threads: 8}\n');
    const outcome = await host.try('leak_threads', { count: 500 });
    assert.equal(outcome.done, false);
    assert.equal(outcome.error, 11);
    assert.ok(outcome.count < 200, `${outcome.count}`);
    await eventually('the line', () => /hostile may not .*limit threads is reached; set in plugins\.hostile\.limits: threads: \d+/.test(host.log()));
    await host.stop();
  });
});

test('a grant that changes while the host runs reaches the worker', async () => {
  const folder = scratch();
  const target = path.join(fs.realpathSync(scratch()), 'secret');
  fs.writeFileSync(target, 'x');
  const host = await hostile('', { folder });
  assert.equal((await host.try('read_file', { path: target })).done, false);
  const pid = (await host.plugin('hostile')).pid;
  writeConfig({ folder, plugins: entry('hostile', 'isolated', `    permissions: {read: ["${target}"]}\n`) });
  const answer = await host.fetch('/api/host/config', { method: 'PUT', headers: host.token() });
  assert.equal(answer.status, 200);
  assert.deepEqual((await answer.json()).changed, [{ id: 'hostile', what: ['permissions'], new_generation: true }]);
  assert.equal((await host.try('read_file', { path: target })).done, true);
  assert.notEqual((await host.plugin('hostile')).pid, pid);
  await host.stop();
});

describe('code in the host\'s own process', () => {
  // Honest about what is not refused, so that nobody relies on it.
  test('can read, see the environment and open sockets, whatever is granted', async () => {
    const host = await startHost({ plugins: entry('hostile', 'in_process') });
    const target = path.join(scratch(), 'secret');
    fs.writeFileSync(target, 'x');
    for (const way of [`read_file?path=${target}`, 'see_environment?path=PATH', 'open_socket'])
      assert.equal((await host.json(`/hostile/${way}`)).done, true, way);
    const shown = await host.plugin('hostile');
    assert.equal(shown.sandbox, undefined);
    await host.stop();
  });
});
