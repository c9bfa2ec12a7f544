import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations, withoutPolicy } from './axe.mjs';
import { findProduct, fixtureOnly, startWorld } from './support.mjs';

let world;
let product;
before(async () => {
  world = await startWorld();
  product = await findProduct(world, ['necessity', 'accessory', 'related']);
});
after(() => world?.stop());

async function showEverything(page) {
  for (const name of ['Necessities', 'Accessories', 'Related']) {
    const region = page.getByRole('region', { name, exact: true });
    await region.scrollIntoViewIfNeeded();
    await region.getByRole('article').first().waitFor();
  }
}

for (const colorScheme of ['light', 'dark']) {
  for (const [size, viewport] of Object.entries({ wide: { width: 1360, height: 900 }, narrow: { width: 390, height: 844 } })) {
    describe(`in ${colorScheme}, ${size}`, () => {
      const options = { ...withoutPolicy, colorScheme, viewport };

      test('the list has no serious barrier', async () => {
        const page = await world.open('/catalog?in_stock=true', options);
        await page.getByRole('article').first().waitFor();
        if (size === 'narrow') {
          await page.getByRole('button', { name: 'Filters' }).click();
        }
        assert.deepEqual(await violations(page), []);
        await page.finish();
      });

      test('the product page has no serious barrier, with and without an open proof', async () => {
        const page = await world.open(`/catalog/products/${product.id}`, options);
        await showEverything(page);
        assert.deepEqual(await violations(page), []);
        await page.getByRole('button', { name: /^REQUIRED/ }).first().click();
        await page.getByRole('dialog').waitFor();
        assert.deepEqual(await violations(page), []);
        await page.finish();
      });
    });
  }

  test(`messages have no serious barrier in ${colorScheme}`, fixtureOnly, async () => {
    for (const path of ['/nowhere', '/catalog?q=fail', '/catalog?q=zzzz', '/catalog/products/AMBIGUOUS-1']) {
      const page = await world.open(path, { ...withoutPolicy, colorScheme, expectedErrors: [/503|409/] });
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      assert.deepEqual(await violations(page), [], path);
      await page.finish();
    }
  });
}
