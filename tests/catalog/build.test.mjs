// Builds: what they leave untouched, what changes them, who may start them, and when they fail.
import assert from 'node:assert/strict';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { client, command, makeDeployment, startHost, storeText } from './support.mjs';

const skip =
  process.env.TENON_TEST_STORE === 'postgres' && !process.env.TENON_TEST_POSTGRES
    ? 'TENON_TEST_POSTGRES is not set'
    : false;

async function exportsOf(deployment) {
  const out = {};
  for (const name of (await readdir(deployment.exports)).sort()) {
    const path = join(deployment.exports, name);
    out[name] = { bytes: await readFile(path, 'utf8'), time: (await stat(path, { bigint: true })).mtimeNs };
  }
  return out;
}

describe('builds', { skip }, () => {
  let deployment, host, api;

  const build = async (body = {}) => {
    const answer = await api.send('/builds', { method: 'POST', token: host.token, body: { wait: true, ...body } });
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };

  before(async () => {
    deployment = await makeDeployment({ store: storeText(), copyDemo: true });
    host = await startHost(deployment);
    api = client(host);
  });
  after(async () => {
    await host?.stop();
    await deployment?.remove();
  });

  test('the first build ran before the host listened and tells what it did', async () => {
    const { items } = await api.get('/builds');
    assert.equal(items[0].state, 'succeeded');
    const { summary } = await api.get(`/builds/${items[0].id}`);
    assert.equal(summary.cause, 'start');
    assert.deepEqual(summary.sample.differing, []);
    assert.ok(summary.sample.checked > 0);
    assert.ok(summary.rows.bad > 0 && summary.rows.bad_share < 0.25);
    assert.ok(summary.reasons.negative_price >= 1, JSON.stringify(summary.reasons));
    assert.deepEqual(summary.unknown_categories, {});
    assert.deepEqual(summary.declared.unresolved_first, []);
    assert.ok(summary.candidates.length > 0);
  });

  test('building again leaves every file untouched', async () => {
    const earlier = await exportsOf(deployment);
    for (const body of [{}, { brand: 'auralis' }]) {
      const summary = await build(body);
      assert.equal(summary.export.written, 0);
      assert.equal(summary.rescored, 0);
      assert.deepEqual([summary.changes.added, summary.changes.removed, summary.changes.changed], [0, 0, 0]);
      assert.deepEqual(await exportsOf(deployment), earlier);
    }
  });

  test('a brand that nobody has is refused, and the catalog stays', async () => {
    const answer = await api.send('/builds', { method: 'POST', token: host.token, body: { wait: true, brand: 'nobody' } });
    assert.equal(answer.status, 404);
    assert.match(answer.json.detail, /nobody/);
    assert.ok((await api.get('/products')).total > 0);
  });

  test('a changed price is exported, by a build of its brand alone', async () => {
    const list = join(deployment.folder, 'demo', 'dealer', 'bramble.jsonl');
    const text = await readFile(list, 'utf8');
    const earlier = await exportsOf(deployment);
    await writeFile(list, text.replace('"3290.00"', '"3190.00"'));
    const summary = await build({ brand: 'bramble' });
    assert.ok(summary.changes.changed >= 1);
    assert.ok(summary.rescored > 0 && summary.rescored < summary.products, `${summary.rescored}`);
    assert.equal((await api.get('/products/BR-HR1')).price, '3190.00');
    await writeFile(list, text);
    await build();
    // The list was written anew, so what comes from it bears another time.
    const timeless = (files) =>
      Object.entries(files).map(([name, file]) => [name, file.bytes.replaceAll(/"time":"[^"]*"/g, '')]);
    assert.deepEqual(timeless(await exportsOf(deployment)), timeless(earlier));
  });

  test('a build in the background is followed by its address', async () => {
    const begun = await api.send('/builds', { method: 'POST', token: host.token });
    assert.equal(begun.status, 202, begun.text);
    assert.equal(begun.headers.get('location'), `/api/catalog/builds/${begun.json.id}`);
    let state = 'running';
    for (let i = 0; i < 600 && state === 'running'; ++i) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      state = (await api.get(`/builds/${begun.json.id}`)).state;
    }
    assert.equal(state, 'succeeded');
  });

  test('the indexed way relates as comparing all pairs does, on any number of threads', async () => {
    const files = [];
    for (const words of [[], ['--threads', '1'], ['--exhaustive']]) {
      const file = join(deployment.folder, `relations-${files.length}.jsonl`);
      const { data } = await command(deployment, 'catalog', 'relate', ...words, '--out', file);
      assert.ok(data.related > 0);
      files.push(await readFile(file, 'utf8'));
    }
    assert.ok(files[0].length > 1000);
    assert.equal(files[1], files[0]);
    assert.equal(files[2], files[0]);
  });

  test('rules are printed complete', async () => {
    const { data, text } = await command(deployment, 'catalog', 'rules');
    assert.deepEqual(data.scorers.map((one) => one.kind).sort(), ['accessory', 'necessity', 'related']);
    const of = (kind) => data.scorers.find((one) => one.kind === kind);
    assert.deepEqual(
      ['necessity', 'accessory', 'related'].map((kind) => [of(kind).model.threshold, of(kind).model.limit]),
      [[60, 5], [60, 8], [70, 6]],
    );
    assert.ok(JSON.stringify(of('necessity').settings).includes('power supply'));
    assert.match(text, /kept above 70/);
  });

  test('a match that a person accepts is joined by the next build', async () => {
    const { items } = await api.get('/review?status=open');
    assert.equal(items.length, 1);
    const path = `/review/${items[0].commercial.id}/${items[0].official.id}`;
    const body = { decision: 'accept', note: 'the same pack' };
    assert.equal((await api.send(path, { method: 'POST', token: host.token, body })).status, 200);
    const joined = await build();
    assert.equal(joined.changes.removed, 1);
    assert.equal((await api.get('/review?status=open')).total, 0);
    assert.equal((await api.get('/review?status=decided')).items[0].decision, 'accept');
    const undo = { decision: 'undo' };
    assert.equal((await api.send(path, { method: 'POST', token: host.token, body: undo })).status, 200);
    assert.equal((await build()).changes.added, 1);
    const wrong = await api.send('/review/a/b', { method: 'POST', token: host.token, body });
    assert.equal(wrong.status, 404);
  });

  test('a curator forbids, pins and takes back', async () => {
    const product = 'auralis_nova_61';
    const ids = async (kind) =>
      (await api.get(`/products/${product}/relationships?kind=${kind}`)).items.map((one) => one.id);
    const change = async (body) => {
      const answer = await api.send('/overrides', { method: 'POST', token: host.token, body: { product, ...body } });
      assert.equal(answer.status, 200, answer.text);
    };
    const changes = async () => (await api.get(`/overrides?product=${product}&history=true`)).total;
    const changesBefore = await changes();
    const [first] = await ids('necessity');
    const last = (await ids('related')).at(-1);
    await change({ target: first, action: 'forbid' });
    await change({ target: last, action: 'pin', kind: 'accessory', note: 'sold together' });
    await build();
    assert.ok(!(await ids('necessity')).includes(first));
    assert.equal((await ids('accessory'))[0], last);
    assert.ok(!(await ids('related')).includes(last));
    const [pinned] = (await api.get(`/products/${product}/relationships?kind=accessory`)).items;
    assert.equal(pinned.why.pinned, true);
    assert.equal(pinned.why.declared.sentence, 'sold together');
    await change({ target: first, action: 'clear' });
    await change({ target: last, action: 'clear' });
    await build();
    assert.equal((await ids('necessity'))[0], first);
    assert.equal((await api.get(`/overrides?product=${product}`)).total, 0);
    assert.equal(await changes(), changesBefore + 4);
  });

  test('a SKU of two products is a conflict that names both', async () => {
    const file = join(deployment.folder, 'shared.jsonl');
    const row = (brand, name) => ({ id: name, sku: 'SHARED-1', name: `${brand} ${name}`, brand, category: 'Synthesizers', price: '10.00', currency: 'ILS', in_stock: true });
    await writeFile(file, [row('Auralis', 'Alpha One'), row('Bramble', 'Beta Two')].map((one) => JSON.stringify(one)).join('\n') + '\n');
    const { data } = await command(deployment, 'catalog', 'import', '--files', JSON.stringify([file]));
    assert.equal(data.build.changes.added, 2, JSON.stringify(data.imported));
    const answer = await api.send('/products/SHARED-1');
    assert.equal(answer.status, 409);
    assert.equal(answer.json.candidates.length, 2);
    assert.notEqual(answer.json.candidates[0].id, answer.json.candidates[1].id);
    for (const candidate of answer.json.candidates) {
      assert.equal((await api.get(`/products/${candidate.id}`)).sku, 'SHARED-1');
    }
  });

  test('a build with too many bad rows fails and leaves exports and answers as they were', async () => {
    const earlier = await exportsOf(deployment);
    const total = (await api.get('/products')).total;
    const file = join(deployment.folder, 'demo', 'dealer', 'spoiled.csv');
    await writeFile(file, 'sku,title,brand,price\n' + ',,,\n'.replace(',,,', ',,,call us').repeat(400));
    const failed = await api.send('/builds', { method: 'POST', token: host.token, body: { wait: true } });
    assert.ok(failed.status >= 400, failed.text);
    assert.deepEqual(await exportsOf(deployment), earlier);
    assert.equal((await api.get('/products')).total, total);
    assert.equal((await api.get('/builds')).items[0].state, 'failed');
  });
});
