import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fixtureOnly, startWorld } from './support.mjs';

let world;
before(async () => {
  world = await startWorld();
});
after(() => world?.stop());

describe('the shell', () => {
  test('opens the first page at the root, without errors or foreign requests', async () => {
    const page = await world.open('/');
    await page.getByRole('heading', { level: 1, name: 'Catalog' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/catalog');
    await page.waitForLoadState('networkidle');
    await page.finish();
  });

  test('marks the current page in the navigation', async () => {
    const page = await world.open('/catalog');
    const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Catalog' });
    await link.waitFor();
    assert.equal(await link.getAttribute('aria-current'), 'page');
    await page.finish();
  });

  test('says which path leads nowhere, and leads back', async () => {
    const page = await world.open('/no/such/page');
    await page.getByRole('heading', { level: 1, name: 'Page not found' }).waitFor();
    await page.getByText('/no/such/page').waitFor();
    await page.getByRole('link', { name: 'Go to the start page' }).click();
    await page.waitForURL('**/catalog');
    await page.finish();
  });

  test('offers the skip link first, and it leads to the content', async () => {
    const page = await world.open('/catalog');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    assert.equal(await skip.evaluate((link) => link === document.activeElement), true);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
    await page.finish();
  });

  test('shares one copy of every shared module with the pages', async () => {
    const page = await world.open('/catalog');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const loaded = await page.evaluate(async () => {
      const { imports } = JSON.parse(document.querySelector('script[type=importmap]').textContent);
      const fetched = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
      return Object.values(imports).filter((url) => fetched.filter((each) => each === url).length > 1);
    });
    assert.deepEqual(loaded, []);
    await page.finish();
  });
});

describe('the colour scheme', () => {
  const scheme = (page) => page.locator('html').getAttribute('data-mantine-color-scheme');

  for (const colorScheme of ['light', 'dark']) {
    test(`follows a system that prefers ${colorScheme}`, async () => {
      const page = await world.open('/catalog', { colorScheme });
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.equal(await scheme(page), colorScheme);
      await page.finish();
    });
  }

  test('can be chosen, and the choice outlives a reload', async () => {
    const page = await world.open('/catalog', { colorScheme: 'light' });
    await page.getByRole('button', { name: 'Colour scheme' }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await scheme(page), 'dark');
    await page.getByRole('button', { name: 'Colour scheme' }).click();
    await page.getByRole('menuitem', { name: 'System' }).click();
    await page.locator('html[data-mantine-color-scheme=light]').waitFor();
    await page.finish();
  });
});

describe('a plugin page', () => {
  test('without React is mounted, told of changes, and unmounted', fixtureOnly, async () => {
    const page = await world.open('/plain', { colorScheme: 'light' });
    await page.getByRole('heading', { level: 1, name: 'Plain page, light' }).waitFor();
    await page.getByRole('button', { name: 'Go deeper' }).click();
    await page.getByText('at /plain/deeper').waitFor();
    await page.getByRole('button', { name: 'Colour scheme' }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await page.getByRole('heading', { level: 1, name: 'Plain page, dark' }).waitFor();
    await page.getByRole('link', { name: 'Catalog' }).click();
    await page.locator('html[data-plain-unmounted=yes]').waitFor();
    await page.finish();
  });

  test('that fails to load leaves the rest of the console usable', fixtureOnly, async () => {
    const page = await world.open('/broken', { expectedErrors: [/broken\.js|404/, /React Router caught/] });
    await page.getByRole('heading', { level: 1, name: 'This page has failed' }).waitFor();
    await page.getByRole('link', { name: 'Catalog' }).click();
    await page.getByRole('heading', { level: 1, name: 'Catalog' }).waitFor();
    await page.finish();
  });
});
