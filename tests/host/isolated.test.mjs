// Plugins in processes of their own: the same answers, and whatever they do costs nobody else anything.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually, load, pluginFolder, sanitized, sleep, startHost } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');
const isolated = '  runtime: isolated\n';

const start = (options) => startHost({ host: isolated, ...options });
const alive = (pid) => fs.existsSync(`/proc/${pid}`);

describe('an isolated plugin', () => {
  test('answers as one in process does, and says how it is held', async () => {
    const host = await start({ plugins: ['hello', 'shop', 'shopper', 'streamer'] });
    assert.equal(await (await host.fetch('/hello/Ada')).text(), 'Hello, Ada');
    assert.equal(await (await host.fetch('/shopper/trip')).text(), '1111');
    const said = await (await host.call('demo.greeter/1', 'greet', { name: 'Ada' })).json();
    assert.deepEqual(said, { text: 'Hello, Ada' });
    assert.equal(await (await host.fetch('/shop/stream?chunks=3')).text(), 'version 1\n'.repeat(3));
    const plugin = await host.plugin('shop');
    assert.equal(plugin.runtime, 'isolated');
    assert.ok(alive(plugin.pid));
    const active = plugin.sandbox.filter((layer) => layer.active).map((layer) => layer.name);
    for (const layer of ['no_new_privs', 'rlimits', 'seccomp']) assert.ok(active.includes(layer), layer);
    for (const layer of plugin.sandbox) if (!layer.active) assert.ok(layer.detail, `${layer.name} says why it is missing`);
    const { pid } = plugin;
    assert.equal((await host.stop()).code, 0);
    assert.ok(!alive(pid), 'no worker outlives its host');
  });

  test('dies with a host that is killed', async () => {
    const host = await start({ plugins: ['hello', 'shop'] });
    const pids = [(await host.plugin('hello')).pid, (await host.plugin('shop')).pid];
    await host.stop('SIGKILL');
    await eventually('the workers to end', () => pids.every((pid) => !alive(pid)), 5000);
  });

  test('is reloaded 300 times under load without a call lost or mixed', async () => {
    const host = await start({ plugins: ['shop', 'shopper'] });
    const pages = load(host, '/shop/page', 3);
    const trips = load(host, '/shopper/trip', 3);
    for (let i = 0; i < 300; i++) {
      const answer = await host.fetch('/api/host/plugins/shop', {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', ...host.token() },
        body: JSON.stringify({ file: path.join(versions, `shop-${i % 2 ? 1 : 2}.so`) }),
      });
      assert.equal(answer.status, 200, await answer.text());
    }
    const [page, trip] = [await pages(), await trips()];
    assert.deepEqual(page.failed.slice(0, 3), []);
    assert.deepEqual(trip.failed.slice(0, 3), []);
    assert.ok(page.done > 100 && trip.done > 100, `${page.done} ${trip.done}`);
    const workers = fs.readdirSync('/proc').filter((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/status`, 'utf8').includes(`PPid:\t${host.pid}\n`);
      } catch {
        return false;
      }
    });
    assert.equal(workers.length, 2, 'one worker for each instance');
    await host.stop();
  });
});

describe('a worker that is killed', () => {
  test('200 times under load costs no other plugin a call, and is back each time', async () => {
    const host = await start({
      host: isolated + '  supervision: {max_crashes: 1000, backoff_ms: {first: 0, second: 1, max: 5}}\n',
      plugins: ['hello', 'shop'],
    });
    const other = load(host, '/hello/x', 3);
    const own = load(host, '/shop/page', 3);
    for (let i = 0; i < 200; i++) {
      const { pid } = await eventually('a worker', async () => {
        const plugin = await host.plugin('shop');
        return plugin.state === 'ready' && plugin.pid && alive(plugin.pid) ? plugin : undefined;
      });
      process.kill(pid, 'SIGKILL');
      await eventually('the next worker', async () => {
        const plugin = await host.plugin('shop');
        return plugin.state === 'ready' && plugin.pid && plugin.pid !== pid;
      });
    }
    const [hello, shop] = [await other(), await own()];
    assert.deepEqual(hello.failed.slice(0, 3), []);
    assert.ok(hello.done > 200 && shop.done > 200, `${hello.done} ${shop.done}`);
    for (const failure of shop.failed) {
      assert.equal(failure.status, 503, JSON.stringify(failure));
      assert.match(JSON.parse(failure.text).detail, /SIGKILL|is not running/);
    }
    const plugin = await host.plugin('shop');
    assert.equal(plugin.restarts, 200);
    const { items } = await host.json('/api/host/crashes');
    assert.ok(items.length >= 10);
    assert.equal(items[0].instance, 'shop');
    assert.equal(items[0].cause, 'killed');
    await host.stop();
  });

  test('under an idempotent call is asked once more, and the caller does not notice', async () => {
    const host = await start({
      host: isolated + '  supervision: {max_crashes: 1000, backoff_ms: {first: 0, second: 1, max: 5}}\n',
      plugins: '  shop:\n    config: {slow_us: 300000}\n',
    });
    const { pid } = await host.plugin('shop');
    const answer = host.call('demo.shop/1', 'visit');
    await sleep(100);
    process.kill(pid, 'SIGKILL');
    const done = await answer;
    assert.equal(done.status, 200, await done.clone().text());
    assert.equal((await done.json()).visits, 1, 'of the second worker');
    await host.stop();
  });

  test('beside a canary ends the canary, and the host goes on', async () => {
    const host = await start({
      host: isolated + '  supervision: {max_crashes: 1000, backoff_ms: {first: 0, second: 1, max: 5}}\n',
      plugins: ['shop'],
    });
    const { pid } = await host.plugin('shop');
    const answer = await host.fetch('/api/host/plugins/shop', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...host.token() },
      body: JSON.stringify({ file: path.join(versions, 'shop-2.so'), canary: { share_percent: 50, duration_ms: 600000 } }),
    });
    assert.equal((await answer.json()).outcome, 'trial');
    process.kill(pid, 'SIGKILL');
    const plugin = await eventually('the next worker', async () => {
      const now = await host.plugin('shop');
      return now.state === 'ready' && now.pid !== pid ? now : undefined;
    });
    assert.equal(plugin.trial, undefined);
    assert.deepEqual(
      [plugin.version, plugin.reloads.at(-1).outcome, plugin.reloads.at(-1).reason],
      ['1.0.0', 'rolled back', 'the generation beside it crashed'],
    );
    await sleep(200);
    for (let i = 0; i < 10; i++) assert.equal((await (await host.fetch('/shop/page')).json()).version, 1);
    assert.equal((await host.stop()).code, 0);
  });

  test('too often rests until somebody reloads it', async () => {
    const host = await start({
      host: isolated + '  supervision: {max_crashes: 2, backoff_ms: {first: 0, second: 1, max: 5}}\n',
      plugins: ['hello', 'shop'],
    });
    for (let i = 0; i < 3; i++) {
      const { pid } = await eventually('a worker', async () => {
        const plugin = await host.plugin('shop');
        return plugin.pid && alive(plugin.pid) ? plugin : undefined;
      });
      process.kill(pid, 'SIGKILL');
      await eventually('its end to be seen', async () => (await host.plugin('shop')).pid !== pid);
    }
    const plugin = await eventually('the rest', async () => {
      const now = await host.plugin('shop');
      return now.state === 'degraded' && /crashed 3 times/.test(now.reason) ? now : undefined;
    });
    assert.equal(plugin.pid, undefined);
    const refused = await host.fetch('/shop/page');
    assert.equal(refused.status, 503);
    assert.match((await refused.json()).detail, /shop is not running: .*SIGKILL.*crashed 3 times/);
    assert.equal((await host.fetch('/hello/x')).status, 200);
    const answer = await host.fetch('/api/host/plugins/shop', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...host.token() },
      body: '{}',
    });
    assert.equal(answer.status, 200, await answer.text());
    assert.equal((await host.fetch('/shop/page')).status, 200);
    await host.stop();
  });
});

describe('a hostile plugin is contained and reported', () => {
  const hostile = (more = '') => ({
    host:
      isolated +
      '  supervision: {max_crashes: 1000, hang_ms: 500, heartbeat_ms: 100, backoff_ms: {first: 0, second: 1, max: 5}}\n' +
      '  limits: {call_timeout_ms: 1000, memory_mb: 64, threads: 40}\n',
    plugins: `  hello:\n  hostile:\n${more}`,
  });
  const endings = [
    ['spin', 'hang', /has not ended since its deadline/],
    ['allocate', 'out_of_memory', /more than its limit of 64 MiB/],
    ['abort_process', 'signal', /SIGABRT in Hostile::abort_process\(.*\(hostile\.cpp:\d+\)/],
    ['null_dereference', 'signal', /SIGSEGV.*in hostile::dereference_null\(.*\(hostile\.cpp:\d+\)/],
    ['overflow_stack', 'signal', /stack overflow in hostile::/],
    ['corrupt_heap', 'signal', /SIGABRT: malloc\(\): corrupted/],
    ['exit_process', 'exit', /exit code 3/],
    ['terminate', 'signal', /SIGABRT/],
    ['close_descriptors', undefined, /./],  // the answer may still come, over memory
    ['scribble_channel', undefined, /./],
  ];
  for (const [way, cause, reason] of endings)
    test(`that does ${way}`, { skip: sanitized && 'a sanitizer ends a process in its own way' }, async () => {
      const host = await start(hostile());
      const stop = load(host, '/hello/x', 2);
      const { pid } = await host.plugin('hostile');
      const answer = await host.fetch(`/hostile/${way}`);
      const expected = cause ? [503, 504] : [200, 503, 504];
      assert.ok(expected.includes(answer.status), `${answer.status} ${await answer.text()}`);
      const item = await eventually('a report of the crash', async () => (await host.json('/api/host/crashes')).items[0]);
      if (cause) assert.equal(item.cause, cause, JSON.stringify(item));
      assert.match(item.summary, reason);
      const whole = await host.fetch(`/api/host/crashes/${item.id}`, { headers: host.token() });
      assert.equal(whole.status, 200);
      const report = await whole.json();
      assert.deepEqual([report.instance, report.generation, report.plugin.version, report.pid], ['hostile', 1, '1.0.0', pid]);
      assert.equal((await host.fetch(`/api/host/crashes/${item.id}`)).status, 401, 'stacks are for operators');
      await eventually('the next worker', async () => {
        const now = await host.plugin('hostile');
        return now.state === 'ready' && now.pid !== pid;
      });
      assert.equal((await host.fetch('/hostile/nothing')).status, 200);
      assert.ok(!alive(pid));
      const seen = await stop();
      assert.deepEqual(seen.failed, []);
      await host.stop();
    });

  test('that deadlocks, or ignores that nobody waits any more, is ended', async () => {
    const host = await start(hostile());
    assert.equal((await host.fetch('/hostile/deadlock')).status, 504);
    await eventually('its end', async () => (await host.json('/api/host/crashes')).items[0]?.cause === 'hang');
    await host.stop();
  });

  const outside = path.join(os.tmpdir(), `tenon-outside-${process.pid}`);
  const refusals = [
    ['write_outside', { path: outside }, [13, 1], /hostile may not open .*tenon-outside.* for writing: permission write is missing; add to plugins\.hostile\.permissions: write: \[\\?"/],
    ['open_socket', {}, [13, 1], /hostile may not open a network socket: permission outbound is missing; add to plugins\.hostile\.permissions: outbound: \[\\?"/],
    ['connect_out', { address: '127.0.0.1', port: '9' }, [13, 1], undefined],
    ['bind_port', { port: '0' }, [13, 1], undefined],
    ['fork_process', {}, [1, 38], /hostile may not start a process: no permission allows it/],
    ['exec_program', { path: '/bin/true' }, [1, 13, 38], /hostile may not/],
    ['kill_process', { pid: String(process.pid) }, [1, 3, 13], undefined],
    ['trace_process', { pid: String(process.pid) }, [1, 3, 13, 38], /hostile may not/],
    ['read_file', { path: '/etc/shadow' }, [13, 1], undefined],
  ];
  test('is refused what it has no permission for, by name, and serves on', async () => {
    const host = await start(hostile());
    const { pid } = await host.plugin('hostile');
    for (const [way, input, errors, told] of refusals) {
      const answer = await host.fetch(`/hostile/${way}?${new URLSearchParams(input)}`);
      assert.equal(answer.status, 200, way);
      const outcome = await answer.json();
      assert.equal(outcome.done, false, way);
      assert.ok(errors.includes(outcome.error), `${way}: ${JSON.stringify(outcome)}`);
      if (told) await eventually(`the log to tell of ${way}`, () => told.test(host.process.err), 5000);
    }
    assert.ok(!fs.existsSync(outside));
    const plugin = await host.plugin('hostile');
    assert.equal(plugin.pid, pid, 'nothing of it was worth an end');
    assert.ok(plugin.denials.some((one) => one.permission === 'write' && one.yaml_path === 'permissions.write'));
    assert.equal((await (await host.fetch('/hostile/write_inside')).json()).done, true, 'its own folder is its own');
    await host.stop();
  });

  test('may do what the configuration grants', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenon-granted.'));
    const host = await start(hostile(`    permissions: {write: [${JSON.stringify(folder)}]}\n`));
    const file = path.join(folder, 'note');
    const answer = await host.fetch(`/hostile/write_outside?${new URLSearchParams({ path: file })}`);
    assert.equal((await answer.json()).done, true);
    await host.stop();
    fs.rmSync(folder, { recursive: true });
  });

  test('that floods the log is cut short, and others are heard', async () => {
    const host = await start(hostile());
    const answer = await host.fetch('/hostile/flood_output?count=20000');
    assert.ok([200, 504, 503].includes(answer.status));
    assert.equal((await host.fetch('/hello/x')).status, 200);
    await eventually('the count of lines left out', () => /more than 200 lines in a second/.test(host.process.err));
    assert.ok(host.process.err.split('yyyyyyyyyy\n').length < 3000);
    await host.stop();
  });
});
