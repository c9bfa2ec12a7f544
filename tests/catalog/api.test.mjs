// The catalog's HTTP interface on the demo, held against its own exports.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { client, makeDeployment, startHost, storeText } from './support.mjs';

const skip =
  process.env.TENON_TEST_STORE === 'postgres' && !process.env.TENON_TEST_POSTGRES
    ? 'TENON_TEST_POSTGRES is not set'
    : false;
const kinds = ['necessity', 'accessory', 'related'];
const thresholds = { necessity: 60, accessory: 60, related: 70 };
const limits = { necessity: 5, accessory: 8, related: 6 };

describe('the catalog over HTTP', { skip }, () => {
  let deployment, host, api, products;

  before(async () => {
    deployment = await makeDeployment({ store: storeText() });
    host = await startHost(deployment);
    api = client(host);
    const index = await api.get('/data/index.json');
    products = [];
    for (const brand of index.brands) {
      products.push(...(await api.get(`/data/${brand.file}`)).products);
    }
  });
  after(async () => {
    await host?.stop();
    await deployment?.remove();
  });

  test('brands are those of the exports, with their counts', async () => {
    const { items, total } = await api.all('/brands', 2);
    assert.equal(total, items.length);
    for (const brand of items) {
      assert.equal(brand.products, products.filter((one) => one.brand_id === brand.id).length, brand.id);
      assert.ok(brand.logo_url.startsWith('/demo/'), brand.logo_url);
    }
    assert.equal(products.length, items.reduce((sum, brand) => sum + brand.products, 0));
  });

  test('every order pages over everything, each product once, whatever the page size', async () => {
    for (const sort of ['name', 'price', '-price', 'relevance']) {
      const whole = (await api.all(`/products?sort=${sort}`, 200)).items.map((one) => one.id);
      assert.deepEqual([...whole].sort(), products.map((one) => one.id).sort(), sort);
      for (const limit of [1, 7]) {
        const paged = (await api.all(`/products?sort=${sort}`, limit)).items.map((one) => one.id);
        assert.deepEqual(paged, whole, `${sort} by ${limit}`);
      }
    }
  });

  test('a cursor goes on with another limit', async () => {
    const whole = (await api.all('/products?sort=name', 200)).items.map((one) => one.id);
    const first = await api.get('/products?sort=name&limit=3');
    const next = await api.get(`/products?sort=name&limit=9&cursor=${encodeURIComponent(first.next_cursor)}`);
    assert.deepEqual([...first.items, ...next.items].map((one) => one.id), whole.slice(0, 12));
  });

  test('prices ascend and descend, products without a price last', async () => {
    for (const [sort, sign] of [['price', 1], ['-price', -1]]) {
      const { items } = await api.all(`/products?sort=${sort}`, 50);
      const prices = items.map((one) => (one.price === null ? Infinity * sign : Number(one.price)) * sign);
      const known = items.filter((one) => one.price !== null).length;
      assert.ok(items.slice(known).every((one) => one.price === null));
      for (let i = 1; i < known; ++i) {
        assert.ok(prices[i - 1] <= prices[i], `${sort} at ${i}`);
      }
    }
  });

  test('filters and facets are those computed from the exports', async () => {
    const questions = [
      {},
      { brand: 'auralis' },
      { category: 'Accessories' },
      { in_stock: 'true' },
      { in_stock: 'false' },
      { min_price: '500', max_price: '2000.00' },
      { brand: 'tarnwood', category: 'Accessories', in_stock: 'true', max_price: '400' },
      { brand: 'nobody' },
    ];
    for (const question of questions) {
      const passes = (one, without) =>
        (without === 'brand' || !question.brand || one.brand_id === question.brand) &&
        (without === 'category' || !question.category || one.universal_category === question.category) &&
        (without === 'in_stock' || !question.in_stock || String(one.in_stock) === question.in_stock) &&
        (!question.min_price || (one.price !== null && Number(one.price) >= Number(question.min_price))) &&
        (!question.max_price || (one.price !== null && Number(one.price) <= Number(question.max_price)));
      const count = (key, without) => {
        const counts = {};
        for (const one of products) {
          if (passes(one, without) && key(one)) {
            counts[key(one)] = (counts[key(one)] ?? 0) + 1;
          }
        }
        return counts;
      };
      const path = `/products?${new URLSearchParams(question)}`;
      const { items } = await api.all(path, 11);
      const expected = products.filter((one) => passes(one, '')).map((one) => one.id);
      assert.deepEqual(items.map((one) => one.id).sort(), expected.sort(), path);
      const { facets, total } = await api.get(path);
      assert.equal(total, expected.length);
      assert.deepEqual(facets.brand, count((one) => one.brand_id, 'brand'), path);
      assert.deepEqual(facets.universal_category, count((one) => one.universal_category, 'category'), path);
      const stock = count((one) => (one.in_stock === null ? '' : String(one.in_stock)), 'in_stock');
      assert.deepEqual(facets.in_stock, { true: 0, false: 0, ...stock }, path);
    }
  });

  test('search takes whole words and the beginning of the last one, in any case', async () => {
    const ids = async (q) => (await api.all(`/products?q=${encodeURIComponent(q)}`, 50)).items.map((one) => one.id);
    const nova = await ids('nova');
    assert.ok(nova.includes('auralis_nova_61') && nova.includes('auralis_nova_88'));
    assert.deepEqual(await ids('NOVA'), nova);
    assert.deepEqual((await ids('aural nov')).length, 0, 'only the last word may be a beginning');
    assert.ok((await ids('auralis nov')).includes('auralis_nova_61'));
    assert.equal((await ids('AU-NOVA61'))[0], 'auralis_nova_61');
    assert.deepEqual(await ids('zzzz'), []);
  });

  test('a product answers to its id and its SKU, an unknown one is 404', async () => {
    const exported = products.find((one) => one.id === 'auralis_nova_61');
    assert.deepEqual(await api.get('/products/auralis_nova_61'), exported);
    assert.deepEqual(await api.get(`/products/${exported.sku}`), exported);
    const missing = await api.send('/products/nothing_like_it');
    assert.equal(missing.status, 404);
    assert.match(missing.headers.get('content-type'), /problem\+json/);
    assert.match(missing.json.detail, /nothing_like_it/);
  });

  test('the pedal that a page requires is a necessity, and why shows the sentence', async () => {
    const { items } = await api.get('/products/auralis_nova_61/relationships?kind=necessity');
    const pedal = items.find((one) => one.id === 'auralis_sp_1_sustain_pedal');
    assert.ok(pedal, JSON.stringify(items.map((one) => one.id)));
    assert.equal(pedal.why.declared.kind, 'requires');
    assert.match(pedal.why.declared.sentence, /SP-1/);
    assert.match(pedal.why.declared.source_url, /^https:\/\/auralis\.example\//);
    assert.match(pedal.why.declared.content_hash, /^[0-9a-f]{64}$/);
    assert.ok(pedal.why.declared.position > 0);
    assert.equal(pedal.score, 100);
  });

  test('what fits from another brand is an accessory', async () => {
    const { items } = await api.get('/products/auralis_nova_61/relationships?kind=accessory');
    assert.ok(items.some((one) => one.brand === 'Tarnwood' && one.why.declared));
  });

  test('kinds are disjoint, above their thresholds, in order, and whole however they are paged', async () => {
    const price = (one) => (one.price === null ? null : Math.round(Number(one.price) * 100));
    for (const product of products) {
      const seen = new Set([product.id]);
      for (const kind of kinds) {
        const path = `/products/${product.id}/relationships?kind=${kind}`;
        const { items, total } = await api.all(path, 200);
        assert.equal(items.length, total);
        assert.deepEqual((await api.all(path, 3)).items.map((one) => one.id), items.map((one) => one.id));
        for (const item of items) {
          assert.ok(!seen.has(item.id), `${product.id} ${item.id} stands twice`);
          seen.add(item.id);
          assert.equal(item.score, Math.min(100, item.raw_score));
          if (item.why.declared === null) {
            assert.ok(item.raw_score > thresholds[kind], `${product.id} ${item.id}`);
            assert.equal(item.why.rules.reduce((sum, rule) => sum + rule.points, 0), item.raw_score);
            assert.ok(item.why.rules.every((rule) => rule.matched.length > 0));
          }
        }
        const scored = items.filter((item) => item.why.declared === null);
        assert.deepEqual(items.slice(items.length - scored.length), scored, 'declared ones come first');
        const distance = (item) => {
          const [a, b] = [price(product), price(item)];
          return a === null || b === null ? Infinity : Math.abs(a - b);
        };
        for (let i = 1; i < scored.length; ++i) {
          const key = (item) => [-item.raw_score, item.in_stock === true ? 0 : 1, distance(item)];
          const [x, y] = [key(scored[i - 1]), key(scored[i])];
          const at = x.findIndex((value, index) => value !== y[index]);
          if (at >= 0) {
            assert.ok(x[at] < y[at], `${product.id} ${kind} at ${i}`);
          } else {
            assert.ok(Buffer.compare(Buffer.from(scored[i - 1].sku), Buffer.from(scored[i].sku)) <= 0);
          }
        }
        const list = { necessity: 'necessities', accessory: 'accessories', related: 'related' }[kind];
        assert.deepEqual(product[list], items.slice(0, limits[kind]), `${product.id} exports ${kind}`);
      }
    }
  });

  test('wrong parameters are refused by name, unknown ones ignored', async () => {
    const wrong = [
      ['/products?limit=0', 'limit'],
      ['/products?limit=201', 'limit'],
      ['/products?limit=many', 'limit'],
      ['/products?sort=best', 'sort'],
      ['/products?category=Toys', 'category'],
      ['/products?in_stock=perhaps', 'in_stock'],
      ['/products?min_price=cheap', 'min_price'],
      ['/products?max_price=-3', 'max_price'],
      ['/products?min_price=9&max_price=3', 'min_price'],
      ['/products?cursor=nonsense', 'cursor'],
      [`/products?q=${'x'.repeat(300)}`, 'q'],
      ['/products?q=%ff', 'q'],
      ['/products/auralis_nova_61/relationships', 'kind'],
      ['/products/auralis_nova_61/relationships?kind=friend', 'kind'],
      ['/products/auralis_nova_61/relationships?kind=related&limit=1000', 'limit'],
      ['/brands?limit=0', 'limit'],
      ['/brands?cursor=%%%', 'cursor'],
      ['/builds?limit=x', 'limit'],
      ['/review?status=lost', 'status'],
    ];
    for (const [path, name] of wrong) {
      const answer = await api.send(path);
      assert.equal(answer.status, 400, path);
      assert.match(answer.headers.get('content-type'), /problem\+json/, path);
      assert.match(answer.json.detail, new RegExp(`\\b${name}\\b`), path);
    }
    await api.get('/products?colour=blue');
    const other = (await api.get('/products?sort=name&limit=1')).next_cursor;
    assert.equal((await api.send(`/products?sort=price&cursor=${other}`)).status, 400);
  });

  test('feedback is stored for what was recommended and refused for all else', async () => {
    const path = '/products/auralis_nova_61/feedback';
    const good = { kind: 'necessity', target: 'auralis_sp_1_sustain_pedal', helpful: true };
    assert.equal((await api.send(path, { method: 'POST', body: good })).status, 201);
    assert.equal((await api.send(path, { method: 'POST', body: good })).status, 201);
    const wrong = [
      [{ ...good, kind: 'friend' }, 'kind'],
      [{ ...good, target: 'auralis_nova_61' }, 'target'],
      [{ ...good, target: 'nothing' }, 'target'],
      [{ ...good, helpful: 'yes' }, 'helpful'],
      [{ kind: 'necessity' }, 'target'],
    ];
    for (const [body, name] of wrong) {
      const answer = await api.send(path, { method: 'POST', body });
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.match(JSON.stringify(answer.json), new RegExp(name));
    }
  });

  test('a bundle costs its parts less the discount', async () => {
    const { items } = await api.get('/products/auralis_nova_61/bundles');
    assert.equal(items.length, 1);
    const cents = (text) => Math.round(Number(text) * 100);
    const [bundle] = items;
    const sum = bundle.items.reduce((total, one) => total + cents(one.price), 0);
    assert.equal(cents(bundle.sum), sum);
    assert.equal(cents(bundle.discount), Math.floor((sum * bundle.discount_percent + 50) / 100));
    assert.equal(cents(bundle.total), sum - cents(bundle.discount));
    assert.ok(bundle.items.some((one) => one.id === 'auralis_sp_1_sustain_pedal'));
  });

  test('editors alone write', async () => {
    const writes = [
      ['/builds', { wait: true }],
      ['/builds/b1/cancel', {}],
      ['/review/a/b', { decision: 'accept' }],
      ['/overrides', { product: 'a', target: 'b', action: 'forbid' }],
    ];
    for (const [path, body] of writes) {
      const answer = await api.send(path, { method: 'POST', body });
      assert.ok([401, 403].includes(answer.status), `${path}: ${answer.status}`);
      const wrong = await api.send(path, { method: 'POST', body, token: 'wrong' });
      assert.ok([401, 403].includes(wrong.status), `${path}: ${wrong.status}`);
    }
  });

  test('images and manuals are served from the host, and nothing beside them', async () => {
    const nova = products.find((one) => one.id === 'auralis_nova_61');
    const image = await api.send(nova.image_url);
    assert.equal(image.status, 200);
    assert.equal(image.headers.get('content-type'), 'image/svg+xml');
    const manual = await api.send(nova.official_manuals[0].url);
    assert.equal(manual.status, 200);
    assert.equal(manual.headers.get('content-type'), 'application/pdf');
    for (const path of ['/demo/../brands.json', '/demo/%2e%2e/brands.json', '/demo/auralis/manifest.csv', '/demo/auralis', '/demo/.hidden.svg', '/data/..%2fproducts.tsv', '/data/nobody.json']) {
      const answer = await api.send(path);
      assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    }
  });
});
