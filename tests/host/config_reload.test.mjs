// A running host takes its changed configuration file: whole, or not at all.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually, load, pluginFolder, run, scratch, startHost, writeConfig } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');

// A host on a folder of libraries of its own; `write` changes its file, `put` a library.
async function liveHost({ libraries = ['shop', 'shopper', 'hello'], plugins, host = '', more = '' }) {
  const folder = scratch();
  const dir = path.join(folder, 'plugins');
  fs.mkdirSync(dir);
  const put = (name, from = path.join(pluginFolder, `${name}.so`)) => {
    fs.copyFileSync(from, path.join(dir, `.${name}`));
    fs.renameSync(path.join(dir, `.${name}`), path.join(dir, `${name}.so`));
  };
  for (const name of libraries) put(name);
  const live = await startHost({ folder, dirs: [dir], plugins, host, more });
  live.put = put;
  live.version = (name) => put('shop', path.join(versions, `shop-${name}.so`));
  live.write = (next) => writeConfig({ folder, dirs: [dir], host, more, ...next });
  live.apply = async () => {
    const answer = await live.fetch('/api/host/config', { method: 'PUT', headers: live.token() });
    return { status: answer.status, body: await answer.json() };
  };
  live.ids = async () => (await live.json('/api/host/plugins')).items.map(({ id }) => id);
  live.config = async () => (await live.fetch('/api/host/config', { headers: live.token() })).json();
  live.page = async () => (await live.fetch('/shop/page')).json();
  return live;
}

