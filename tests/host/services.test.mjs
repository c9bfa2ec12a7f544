// Services between plugins, in both runtimes: providers that are chosen, leave and return; events; circles of calls.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually, load, pluginFolder, scratch, startHost } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');
const names = ['voice-1', 'voice-2', 'listener', 'circle-a', 'circle-b'];

// A host with libraries of its own, which a test may replace.
async function serviceHost(runtime, plugins, more) {
  const folder = scratch();
  const libraries = path.join(folder, 'plugins');
  fs.mkdirSync(libraries);
  for (const name of names) fs.copyFileSync(path.join(pluginFolder, `${name}.so`), path.join(libraries, `${name}.so`));
  const host = await startHost({ folder, dirs: [libraries], host: `  runtime: ${runtime}\n`, plugins, more });
  return dress(host);
}

function dress(host) {
  const ask = async (interface_, method, input) => {
    const answer = await host.call(interface_, method, input);
    return { status: answer.status, ...(await answer.json()) };
  };
  host.ask = (method, input = {}) => ask('test.listener/1', method, input);
  host.toss = (input) => ask('test.circle-a/1', 'first', input);
  host.reload = async (id) => {
    const answer = await host.fetch(`/api/host/plugins/${id}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...host.token() },
      body: '{}',
    });
    return { status: answer.status, body: await answer.json() };
  };
  host.replace = (library, file) => {
    const to = path.join(host.folder, 'plugins', `${library}.so`);
    fs.copyFileSync(path.join(versions, `${file}.so`), `${to}.new`);
    fs.renameSync(`${to}.new`, to);
  };
  host.heard = async (subscription) =>
    (await host.ask('heard')).events.filter((one) => one.subscription === subscription).map((one) => JSON.parse(one.data));
  host.kept = async () => (await host.ask('kept')).events.map((one) => `${one.topic} ${one.data}`);
  host.killWorker = async (id) => {
    const { pid } = await host.plugin(id);
    assert.ok(pid > 0, `${id} has a worker`);
    process.kill(pid, 'SIGKILL');
  };
  return host;
}

const voices = `  one: {library: voice-1, labels: {tier: gold}, priority: 5}
  two: {library: voice-2, labels: {tier: gold, region: eu}, supervision: {max_crashes: 0}}
  three: {library: voice-2}
  listener: {}
`;

for (const runtime of ['in_process', 'isolated'])
  describe(`services, ${runtime}`, () => {
    test('a provider is chosen by range, labels, priority and instance, and listed', async () => {
      const host = await serviceHost(runtime, voices);
      const table = [
        [{}, 'one', '1.1.0'], // by priority
        [{ range: '>=1.2' }, 'three', '1.2.0'], // by name
        [{ range: '>=1.2', labels: 'tier=gold' }, 'two', '1.2.0'],
        [{ labels: 'region=eu' }, 'two', '1.2.0'],
        [{ instance: 'three' }, 'three', '1.2.0'],
      ];
      for (const [wish, instance, version] of table)
        assert.deepEqual(await host.ask('ask', wish), { status: 200, instance, version }, JSON.stringify(wish));
      const none = await host.ask('ask', { range: '>=2' });
      assert.equal(none.status, 404);
      assert.match(
        JSON.stringify(none),
        /listener asks for test\.voice\/1 with version >=2: one 1\.1\.0 is not in version >=2; three/,
      );
      const { voices: listed } = await host.ask('voices');
      assert.deepEqual(
        listed.map((one) => [one.instance, one.version, one.state, one.labels, one.priority]),
        [
          ['one', '1.1.0', 'ready', 'tier=gold', 5],
          ['three', '1.2.0', 'ready', '', 0],
          ['two', '1.2.0', 'ready', 'region=eu,tier=gold', 0],
        ],
      );
      await host.stop();
    });

    test("the operator's choice narrows what a consumer asks for", async () => {
      const host = await serviceHost(
        runtime,
        voices.replace('listener: {}', 'listener: {use: {test.voice/1: {labels: {region: eu}}}}'),
      );
      assert.equal((await host.ask('ask')).instance, 'two');
      const none = await host.ask('ask', { range: '<1.2' });
      assert.match(JSON.stringify(none), /plugins\.listener\.use asks for labels region=eu/);
      await host.stop();
    });

    test('a provider leaves and returns under load: another takes over, and its consumer hears of it', async () => {
      const host = await serviceHost(runtime, voices);
      // Which voices answered, and how often.
      const listen = (target) => {
        const voices = {};
        const stop = load(host, target, 2, (text) => (voices[text] = (voices[text] ?? 0) + 1));
        return { voices, stop };
      };
      const gold = listen('/listener/voice?labels=tier%3Dgold&range=%3E%3D1.2');
      const fallback = listen('/listener/voice?range=%3E%3D1.2');
      await eventually('calls', () => gold.voices.two > 20 && fallback.voices.three > 20);

      // Another version in its place: handles that still fit stay, and both changes are told.
      host.replace('voice-2', 'voice-2-newer');
      assert.equal((await host.reload('two')).status, 200);
      await eventually('news of the reload', async () => (await host.heard('voices')).length >= 2);
      assert.deepEqual(await host.heard('voices'), [
        { interface: 'test.voice/1', version: '1.2.0', instance: 'two', state: 'gone' },
        { interface: 'test.voice/1', version: '1.3.0', instance: 'two', state: 'available' },
      ]);
      // The newest is preferred now.
      await eventually('the newer voice', () => fallback.voices.two > 20);

      if (runtime === 'isolated') {
        const { three } = fallback.voices;
        await host.killWorker('two');
        await eventually('the other voice', () => fallback.voices.three > three + 20);
        await eventually('news of its end', async () => (await host.heard('voices')).length >= 3);
        assert.equal((await host.plugin('two')).state, 'degraded');
        const { voices: listed } = await host.ask('voices');
        assert.deepEqual(listed.map((one) => one.instance), ['one', 'three']);
        const { two } = fallback.voices;
        assert.equal((await host.reload('two')).status, 200);
        await eventually('its return', () => fallback.voices.two > two + 20);
        const heard = await host.heard('voices');
        assert.deepEqual(
          heard.slice(2).map((one) => [one.instance, one.version, one.state]),
          [
            ['two', '1.3.0', 'gone'],
            ['two', '1.3.0', 'available'],
          ],
        );
      }
      const { failed } = await gold.stop();
      assert.deepEqual((await fallback.stop()).failed, [], 'whoever has another provider does not notice');
      for (const { status, text } of failed)
        assert.match(`${status} ${text}`, /^503 .*(the provider of test\.voice\/1 speak is not running|two is not running|was killed by SIGKILL)/);
      if (runtime === 'in_process') assert.deepEqual(failed, []);
      assert.deepEqual(Object.keys(gold.voices), ['two'], 'nobody else fits');
      await host.stop();
    });

    test('live events reach who declared them; others are refused', async () => {
      const host = await serviceHost(runtime, '  listener: {}\n');
      assert.equal((await host.ask('publish', { topic: 'test.news.today', number: 1 })).status, 200);
      assert.equal((await host.ask('publish', { topic: 'test.other', number: 2 })).status, 200);
      await eventually('the news', async () => (await host.heard('news')).length > 0);
      assert.deepEqual(await host.heard('news'), [1]);
      const table = [
        [() => host.ask('publish', { topic: 'shop.sold', number: 1 }), 403, /add \\"shop\.sold\\" to events\.publishes/],
        [() => host.ask('publish', { topic: 'tenon.provider', number: 1 }), 403, /may not publish tenon\.provider/],
        [() => host.ask('publish', { topic: 'Test', number: 1 }), 400, /the topic \\"Test\\" has the word/],
        [() => host.ask('subscribe', { pattern: 'shop.*', durable: false }), 403, /add \\"shop\.\*\\" to events\.subscribes/],
        [() => host.ask('subscribe', { pattern: '**', durable: false }), 403, /events\.subscribes/],
      ];
      for (const [act, status, text] of table) {
        const answer = await act();
        assert.equal(answer.status, status, JSON.stringify(answer));
        assert.match(JSON.stringify(answer), text);
      }
      await host.stop();
    });

    test('durable events outlive a kill of the host, a reload and failures, in order', async () => {
      const plugins = '  listener: {config: {durable: true}}\n';
      let host = await serviceHost(runtime, plugins);
      const expected = [];
      const publish = async (number) => {
        assert.equal((await host.ask('publish', { topic: 'test.news.kept', number })).status, 200);
        expected.push(`test.news.kept ${number}`);
      };
      await publish(0);
      await eventually('the first', async () => (await host.kept()).length === 1);

      await host.ask('fail', { fail: 1000000, die: false });
      for (let i = 1; i < 10; i++) await publish(i);
      host.process.child.kill('SIGKILL');
      await host.process.ended;
      host = dress(await startHost({ file: host.file }));
      await eventually('what was accepted before', async () => (await host.kept()).length >= 10);
      assert.deepEqual(await host.kept(), expected);

      await host.ask('fail', { fail: 1000000, die: false });
      await publish(10);
      assert.equal((await host.reload('listener')).status, 200);
      await publish(11);
      await eventually('what the reload left', async () => (await host.kept()).length >= 12);
      assert.deepEqual(await host.kept(), expected);

      if (runtime === 'isolated') {
        await host.ask('fail', { fail: 0, die: true });
        // It may die before it answers the call in which it publishes.
        await host.ask('publish', { topic: 'test.news.kept', number: 12 });
        expected.push('test.news.kept 12');
        await eventually('what a crash left', async () => (await host.kept().catch(() => [])).length >= 13);
        assert.deepEqual(await host.kept(), expected);
      }
      await host.stop();
    });

    test('no more events are kept than the configuration says, and the oldest go', async () => {
      const host = await serviceHost(runtime, '  listener: {config: {durable: true}}\n', 'events: {durable: 3}\n');
      await host.ask('fail', { fail: 1000000, die: false });
      for (let number = 0; number < 8; number++) await host.ask('publish', { topic: 'test.news.kept', number });
      const { items } = await host.json('/api/host/events');
      const kept = items.find((one) => one.durable);
      assert.deepEqual([kept.pending, kept.dropped], [3, 5], JSON.stringify(kept));
      await host.ask('fail', { fail: 0, die: false });
      await eventually('the rest', async () => (await host.kept()).length === 3);
      assert.deepEqual(await host.kept(), ['test.news.kept 5', 'test.news.kept 6', 'test.news.kept 7']);
      await host.stop();
    });

    test('a circle of calls is cut and shown', async () => {
      const host = await serviceHost(runtime, '  circle-a:\n  circle-b:\n');
      const straight = await host.toss({ throws: 1 });
      assert.equal(straight.way, 'circle-a circle-b');
      const cut = await host.toss({ throws: -1 });
      assert.equal(cut.status, 409, JSON.stringify(cut));
      assert.match(
        JSON.stringify(cut),
        /the call goes round in a circle: circle-a\.first -> circle-b\.second -> circle-a\.first/,
      );
      await host.stop();
    });
  });
