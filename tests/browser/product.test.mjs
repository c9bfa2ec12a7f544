import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findProduct, fixtureOnly, relationships, startWorld } from './support.mjs';

let world;
let product;
before(async () => {
  world = await startWorld();
  product = await findProduct(world, ['necessity', 'accessory', 'related']);
});
after(() => world?.stop());

const sections = ['Necessities', 'Accessories', 'Related'];
const section = (page, name) => page.getByRole('region', { name, exact: true });
const cards = (page, name) => section(page, name).getByRole('article');

async function openProduct(id = product.id, options) {
  const page = await world.open(`/catalog/products/${encodeURIComponent(id)}`, options);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

// Sections ask for their content when they come near the view.
async function scrollTo(page, name) {
  await section(page, name).scrollIntoViewIfNeeded();
  await cards(page, name).first().waitFor();
}

async function leftEdges(locator) {
  const boxes = await Promise.all((await locator.all()).map((each) => each.boundingBox()));
  return [...new Set(boxes.map(({ x }) => Math.round(x)))];
}

describe('the product page', () => {
  test('stands in three columns beside each other on a wide screen, below each other on a narrow one', async () => {
    const names = ['Product', 'Details and specifications', 'Official media'];
    const boxes = async (page) => Promise.all(names.map((name) => section(page, name).boundingBox()));
    const wide = await openProduct();
    const [left, center, right] = await boxes(wide);
    assert.ok(left.x + left.width <= center.x && center.x + center.width <= right.x);
    assert.ok(left.y === center.y && center.y === right.y);
    await wide.finish();

    const narrow = await openProduct(product.id, { viewport: { width: 390, height: 844 } });
    const [first, second, third] = await boxes(narrow);
    assert.ok(first.x === second.x && second.x === third.x);
    assert.ok(first.y + first.height <= second.y && second.y + second.height <= third.y);
    const overflow = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
    await narrow.finish();
  });

  test('shows the three sections in order, with up to four cards in a row', async () => {
    const page = await openProduct();
    for (const name of sections) {
      await scrollTo(page, name);
      const columns = (await leftEdges(cards(page, name))).length;
      assert.ok(columns >= 1 && columns <= 4, `${name}: ${columns} columns`);
    }
    const tops = await Promise.all(sections.map(async (name) => (await section(page, name).boundingBox()).y));
    assert.deepEqual(tops, [...tops].sort((a, b) => a - b));
    await page.finish();
  });

  test('shows a first view of 5, 8 and 6, and the rest on demand', async () => {
    const page = await openProduct();
    const limits = { Necessities: ['necessity', 5], Accessories: ['accessory', 8], Related: ['related', 6] };
    for (const [name, [kind, limit]] of Object.entries(limits)) {
      const all = await relationships(world, product.id, kind);
      await scrollTo(page, name);
      assert.equal(await cards(page, name).count(), Math.min(limit, all.total), name);
      if (all.total > limit) {
        await section(page, name).getByRole('button', { name: /^Load more/ }).click();
        await cards(page, name).nth(limit).waitFor();
      }
      const shown = await cards(page, name).getByRole('heading').allTextContents();
      assert.deepEqual(
        shown,
        all.items.slice(0, shown.length).map((item) => item.name),
      );
    }
    await page.finish();
  });

  test('asks for related products only when their section comes near', async () => {
    const asked = [];
    const page = await world.open('/catalog', { viewport: { width: 390, height: 600 } });
    page.on('request', (request) => {
      const kind = new URL(request.url()).searchParams.get('kind');
      if (kind) {
        asked.push(kind);
      }
    });
    await page.goto(`${world.url}/catalog/products/${product.id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.deepEqual(asked, []);
    await scrollTo(page, 'Necessities');
    assert.ok(asked.includes('necessity'));
    await page.finish();
  });

  test('hides sections that hold nothing', fixtureOnly, async () => {
    const page = await openProduct('aldermoor_ald_pd8');
    await scrollTo(page, 'Related');
    await section(page, 'Necessities').waitFor({ state: 'detached' });
    await section(page, 'Accessories').waitFor({ state: 'detached' });
    await page.finish();
  });

  test('proves a claim: REQUIRED shows the declared sentence and its source', async () => {
    const { items } = await relationships(world, product.id, 'necessity');
    const item = items.find(({ why }) => why.declared) ?? items[0];
    const page = await openProduct();
    await scrollTo(page, 'Necessities');
    await page.getByRole('button', { name: `REQUIRED: why ${item.name}?` }).click();
    const proof = page.getByRole('dialog');
    if (item.why.declared) {
      await proof.getByText(item.why.declared.sentence).waitFor();
      const link = proof.getByRole('link');
      assert.equal(await link.getAttribute('href'), new URL(item.why.declared.source_url, world.url).href);
      assert.match(await link.getAttribute('rel'), /noopener/);
    } else {
      await proof.getByText(String(item.why.rules[0].points), { exact: true }).first().waitFor();
    }
    await page.keyboard.press('Escape');
    await proof.waitFor({ state: 'detached' });
    await page.finish();
  });

  test('answers "why?" with the rules that fired, their points and the words that matched', async () => {
    const { items } = await relationships(world, product.id, 'related');
    const item = items.find(({ why }) => why.rules.length > 0);
    const page = await openProduct();
    await scrollTo(page, 'Related');
    await page.getByRole('button', { name: `Why? ${item.name}`, exact: true }).click();
    const proof = page.getByRole('dialog');
    for (const { points, matched } of item.why.rules) {
      await proof.getByRole('cell', { name: String(points), exact: true }).first().waitFor();
      for (const word of matched) {
        await proof.getByText(word, { exact: true }).first().waitFor();
      }
    }
    await page.finish();
  });

  test('opens the product of a card that is clicked anywhere, and goes back', async () => {
    const { items } = await relationships(world, product.id, 'related');
    const page = await openProduct();
    await scrollTo(page, 'Related');
    await cards(page, 'Related').first().click({ position: { x: 12, y: 60 } });
    await page.getByRole('heading', { level: 1, name: items[0].name }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/catalog/products/${items[0].id}`);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: product.name }).waitFor();
    await page.finish();
  });

  test('shows the product under the pointer in place of the brand', fixtureOnly, async () => {
    const page = await openProduct();
    await scrollTo(page, 'Necessities');
    const card = cards(page, 'Necessities').first();
    const image = card.locator('img[src*="/product/"]');
    const opacity = () => image.evaluate((each) => getComputedStyle(each.parentElement).opacity);
    assert.equal(await opacity(), '0');
    await card.hover();
    await page.waitForFunction((each) => getComputedStyle(each.parentElement).opacity === '1', await image.elementHandle());
    await page.finish();
  });

  test('keeps an out-of-stock card clickable and says what it is', fixtureOnly, async () => {
    const page = await openProduct();
    await scrollTo(page, 'Necessities');
    const card = cards(page, 'Necessities').filter({ hasText: 'Out of stock' });
    await card.click({ position: { x: 12, y: 60 } });
    await page.getByRole('heading', { level: 1, name: '12 V Power Supply' }).waitFor();
    await page.finish();
  });

  test('takes a vote, and withdraws the buttons from a host that takes none', fixtureOnly, async () => {
    const page = await openProduct();
    await scrollTo(page, 'Necessities');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await page.getByRole('button', { name: 'Helpful: PD-8 Sustain Pedal', exact: true }).click();
    assert.deepEqual((await sent).postDataJSON(), { kind: 'necessity', target: 'aldermoor_ald_pd8', helpful: true });
    await cards(page, 'Necessities').first().getByText('Thank you').waitFor();
    await page.finish();

    const refused = await openProduct(product.id, { expectedErrors: [/404/] });
    await refused.route('**/feedback', (route) => route.fulfill({ status: 404, body: '{}' }));
    await scrollTo(refused, 'Necessities');
    await refused.getByRole('button', { name: 'Helpful: PD-8 Sustain Pedal', exact: true }).click();
    await refused.getByRole('button', { name: /elpful:/ }).first().waitFor({ state: 'detached' });
    await refused.finish();
  });

  test('links to the dealer without handing over the window, and to no hostile address', fixtureOnly, async () => {
    const page = await openProduct();
    const buy = page.getByRole('link', { name: /^Buy at/ });
    assert.equal(await buy.getAttribute('href'), 'https://dealer.example/aldermoor/aria-stage-61');
    assert.match(await buy.getAttribute('rel'), /noopener/);
    assert.equal(await page.locator('a[href^="javascript:"]').count(), 0);
    assert.equal(await page.getByText('A hostile address').count(), 0);
    await page.finish();
  });

  test('offers manuals, gallery and videos in tabs, and fetches no picture of another host', fixtureOnly, async () => {
    const page = await openProduct();
    await page.getByRole('link', { name: /Owner’s manual/ }).waitFor();
    await page.getByRole('tab', { name: /Gallery/ }).click();
    await page.getByRole('img', { name: /, picture 2$/ }).waitFor();
    await page.getByRole('link', { name: /aldermoor\.example/ }).waitFor();
    await page.getByRole('tab', { name: /Videos/ }).click();
    await page.getByRole('link', { name: /Three engines/ }).waitFor();
    await page.finish();
  });

  test('gives prices as the reader writes them, without rounding', fixtureOnly, async () => {
    const page = await openProduct('corvane_crv_psu12');
    await page.getByText('₪149.90').waitFor();
    await page.finish();
    const unknown = await openProduct('brightwell_brw_cable');
    await unknown.getByText('Price on request').waitFor();
    await unknown.finish();
  });

  test('orders the letters of a Hebrew name from the right', fixtureOnly, async () => {
    const page = await openProduct('meitar_mtr_stand');
    const direction = await page
      .getByRole('heading', { level: 1 })
      .evaluate((heading) => getComputedStyle(heading).direction);
    assert.equal(direction, 'rtl');
    await page.finish();
  });

  test('asks which product is meant when the key is ambiguous', fixtureOnly, async () => {
    const page = await openProduct('AMBIGUOUS-1', { expectedErrors: [/409/] });
    await page.getByRole('heading', { level: 1, name: 'Which product?' }).waitFor();
    await page.getByRole('link', { name: 'PD-8 Sustain Pedal' }).click();
    await page.getByRole('heading', { level: 1, name: 'PD-8 Sustain Pedal' }).waitFor();
    await page.finish();
  });

  test('says so when there is no such product', async () => {
    const page = await openProduct('no_such_product_here', { expectedErrors: [/404/] });
    await page.getByRole('heading', { level: 1, name: 'Product not found' }).waitFor();
    await page.finish();
  });
});
