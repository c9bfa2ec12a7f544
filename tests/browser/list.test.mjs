import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fixtureOnly, startWorld } from './support.mjs';

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

const cards = (page) => page.getByRole('region', { name: 'Products' }).getByRole('article');
const total = async (page) => Number((await page.getByText(/^[\d,]+ products?$/).textContent()).replace(/\D/g, ''));

async function openList(path = '/catalog', options) {
  const page = await world.open(path, options);
  await cards(page).first().waitFor();
  return page;
}

// Waits for the list to show what `path` (of the API) answers, and compares.
async function expectAnswer(page, path) {
  const expected = await world.api(`/api/catalog/products?limit=24&${path}`);
  const wanted = expected.total === 1 ? '1 product' : `${expected.total.toLocaleString('en-GB')} products`;
  await page.getByText(wanted, { exact: true }).waitFor();
  await page.locator('section[aria-busy=false]').waitFor();
  assert.deepEqual(
    await cards(page).getByRole('heading').allTextContents(),
    expected.items.map(({ name }) => name),
  );
  return expected;
}

describe('the list of products', () => {
  test('shows every brand with the number of its products', async () => {
    const page = await openList();
    const { items } = await world.api('/api/catalog/brands?limit=200');
    const group = page.getByRole('region', { name: 'Brand' });
    for (const { name, products } of items) {
      await group.getByRole('link', { name: `${name} ${products.toLocaleString('en-GB')}` }).first().waitFor();
    }
    await page.finish();
  });

  test('searches while typing and keeps the question in the address', async () => {
    const page = await openList();
    const [word] = (await cards(page).getByRole('heading').nth(1).textContent()).split(/\s+/);
    await page.getByRole('searchbox', { name: 'Search products' }).fill(word);
    await page.waitForURL((url) => url.searchParams.get('q') === word);
    await expectAnswer(page, `q=${encodeURIComponent(word)}&sort=relevance`);
    await page.reload();
    await cards(page).first().waitFor();
    assert.equal(await page.getByRole('searchbox').inputValue(), word);
    await page.finish();
  });

  test('filters by brand, and a second click takes the filter off', async () => {
    const page = await openList();
    const all = await total(page);
    const [brand] = (await world.api('/api/catalog/brands?limit=200')).items;
    const link = page.getByRole('region', { name: 'Brand' }).getByRole('link', { name: brand.name }).first();
    await link.click();
    await expectAnswer(page, `brand=${brand.id}&sort=name`);
    assert.equal(await link.getAttribute('aria-current'), 'true');
    await link.click();
    await page.waitForURL((url) => !url.searchParams.has('brand'));
    assert.equal(await total(page), all);
    await page.finish();
  });

  test('filters by category, price and stock together, and clears them at once', async () => {
    const page = await openList();
    const { items } = await world.api('/api/catalog/products?limit=200');
    const some = items.find(({ price, in_stock }) => price !== null && in_stock);
    const ceiling = String(Math.ceil(Number(some.price)));
    await page.getByRole('region', { name: 'Category' }).getByRole('link', { name: some.universal_category }).click();
    await page.getByRole('textbox', { name: 'Highest price' }).fill(ceiling);
    await page.getByRole('switch', { name: /In stock only/ }).check({ force: true });
    await page.waitForURL((url) => url.searchParams.has('in_stock') && url.searchParams.has('max_price'));
    const category = encodeURIComponent(some.universal_category);
    await expectAnswer(page, `category=${category}&max_price=${ceiling}&in_stock=true&sort=name`);
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.waitForURL((url) => url.search === '');
    await page.finish();
  });

  test('sorts by price', async () => {
    const page = await openList();
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('-price');
    await page.waitForURL((url) => url.searchParams.get('sort') === '-price');
    await expectAnswer(page, 'sort=-price');
    await page.finish();
  });

  test('loads more, and the keyboard goes on with the first product added', async () => {
    const page = await openList();
    const before = await cards(page).count();
    await page.getByRole('button', { name: /Load more products/ }).click();
    await cards(page).nth(before).waitFor();
    const focused = await cards(page)
      .nth(before)
      .getByRole('link')
      .evaluate((link) => link === document.activeElement);
    assert.equal(focused, true);
    await page.finish();
  });

  test('says so when nothing matches', async () => {
    const page = await world.open('/catalog?q=zzzzqqqq');
    await page.getByText('No product matches').waitFor();
    await page.finish();
  });

  test('shows the detail and the correlation id of a refusal', fixtureOnly, async () => {
    const page = await world.open('/catalog?q=fail', { expectedErrors: [/503/] });
    const alert = page.getByRole('alert');
    await alert.getByText('The search index is being rebuilt').waitFor();
    await alert.getByText('Try again in a few seconds.').waitFor();
    await alert.getByText('fixture-0001').waitFor();
    await page.finish();
  });

  test('folds the filters behind a button on a narrow screen', async () => {
    const page = await openList('/catalog', { viewport: { width: 390, height: 844 } });
    const filters = page.getByRole('complementary', { name: 'Filters' });
    assert.equal(await filters.isVisible(), false);
    await page.getByRole('button', { name: 'Filters' }).click();
    assert.equal(await filters.isVisible(), true);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
    await page.finish();
  });
});
