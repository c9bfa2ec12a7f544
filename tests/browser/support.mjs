import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { startFixture } from './fixture/server.mjs';

/** Set to run the tests against a real host; otherwise they start a fixture of their own. */
const hostUrl = process.env.TENON_URL?.replace(/\/+$/, '');

/** For tests that need an answer only the fixture gives. */
export const fixtureOnly = { skip: hostUrl ? 'needs the fixture' : false };

/** A browser and a server to point it at: the one at `url`, where that is given. */
export async function startWorld({ url: givenUrl = hostUrl } = {}) {
  const fixture = givenUrl ? null : await startFixture();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const url = givenUrl ?? fixture.url;
  return {
    url,
    open: (path, options) => openPage(browser, path, { url, ...options }),
    api: (path) => getJson(url + path),
    stop: async () => {
      await browser.close();
      await fixture?.stop();
    },
  };
}

/**
 * Opens `path` of the server at `url` in a fresh profile. `page.finish()` closes it and fails on anything the console must
 * never do: log an error, break its own policy, or send a request to another origin.
 */
async function openPage(browser, path, { url, expectedErrors = [], ...contextOptions }) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, locale: 'en-GB', ...contextOptions });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = [];
  const note = (text) => {
    if (!expectedErrors.some((pattern) => pattern.test(text))) {
      faults.push(text);
    }
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      note(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => note(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const target = new URL(request.url());
    if (target.protocol !== 'data:' && target.origin !== url) {
      note(`request to ${target.href}`);
    }
  });
  await page.goto(url + path);
  page.finish = async () => {
    await context.close();
    assert.deepEqual(faults, []);
  };
  return page;
}

async function getJson(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return response.json();
}

/** A product that has at least one relationship of each of `kinds`, whatever the catalog holds. */
export async function findProduct(world, kinds) {
  const { items } = await world.api('/api/catalog/products?limit=200');
  for (const product of items) {
    const lists = await Promise.all(kinds.map((kind) => relationships(world, product.id, kind)));
    if (lists.every(({ total }) => total > 0)) {
      return product;
    }
  }
  throw new Error(`no product in the first ${items.length} has ${kinds.join(', ')}`);
}

export function relationships(world, id, kind) {
  return world.api(`/api/catalog/products/${encodeURIComponent(id)}/relationships?kind=${kind}&limit=200`);
}