describe('a changed configuration', () => {
  test('adds, changes and removes instances in one step', async () => {
    const host = await liveHost({ plugins: '  shop:\n  hello:\n' });
    assert.equal((await host.page()).greeting, 'welcome');
    host.write({ plugins: '  shop:\n    config: {greeting: Shalom}\n  shopper:\n' });
    const { status, body } = await host.apply();
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.outcome, 'applied');
    assert.deepEqual([body.added, body.removed], [['shopper'], ['hello']]);
    assert.deepEqual(body.changed, [{ id: 'shop', what: ['config'], new_generation: true }]);
    assert.deepEqual(await host.ids(), ['shop', 'shopper']);
    const page = await host.page();
    assert.deepEqual([page.greeting, page.visits], ['Shalom', 2], 'the state went over');
    assert.equal(await (await host.fetch('/shopper/trip')).text(), '1111');
    assert.notEqual((await host.fetch('/hello/x')).status, 200, 'routes of what was removed are gone');
    const ready = await host.json('/ready');
    assert.deepEqual(ready.parts.map(({ name }) => name).sort(), ['shop', 'shopper']);
    const shop = await host.plugin('shop');
    assert.match(shop.reloads.at(-1).reason, /the configuration changed: config/);
    await eventually('the line in the log', () => /configuration \(asked for\): applied: added shopper; removed hello; changed shop \(config\)/.test(host.process.err));

    host.write({ plugins: '  shop:\n    config: {greeting: Shalom}\n  hello:\n' });
    assert.deepEqual((await host.apply()).body.added, ['hello'], 'what was removed can come again');
    assert.deepEqual(await host.ids(), ['hello', 'shop']);
    assert.equal((await host.plugin('hello')).state, 'ready');
    assert.equal((await host.apply()).body.outcome, 'unchanged');
    assert.equal((await host.plugin('shop')).generation, 2);
    assert.equal((await host.stop()).code, 0);
  });

  test('is taken on SIGHUP', async () => {
    const host = await liveHost({ plugins: '  shop:\n' });
    host.write({ plugins: '  shop:\n    config: {greeting: Salut}\n' });
    host.process.child.kill('SIGHUP');
    await eventually('the new greeting', async () => (await host.page()).greeting === 'Salut');
    await eventually('the line', () => /configuration \(SIGHUP\): applied: changed shop \(config\)/.test(host.process.err));
    fs.writeFileSync(host.file, 'nonsense: [');
    host.process.child.kill('SIGHUP');
    await eventually('the refusal', () => /configuration \(SIGHUP\): refused, everything stays as it was/.test(host.process.err));
    assert.equal((await host.page()).greeting, 'Salut');
    assert.equal((await host.stop()).code, 0);
  });

  test('is taken by the command line, which tells what changed or what is wrong', async () => {
    const host = await liveHost({ plugins: '  shop:\n' });
    host.write({ plugins: '  shop:\n    config: {greeting: Hi}\n    labels: {region: eu}\n  hello:\n' });
    const done = run(['reload', '--all', '-c', host.file]);
    assert.equal(done.code, 0, done.err);
    assert.equal(done.out, 'applied\nadded hello\nchanged shop: config, labels\n');
    assert.equal(run(['reload', '--all', '-c', host.file]).out, 'unchanged\n');
    const shown = JSON.parse(run(['reload', '--all', '--json', '-c', host.file]).out);
    assert.equal(shown.outcome, 'unchanged');
    host.write({ plugins: '  shop:\n    config: {greting: Hi}\n' });
    const bad = run(['reload', '--all', '-c', host.file]);
    assert.equal(bad.code, 3);
    assert.match(bad.err, /tenon\.yaml:\d+:\d+: plugins\.shop\.config\.greting: .*did you mean "greeting"\?/);
    assert.equal(run(['reload', 'shop', '--all', '-c', host.file]).code, 2);
    await host.stop();
  });

  test('brings in a library that was built anew', async () => {
    const host = await liveHost({ plugins: '  shop:\n' });
    host.version('2');
    const { body } = await host.apply();
    assert.deepEqual(body.changed, [{ id: 'shop', what: ['library'], new_generation: true }]);
    assert.equal((await host.page()).version, 2);
    assert.equal(await (await host.fetch('/shop/news')).text(), 'news');
    await host.stop();
  });

  test('moves an instance into a process of its own and back', async () => {
    const host = await liveHost({ plugins: '  shop:\n' });
    await host.page();
    host.write({ plugins: '  shop:\n    runtime: isolated\n' });
    const { status, body } = await host.apply();
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.changed[0].what, ['runtime']);
    let shop = await host.plugin('shop');
    assert.equal(shop.runtime, 'isolated');
    assert.ok(shop.pid > 0);
    assert.equal((await host.page()).visits, 2, 'its state went with it');
    host.write({ plugins: '  shop:\n' });
    assert.equal((await host.apply()).status, 200);
    shop = await host.plugin('shop');
    assert.deepEqual([shop.runtime, shop.generation], ['in_process', 3]);
    assert.equal((await host.page()).visits, 3);
    assert.equal((await host.stop()).code, 0);
  });

  test('changes limits and supervision without a new generation', async () => {
    const host = await liveHost({ plugins: '  shop:\n' });
    host.write({ plugins: '  shop:\n    limits: {concurrency: 1, queue: 0}\n    supervision: {max_crashes: 1}\n    priority: 3\n' });
    const { body } = await host.apply();
    assert.deepEqual(body.changed, [{ id: 'shop', what: ['limits', 'priority', 'supervision'], new_generation: false }]);
    assert.equal((await host.plugin('shop')).generation, 1);
    const long = await host.fetch('/shop/stream?chunks=200');
    const busy = await host.fetch('/shop/page');
    assert.ok(busy.status >= 429, `${busy.status}`);
    assert.match((await busy.json()).detail, /1 calls run and 0 wait already/);
    host.write({ plugins: '  shop:\n' });
    assert.equal((await host.apply()).status, 200);
    assert.equal((await host.fetch('/shop/page')).status, 200, 'the limit is gone while the call runs');
    await long.body.cancel();
    await host.stop();
  });

  for (const runtime of ['in_process', 'isolated'])
    test(`changes log levels of what runs, ${runtime}`, async () => {
      const host = await liveHost({
        libraries: ['toolbox', 'hello'],
        plugins: `  toolbox:\n    runtime: ${runtime}\n    log_level: error\n`,
      });
      const log = (message) => host.call('test.toolbox/1', 'log', { message });
      await log('too quiet');
      host.write({ plugins: `  toolbox:\n    runtime: ${runtime}\n    log_level: info\n` });
      const { body } = await host.apply();
      assert.deepEqual(body.log_levels, ['toolbox']);
      assert.deepEqual(body.changed.map(({ what, new_generation }) => [what, new_generation]), [[['log_level'], false]]);
      await eventually('the line', async () => {
        await log('loud enough');
        return host.process.err.includes('loud enough');
      });
      assert.ok(!host.process.err.includes('too quiet'));
      assert.equal((await host.plugin('toolbox')).generation, 1);
      await host.stop();
    });
});

