// Reloads of a running host: new code beside the old, exchanged under load, and the ways in which a new version
// can be bad.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually, load, pluginFolder, run, sanitized, scratch, startHost } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');

// A host whose shop comes from a file that the test replaces.
export async function shopHost({ version = '1', config = '', more = '' } = {}) {
  const folder = scratch();
  const libraries = path.join(folder, 'plugins');
  fs.mkdirSync(libraries);
  const put = (name) => {
    const fresh = path.join(libraries, '.shop.so');
    fs.copyFileSync(path.join(versions, `shop-${name}.so`), fresh);
    fs.renameSync(fresh, path.join(libraries, 'shop.so'));
  };
  put(version);
  fs.copyFileSync(path.join(pluginFolder, 'shopper.so'), path.join(libraries, 'shopper.so'));
  const host = await startHost({
    folder,
    dirs: [libraries],
    plugins: `  shop:\n${config}  shopper:\n${more}`,
  });
  host.put = put;
  host.reload = async (body = {}) => {
    const answer = await host.fetch('/api/host/plugins/shop', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...host.token() },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
  host.rollback = async () => {
    const answer = await host.fetch('/api/host/plugins/shop/rollback', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...host.token() },
      body: '{}',
    });
    return { status: answer.status, body: await answer.json() };
  };
  host.page = async () => (await host.fetch('/shop/page')).json();
  host.reloads = async () => (await host.plugin('shop')).reloads;
  return host;
}

