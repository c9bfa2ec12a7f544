import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { findProduct, fixtureOnly, startWorld } from './support.mjs';

let world;
let product;
let axe;
before(async () => {
  world = await startWorld();
  product = await findProduct(world, ['necessity', 'accessory', 'related']);
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});
after(() => world?.stop());

// axe is a script of the test's own, which the policy rightly refuses; only these pages lift it.
const withoutPolicy = { bypassCSP: true, reducedMotion: 'reduce' };

async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run(document));
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`);
}

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