describe('a configuration is refused as a whole', () => {
  const cases = [
    ['with mistakes, which are located', { plugins: '  shop:\n    config: {greeting: [1]}\n  nobody:\n' },
      [/tenon\.yaml:\d+:\d+: plugins\.shop\.config\.greeting/, /plugins\.nobody: there is no plugin library "nobody"/]],
    ['with a dependency that nobody meets', { plugins: '  shopper:\n  hello:\n' }, [/tenon\.yaml:\d+:\d+: plugins\.shopper: .*demo\.shop\/1/]],
    ['with another data directory and address', { host: '  name: other\n', more: 'store:\n  readers: 9\n', plugins: '  hello:\n' },
      [/a running host cannot change host\.name, store\.readers; restart it/]],
    ['with a route that another plugin has', { plugins: '  shop:\n  hello:\n  second:\n    library: shop\n' }, [/plugins\.second: .*\/shop\/page/]],
  ];
  for (const [name, next, reasons] of cases)
    test(name, async () => {
      const host = await liveHost({ plugins: '  shop:\n    config: {greeting: Hi}\n' });
      host.write(next);
      const { status, body } = await host.apply();
      assert.equal(status, 409);
      for (const reason of reasons) assert.match(body.detail, reason);
      assert.deepEqual(await host.ids(), ['shop']);
      const shop = await host.plugin('shop');
      assert.deepEqual([shop.state, shop.generation], ['ready', 1]);
      assert.equal((await host.page()).greeting, 'Hi');
      const shown = await host.config();
      assert.equal(shown.last_refusal.outcome, 'refused');
      assert.match(shown.last_refusal.reason, reasons[0]);
      await eventually('the reason in the log', () => reasons[0].test(host.process.err));
      await host.stop();
    });

  const faults = [
    ['fails-create', /the shelves are missing/],
    ['fails-start', /the till does not open/],
    ['fails-probe', /the door is locked/],
    ['fails-restore', /the books are in another form/],
  ];
  for (const [fault, reason] of faults)
    test(`when one of several instances ${fault.replace('-', ' in ')}`, async () => {
      const host = await liveHost({ libraries: ['shop', 'shopper', 'hello', 'toolbox'], plugins: '  shop:\n  shopper:\n  toolbox:\n    permissions: {read: [beside.txt]}\n    config: {limit: 1}\n' });
      await host.page();
      host.version(fault);
      host.write({ plugins: '  shop:\n  shopper:\n  hello:\n  toolbox:\n    permissions: {read: [beside.txt]}\n    config: {limit: 2}\n' });
      const { status, body } = await host.apply();
      assert.equal(status, 409);
      assert.match(body.detail, reason);
      assert.deepEqual(await host.ids(), ['shop', 'shopper', 'toolbox']);
      for (const id of ['shop', 'toolbox']) {
        const one = await host.plugin(id);
        assert.deepEqual([one.state, one.generation], ['ready', 1], id);
      }
      assert.equal((await host.page()).visits, 2, 'it serves on with its state');
      assert.equal((await (await host.call('test.toolbox/1', 'facts')).json()).limit, 1);
      assert.notEqual((await host.fetch('/hello/x')).status, 200);
      assert.deepEqual((await host.json('/ready')).parts.map(({ name }) => name).sort(), ['shop', 'shopper', 'toolbox']);
      host.version('2');
      const again = await host.apply();
      assert.equal(again.status, 200, JSON.stringify(again.body));
      assert.deepEqual(await host.ids(), ['hello', 'shop', 'shopper', 'toolbox']);
      assert.equal((await (await host.call('test.toolbox/1', 'facts')).json()).limit, 2);
      assert.equal((await host.config()).last_refusal, null);
      assert.equal((await host.stop()).code, 0);
    });
});

test('under load no request fails while the file changes again and again', async () => {
  const host = await liveHost({ plugins: '  shop:\n  shopper:\n' });
  const pages = load(host, '/shop/page', 2);
  const trips = load(host, '/shopper/trip', 2);
  for (let i = 0; i < 40; i++) {
    host.write({ plugins: `  shop:\n    config: {greeting: number ${i}}\n  shopper:\n${i % 2 ? '  hello:\n' : ''}` });
    const { status, body } = await host.apply();
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal((await host.page()).greeting, `number ${i}`);
  }
  const [page, trip] = [await pages(), await trips()];
  assert.deepEqual([...page.failed, ...trip.failed].slice(0, 3), []);
  assert.ok(page.done > 50 && trip.done > 50, `${page.done} ${trip.done}`);
  assert.equal((await host.stop()).code, 0);
});

test('the configuration that runs is shown without secrets, to whoever has the token', async () => {
  const host = await liveHost({ plugins: '  shop:\n    config: {greeting: "${file:greeting.secret}"}\n', libraries: ['shop'] }).catch((error) => error);
  assert.ok(host instanceof Error, 'the file with the secret is not there');
  const open = await liveHost({ plugins: '  shop:\n' });
  assert.equal((await open.fetch('/api/host/config')).status, 401);
  assert.equal((await open.fetch('/api/host/config', { method: 'PUT' })).status, 401);
  fs.writeFileSync(path.join(open.folder, 'greeting.secret'), 'hush', { mode: 0o600 });
  open.write({ plugins: '  shop:\n    config: {greeting: "${file:greeting.secret}"}\n' });
  assert.equal((await open.apply()).status, 200);
  assert.equal((await open.page()).greeting, 'hush');
  const shown = await open.config();
  assert.deepEqual(Object.keys(shown), ['loaded_at', 'files', 'config', 'last_refusal']);
  assert.equal(shown.config.plugins.shop.required, false);
  assert.ok(!JSON.stringify(shown).includes('hush'));
  await open.stop();
});
