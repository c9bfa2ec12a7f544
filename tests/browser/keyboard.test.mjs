import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findProduct, relationships, startWorld } from './support.mjs';

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

const mostKeys = 400;

/** Presses Tab until `locator` has the focus; fails when it never gets it. */
async function tabTo(page, locator) {
  for (let keys = 0; keys < mostKeys; keys++) {
    await page.keyboard.press('Tab');
    if ((await locator.count()) > 0 && (await locator.evaluate((each) => each === document.activeElement))) {
      return;
    }
  }
  throw new Error(`${mostKeys} presses of Tab did not reach ${locator}`);
}

// The browser's own shortcut for "back" does not exist without a window.
const back = (page) => page.evaluate(() => history.back());

const focusIsOn = (locator) => locator.evaluate((each) => each === document.activeElement);

test('the way from the list to a product, to a related one and back needs no mouse', async () => {
  const product = await findProduct(world, ['related']);
  const [related] = (await relationships(world, product.id, 'related')).items;
  const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true });
  const page = await world.open('/catalog');
  await page.getByRole('article').first().waitFor();

  await tabTo(page, page.getByRole('searchbox', { name: 'Search products' }));
  await page.keyboard.type(product.name);
  const card = page.locator(`main a[href="/catalog/products/${product.id}"]`);
  await card.waitFor();
  await page.locator('section[aria-busy=false]').waitFor();
  await tabTo(page, card);
  await page.keyboard.press('Enter');

  await heading(product.name).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  const next = page.getByRole('region', { name: 'Related', exact: true }).getByRole('link').first();
  await page.getByRole('region', { name: 'Related', exact: true }).waitFor();
  await page.keyboard.press('End');
  await next.waitFor();
  await tabTo(page, next);
  await page.keyboard.press('Enter');

  await heading(related.name).waitFor();
  await back(page);
  await heading(product.name).waitFor();
  await page.waitForFunction((id) => document.activeElement?.getAttribute('href')?.endsWith(id), related.id);
  assert.equal(await focusIsOn(next), true);

  await back(page);
  await page.waitForFunction((id) => document.activeElement?.getAttribute('href')?.endsWith(id), product.id);
  assert.equal(await focusIsOn(card), true);
  assert.equal(new URL(page.url()).searchParams.get('q'), product.name);
  await page.finish();
});

test('a proof opens, holds the focus and hands it back', async () => {
  const product = await findProduct(world, ['related']);
  const page = await world.open(`/catalog/products/${product.id}`);
  const region = page.getByRole('region', { name: 'Related', exact: true });
  await region.scrollIntoViewIfNeeded();
  const why = region.getByRole('button', { name: /^Why\?/ }).first();
  await why.waitFor();
  await tabTo(page, why);
  await page.keyboard.press('Enter');
  const proof = page.getByRole('dialog');
  await proof.waitFor();
  await page.waitForFunction(() => document.querySelector('[role=dialog]')?.contains(document.activeElement));
  await page.keyboard.press('Escape');
  await proof.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Why?'));
  assert.equal(await focusIsOn(why), true);
  await page.finish();
});