describe('a reload', () => {
  for (const runtime of ['in_process', 'isolated'])
    test(`exchanges the code, keeps handles and state, and says so, ${runtime}`, async () => {
      const host = await shopHost({ config: `    runtime: ${runtime}\n` });
      assert.equal((await host.page()).version, 1);
      assert.equal((await host.plugin('shop')).earlier_version, undefined);
      assert.equal((await host.fetch('/shop/news')).status, 404);
      host.put('2');
      const { status, body } = await host.reload();
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(
        [body.outcome, body.from, body.to, body.from_version, body.to_version],
        ['serving', 1, 2, '1.0.0', '2.0.0'],
      );
      const page = await host.page();
      assert.equal(page.version, 2);
      assert.equal(page.visits, 2, 'the first generation handed its count over');
      assert.equal(await (await host.fetch('/shop/news')).text(), 'news');
      assert.equal(await (await host.fetch('/shopper/trip')).text(), '2222');
      const plugin = await host.plugin('shop');
      assert.deepEqual([plugin.version, plugin.generation, plugin.state, plugin.earlier_version], ['2.0.0', 2, 'ready', '1.0.0']);

      const back = await host.rollback();
      assert.equal(back.status, 200, JSON.stringify(back.body));
      assert.equal((await host.page()).version, 1);
      assert.equal((await host.fetch('/shop/news')).status, 404, 'routes of the newer version are gone');
      assert.equal((await host.stop()).code, 0);
    });

  test('from the command line, and back', async () => {
    const host = await shopHost();
    host.put('2');
    const done = run(['reload', 'shop', '-c', host.file]);
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, /serving: generation 2 \(2\.0\.0\) after 1 \(1\.0\.0\)/);
    const back = run(['rollback', 'shop', '-c', host.file, '--json']);
    assert.equal(back.code, 0, back.err);
    assert.equal(JSON.parse(back.out).to_version, '1.0.0');
    const wrong = run(['reload', 'shup', '-c', host.file]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /there is no plugin "shup"; there are shop, shopper/);
    await host.stop();
  });

  test('needs the token of the host', async () => {
    const host = await shopHost();
    const answer = await host.fetch('/api/host/plugins/shop', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    assert.equal(answer.status, 401);
    assert.equal((await host.plugin('shop')).generation, 1);
    await host.stop();
  });

  const bad = [
    ['fails-create', /failed to configure: .*the shelves are missing/],
    ['fails-start', /failed to start: the till does not open/],
    ['fails-probe', /its probe failed: the door is locked/],
    ['fails-restore', /the books are in another form/],
  ];
  for (const [name, reason] of bad)
    test(`to a version that ${name.replace('-', ' in ')} leaves the old one serving`, async () => {
      const host = await shopHost();
      host.put(name);
      const stop = load(host, '/shop/page', 4, (text, seen) => {
        if (JSON.parse(text).version !== 1) seen.failed.push(text);
      });
      const { status, body } = await host.reload();
      const seen = await stop();
      assert.notEqual(status, 200);
      assert.match(body.detail, reason);
      assert.deepEqual(seen.failed, []);
      const plugin = await host.plugin('shop');
      assert.deepEqual([plugin.state, plugin.generation], ['ready', 1]);
      assert.equal(plugin.reloads.at(-1).outcome, 'refused');
      assert.match(plugin.reloads.at(-1).reason, reason);
      await eventually('the line in the log', () => reason.test(host.process.err));
      await host.stop();
    });

  test('to a file that is no plugin, or another plugin, is refused', async () => {
    const host = await shopHost();
    for (const [file, reason] of [
      [path.join(pluginFolder, 'hello.so'), /it is the library hello, and shop is an instance of shop/],
      [path.join(pluginFolder, 'not-a-plugin.so'), /is not a tenon plugin/],
      ['/nowhere/shop.so', /cannot be read/],
    ]) {
      const { status, body } = await host.reload({ file });
      assert.notEqual(status, 200);
      assert.match(body.detail, reason);
    }
    assert.equal((await host.page()).version, 1);
    await host.stop();
  });

  const rounds = sanitized ? 100 : 1000;
  test(`${rounds} times under load loses and mixes nothing`, async () => {
    const host = await shopHost();
    const met = new Set();
    const pages = load(host, '/shop/page', 6, (text, seen, answer) => {
      const said = JSON.parse(text);
      met.add(said.version);
      if (Number(answer.headers.get('x-shop-version')) !== said.version) seen.failed.push(text);
    });
    const trips = load(host, '/shopper/trip', 4, (text, seen) => {
      if (!/^(1111|2222)$/.test(text)) seen.failed.push(text);
    });
    for (let i = 0; i < rounds; i++) {
      const { status, body } = await host.reload({
        file: path.join(versions, `shop-${i % 2 ? 1 : 2}.so`),
      });
      assert.equal(status, 200, JSON.stringify(body));
    }
    const [page, trip] = [await pages(), await trips()];
    assert.deepEqual(page.failed.slice(0, 3), []);
    assert.deepEqual(trip.failed.slice(0, 3), []);
    assert.ok(page.done > rounds / 2 && trip.done > rounds / 2, `${page.done} ${trip.done}`);
    assert.deepEqual([...met].sort(), [1, 2]);
    assert.equal((await host.plugin('shop')).generation, rounds + 1);
    assert.equal((await host.stop()).code, 0);
  });

  test('does not cut a long answer, which ends with the version it began with', async () => {
    const host = await shopHost();
    const answer = await host.fetch('/shop/stream?chunks=30');
    host.put('2');
    assert.equal((await host.reload()).status, 200);
    assert.equal((await host.page()).version, 2);
    assert.equal(await answer.text(), 'version 1\n'.repeat(30));
    await host.stop();
  });
});

test('a host that stops while an old generation still answers stops in order', async () => {
  const host = await shopHost();
  const answer = await host.fetch('/shop/stream?chunks=400');
  const rest = answer.text().catch(() => 'cut');
  host.put('2');
  assert.equal((await host.reload()).status, 200);
  const ended = await host.stop();
  assert.deepEqual([ended.code, ended.signal], [0, null], ended.err);
  await rest;
});

test('a refused reload stays in the history', async () => {
  const host = await shopHost();
  await host.reload({ file: '/nowhere/shop.so' });
  host.put('2');
  await host.reload();
  assert.deepEqual(
    (await host.reloads()).map((one) => one.outcome),
    ['refused', 'serving'],
  );
  await host.stop();
});

