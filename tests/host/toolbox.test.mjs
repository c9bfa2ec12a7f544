// Every table that the host offers to plugins, through a real plugin, on SQLite and PostgreSQL.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually, postgres, scratch, sleep, startHost } from './support.mjs';

const id = 'test.toolbox/1';

function suite(driver, store) {
  describe(driver, () => {
    let host;
    // Instances of their own, so that runs may share one PostgreSQL.
    const box = `box-${process.pid}-${Date.now() % 1000000}`;
    const folder = scratch();
    before(async () => {
      host = await startHost({
        folder,
        more: `log:\n  format: json\n  file: ./host.log\n${store}`,
        plugins:
          `  ${box}:\n    library: toolbox\n    config: {greeting: moin}\n` +
          '    permissions: {read: [beside.txt]}\n' +
          '  hello:\n  adder:\n',
      });
    });
    after(() => host?.stop());

    async function call(method, input = {}, headers = {}) {
      const response = await host.call(id, method, input, headers);
      return { status: response.status, body: await response.json() };
    }
    async function good(method, input) {
      const { status, body } = await call(method, input);
      assert.equal(status, 200, JSON.stringify(body));
      return body;
    }

    test('a transaction is whole or not at all', async () => {
      await good('add', { names: ['ada', 'bo'] });
      assert.equal((await call('add', { names: ['cy', 'dee'], fail: true })).status, 409);
      assert.deepEqual((await good('people')).names, ['ada', 'bo']);
      const { status, body } = await call('add', { names: ['eve', 'ada'] });
      assert.deepEqual([status, body.detail], [409, 'it collides with what is stored already'], 'unique names');
      const words = () => /refused a statement: (SQLite|PostgreSQL): .*unique constraint/i.test(fs.readFileSync(path.join(folder, 'host.log'), 'utf8'));
      await eventually("the database's own words in the log", words);
      assert.deepEqual((await good('people')).names, ['ada', 'bo']);
    });

    test('many rows in one statement, and a count of what changed', async () => {
      const names = Array.from({ length: 500 }, (_, i) => `many-${String(i).padStart(3, '0')}`);
      await good('add_many', { names });
      const seen = (await good('people')).names.filter((name) => name.startsWith('many-'));
      assert.deepEqual(seen, names);
      assert.deepEqual((await good('remove', { name: 'many-000' })).sums, [1]);
      assert.deepEqual((await good('remove', { name: 'many-000' })).sums, [0]);
      for (const name of names.slice(1)) await good('remove', { name });
    });

    test('concurrent writers lose nothing', async () => {
      const names = Array.from({ length: 40 }, (_, i) => `writer-${i}`);
      await Promise.all(names.map((name) => good('add', { names: [name] })));
      const seen = (await good('people')).names.filter((name) => name.startsWith('writer-'));
      assert.equal(seen.length, names.length);
    });

    test('statements that are not for plugins are refused', async () => {
      for (const sql of [
        'SELEC 1',
        'SELECT * FROM {nowhere}',
        'DROP DATABASE postgres',
        "ATTACH 'other.db' AS other",
        'PRAGMA user_version',
        'COMMIT',
        'SELECT 1; SELECT 2',
      ]) {
        const { status, body } = await call('sql', { message: sql });
        assert.notEqual(status, 200, sql);
        assert.doesNotMatch(JSON.stringify(body), /SQLite|PostgreSQL/, sql);
      }
      assert.deepEqual((await good('sql', { message: 'SELECT 1' })).sums, [1]);
    });

    test('state is written only at the version that was read', async () => {
      assert.equal((await call('value', { key: 'k' })).status, 404);
      await good('put', { key: 'k', value: 'one', version: 0 });
      assert.equal((await call('put', { key: 'k', value: 'two', version: 0 })).status, 409);
      const { value, version } = await good('value', { key: 'k' });
      assert.equal(value, 'one');
      await good('put', { key: 'k', value: 'two', version });
      assert.equal((await call('put', { key: 'k', value: 'three', version })).status, 409);
      assert.equal((await good('value', { key: 'k' })).value, 'two');
      await good('put', { key: 'k2', value: 'x' });
      assert.deepEqual((await good('keys', { key: 'k' })).keys, ['k', 'k2']);
      await good('forget', { key: 'k' });
      assert.deepEqual((await good('keys', { key: 'k' })).keys, ['k2']);
    });

    test('of writers that race for one version, one wins', async () => {
      await good('put', { key: 'race', value: 'start', version: 0 });
      const { version } = await good('value', { key: 'race' });
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) => call('put', { key: 'race', value: `${i}`, version })),
      );
      assert.deepEqual(results.map((one) => one.status).sort(), [200, ...Array(7).fill(409)]);
    });

    test('a timer fires with its token, once or again and again, until it is stopped', async () => {
      await good('tick', { delay_ms: 1, token: 7 });
      await eventually('one tick', async () => (await good('ticks')).count === 1);
      assert.equal((await good('ticks')).token, 7);
      await good('tick', { delay_ms: 1, period_ms: 2, token: 8 });
      await eventually('more ticks', async () => (await good('ticks')).count > 5);
      const { count } = await good('untick');
      await sleep(50);
      assert.equal((await good('ticks')).count, count);
      assert.equal((await call('tick', { delay_ms: -1 })).status, 400);
    });

    test('metrics appear with the plugin as a label', async () => {
      await good('measure', { kind: 'counter', by: 2 });
      await good('measure', { kind: 'counter' });
      await good('measure', { kind: 'gauge', by: 4.5 });
      await good('measure', { kind: 'histogram', by: 5 });
      const text = await (await host.fetch('/metrics')).text();
      assert.match(text, new RegExp(`^toolbox_uses_total\\{plugin="${box}",tool="saw"\\} 3$`, 'm'));
      assert.match(text, new RegExp(`^toolbox_level\\{plugin="${box}"\\} 4.5$`, 'm'));
      assert.match(text, new RegExp(`^toolbox_sizes_bucket\\{plugin="${box}",le="1"\\} 0$`, 'm'));
      assert.match(text, new RegExp(`^toolbox_sizes_bucket\\{plugin="${box}",le="10"\\} 1$`, 'm'));
    });

    test('a log line has its fields and the id of its request', async () => {
      await call('log', { message: 'a "message"\nof two lines' }, { 'X-Correlation-ID': 'log-e2e-1' });
      const line = await eventually('the line', () =>
        fs
          .readFileSync(path.join(folder, 'host.log'), 'utf8')
          .split('\n')
          .filter((one) => one.includes('log-e2e-1'))
          .map((one) => JSON.parse(one))
          .find((one) => one.message === 'a "message"\nof two lines'),
      );
      assert.equal(line.request_id, 'log-e2e-1');
      const text = JSON.stringify(line);
      assert.ok(text.includes('"blue"') && text.includes(box), text);
      assert.ok(text.includes(JSON.stringify('a "quote"\n')), text);
    });

    test('other plugins are called by range and by instance', async () => {
      assert.equal((await good('ask', { name: 'Ada' })).text, 'Hello, Ada');
      assert.equal((await good('ask', { name: 'Ada', range: '>=1.0 <2' })).text, 'Hello, Ada');
      assert.equal((await good('ask', { name: 'Ada', instance: 'hello' })).text, 'Hello, Ada');
      for (const ask of [{ range: '>=2' }, { instance: 'nobody' }]) {
        const { status, body } = await call('ask', { name: 'Ada', ...ask });
        assert.equal(status, 404);
        assert.match(body.detail, /demo\.greeter\/1/);
      }
      const { providers } = await good('providers', { name: '' });
      assert.deepEqual(providers.map((one) => [one.instance, one.library, one.state]), [
        ['hello', 'hello', 'ready'],
      ]);
    });

    test('an interface that the manifest does not require cannot be called', async () => {
      const { status, body } = await call('ask', { name: 'x', interface: 'test.toolbox/1' });
      assert.equal(status, 403);
      assert.match(body.detail, /does not require/);
    });

    test('columns go through another plugin and come back', async () => {
      const lists = [[1, 2, 3], [], [-5, 9007199254740991]];
      assert.deepEqual((await good('sum', { lists })).sums, [6, 0, 9007199254740986]);
    });

    test('configuration with defaults, a folder of its own, paths beside the file', async () => {
      const facts = await good('facts');
      assert.deepEqual(facts, {
        instance: box,
        greeting: 'moin',
        limit: 10,
        folder: path.join(host.data, 'plugins', box),
        path: path.join(folder, 'beside.txt'),
      });
      assert.ok(fs.statSync(facts.folder).isDirectory());
    });
  });
}

test('a path that nobody granted is refused with the line to add', async () => {
  const host = await startHost({ plugins: ['toolbox'] });
  const answer = await host.call(id, 'facts');
  const { detail } = await answer.json();
  const file = path.join(fs.realpathSync(host.folder), 'beside.txt');
  assert.equal(answer.status, 403);
  assert.equal(
    detail,
    `toolbox may not read ${file}: permission read is missing; ` +
      `add to plugins.toolbox.permissions: read: ["${file}"]`,
  );
  await host.stop();
});

suite('SQLite', '');
if (postgres) suite('PostgreSQL', `store:\n  driver: postgres\n  url: ${JSON.stringify(postgres)}\n`);
else test('PostgreSQL', { skip: 'TENON_TEST_POSTGRES is not set' }, () => {});
