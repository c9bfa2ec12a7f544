// The page of the API: what there is, what it takes and answers, and requests sent from it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startHost } from '../host/support.mjs';
import { violations, withoutPolicy } from './axe.mjs';
import { startWorld } from './support.mjs';

let host;
let world;
before(async () => {
  host = await startHost({ plugins: ['agent', 'echo-tool', 'toolbox'] });
  world = await startWorld({ url: host.url });
});
after(async () => {
  await world?.stop();
  await host?.stop();
});

const group = (page, name) => page.getByRole('region', { name, exact: true });
const operation = (page, path, method = 'POST') =>
  page.locator('details').filter({ has: page.locator('summary', { hasText: new RegExp(`^${method}${path}`) }) });
const add = '/api/host/methods/test.agent/1/add';

async function open(options) {
  const page = await world.open('/host/api', options);
  await group(page, 'host').waitFor();
  return page;
}

async function openOperation(page, path, method) {
  const one = operation(page, path, method);
  await one.locator('summary').click();
  await one.getByRole('heading', { name: 'Try it' }).waitFor();
  return one;
}

describe('the page', () => {
  test('groups operations by plugin, and finds them by words', async () => {
    const page = await open();
    assert.ok(await group(page, 'agent').isVisible() && (await group(page, 'toolbox').isVisible()));
    const total = await page.getByRole('status').first().textContent();
    await page.getByRole('searchbox', { name: 'Find' }).fill('agent ADD');
    await page.getByRole('status').filter({ hasText: /^1 operation$/ }).waitFor();
    assert.ok(await operation(page, add).isVisible());
    assert.equal(await group(page, 'host').count(), 0);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('status').filter({ hasText: total }).waitFor();
    await page.finish();
  });

  test('is reached from the navigation and by an address of one operation', async () => {
    const page = await world.open('/host/plugins');
    await page.getByRole('link', { name: 'API', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'API' }).waitFor();
    await page.finish();
    const one = await world.open('/host/api#test.agent.1.add');
    await operation(one, add).getByRole('heading', { name: 'Try it' }).waitFor();
    const asked = operation(one, '/api/host/methods/test.echo/2/tangle');
    await one.evaluate(() => (location.hash = 'test.echo.2.tangle'));
    await asked.getByRole('heading', { name: 'Try it' }).waitFor();
    const { y } = await asked.locator('summary').boundingBox();
    assert.ok(y >= 50 && y < 300, `it is shown ${y} pixels from above`);
    await one.finish();
  });

  test('shows what an operation takes and answers, with an example', async () => {
    const page = await open();
    const one = await openOperation(page, add);
    const members = await one.getByRole('listitem').allTextContents();
    assert.deepEqual(members, ['a whole number, at most 1000, requiredThe first', 'b whole number, requiredThe second', 'sum whole number, required']);
    const example = await one.getByRole('group', { name: 'Example of the body' }).textContent();
    assert.deepEqual(JSON.parse(example), { a: 2, b: 1 });
    const echo = await openOperation(page, '/api/host/methods/test.echo/2/echo');
    assert.match((await echo.getByRole('listitem').allTextContents()).join('\n'), /address object/);
    const tangle = await openOperation(page, '/api/host/methods/test.echo/2/tangle');
    assert.deepEqual(await tangle.getByRole('listitem').allTextContents(), [
      'tree list of list of list of list of …',
      'again object',
      'once more list of list of list of list of …',
    ]);
    await page.finish();
  });

  test('asks for the token once, sends the request and shows the answer', async () => {
    const page = await open({ expectedErrors: [/401/, /400/] });
    const one = await openOperation(page, add);
    const send = one.getByRole('button', { name: 'Send' });
    const answer = one.getByRole('status', { name: 'Answer' });
    await one.getByRole('textbox', { name: /^Body/ }).fill('{"a": 20, "b": 22}');
    await send.click();
    await page.getByRole('textbox', { name: 'Token' }).fill('wrong');
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.getByText('The host did not accept that token.').waitFor();
    await page.getByRole('textbox', { name: 'Token' }).fill(host.token().Authorization.slice('Bearer '.length));
    await page.getByRole('button', { name: 'Use this token' }).click();
    await answer.getByText(/^200/).waitFor();
    assert.deepEqual(JSON.parse(await answer.getByRole('group', { name: 'Body of the answer' }).textContent()), { sum: 42 });
    await one.getByRole('textbox', { name: /^Body/ }).fill('{"a": "x", "b": 22}');
    await send.click();
    await answer.getByText(/^400/).waitFor();
    assert.match(await answer.textContent(), /expected an integer/);
    await page.finish();
  });

  test('puts parameters into the address, and says which are missing', async () => {
    const page = await open();
    const one = await openOperation(page, '/api/host/plugins/{id}', 'GET');
    await one.getByRole('button', { name: 'Send' }).click();
    await one.getByText('It is part of the address.').waitFor();
    await one.getByRole('textbox', { name: /^id/ }).fill('agent');
    await one.getByRole('button', { name: 'Send' }).click();
    const answer = one.getByRole('status', { name: 'Answer' });
    await answer.getByText(/^200/).waitFor();
    assert.equal(JSON.parse(await answer.getByRole('group').textContent()).id, 'agent');
    await page.finish();
  });

  test('works with the keyboard alone', async () => {
    const page = await open();
    await page.getByRole('searchbox', { name: 'Find' }).focus();
    await page.keyboard.type('GET /health whether');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const one = operation(page, '/health', 'GET');
    await one.getByRole('heading', { name: 'Try it' }).waitFor();
    await one.getByRole('button', { name: 'Send' }).focus();
    await page.keyboard.press('Enter');
    await one.getByRole('status', { name: 'Answer' }).getByText(/^200/).waitFor();
    await page.finish();
  });
});

describe('nobody is shut out', () => {
  for (const colorScheme of ['light', 'dark'])
    for (const width of [1360, 360])
      test(`${colorScheme}, ${width} pixels wide`, async () => {
        const page = await open({ ...withoutPolicy, colorScheme, viewport: { width, height: 800 } });
        const one = await openOperation(page, '/health', 'GET');
        await openOperation(page, add);
        await one.getByRole('button', { name: 'Send' }).click();
        await one.getByRole('status', { name: 'Answer' }).getByText(/^200/).waitFor();
        assert.deepEqual(await violations(page), []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} pixels too wide`);
        await page.finish();
      });
});