describe('a canary', () => {
  const canary = { share_percent: 50, duration_ms: 1500, min_calls: 40, max_error_percent: 2, max_latency_factor: 2 };

  test('that does well becomes the serving generation', async () => {
    const host = await shopHost();
    host.put('2');
    const { status, body } = await host.reload({ canary });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.outcome, 'trial');
    assert.equal((await host.plugin('shop')).trial, 2);
    const met = { 1: 0, 2: 0 };
    const stop = load(host, '/shop/page', 4, (text) => met[JSON.parse(text).version]++);
    await eventually('the promotion', async () => (await host.plugin('shop')).generation === 2);
    const seen = await stop();
    assert.deepEqual(seen.failed, []);
    assert.ok(met[1] > 20 && met[2] > 20, JSON.stringify(met));
    const last = (await host.reloads()).at(-1);
    assert.equal(last.outcome, 'serving');
    assert.match(last.reason, /0 of its \d+ calls failed/);
    await host.stop();
  });

  const bad = [
    ['errs', /\d+ of its \d+ calls failed \([\d.]+ %, the old generation 0\.0 %/],
    ['slow', /its median call took [\d.]+ ms, that of the old generation [\d.]+ ms/],
  ];
  for (const [name, reason] of bad)
    test(`that ${name} goes back by itself`, async () => {
      const host = await shopHost({ config: '    config: {slow_us: 1000}\n' });
      host.put(name);
      assert.equal((await host.reload({ canary: { ...canary, duration_ms: 60000 } })).status, 200);
      const stop = load(host, '/shop/page', 4);
      await eventually('the rollback', async () => (await host.reloads()).at(-1).outcome === 'rolled back');
      await stop();
      const plugin = await host.plugin('shop');
      assert.deepEqual([plugin.generation, plugin.state, plugin.trial], [1, 'ready', undefined]);
      assert.match(plugin.reloads.at(-1).reason, reason);
      await eventually('the line in the log', () => reason.test(host.process.err));
      assert.equal((await host.page()).version, 1);
      await host.stop();
    });

  test('is not condemned for what its callers did wrong, in routes and in methods', async () => {
    const host = await shopHost();
    host.put('misses'); // every second answer is 404
    assert.equal((await host.reload({ canary })).status, 200);
    const stop = load(host, '/shop/page', 4);
    for (let i = 0; i < 60; i++) await host.call('demo.shop/1', 'visit');
    await eventually('the promotion', async () => (await host.plugin('shop')).generation === 2);
    const seen = await stop();
    assert.ok(seen.failed.length > 20, `${seen.failed.length} requests failed`);
    assert.deepEqual([...new Set(seen.failed.map((one) => one.status))], [404]);
    assert.equal((await host.plugin('shop')).errors, 0);
    assert.equal((await host.json('/api/health/reliability')).success_rate, 1);
    await host.stop();
  });

  test('can be ended by hand', async () => {
    const host = await shopHost();
    host.put('2');
    await host.reload({ canary: { duration_ms: 600000 } });
    const { body } = await host.rollback();
    assert.equal(body.outcome, 'rolled back');
    for (let i = 0; i < 30; i++) assert.equal((await host.page()).version, 1);
    await host.stop();
  });

  test('is refused with numbers that make no sense', async () => {
    const host = await shopHost();
    const { status, body } = await host.reload({ canary: { share_percent: 0 } });
    assert.equal(status, 400);
    assert.match(body.detail, /found 0, expected 0\.1 to 100/);
    await host.stop();
  });
});

test('generations that cannot be unloaded are counted, explained and capped', async () => {
  const host = await shopHost({ version: 'leaks' });
  let refused;
  for (let i = 0; i < 20 && !refused; i++) {
    await host.page();
    const { status, body } = await host.reload();
    if (status !== 200) refused = body.detail;
  }
  assert.match(refused ?? 'nothing', /8 old generations of shop could not be unloaded.*keep_mapped/);
  assert.equal((await host.plugin('shop')).left_mapped, 8);
  await eventually('the line in the log', () => /generation 1: its code could not be unloaded: a thread/.test(host.process.err));
  assert.equal((await host.page()).version, 9, 'it serves on');
  await host.stop();
});
