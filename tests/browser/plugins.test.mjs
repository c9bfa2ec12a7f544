// The console's pages of plugins and crashes, on a host of their own with plugins that are reloaded, killed and hostile.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { eventually, pluginFolder, scratch, startHost } from '../host/support.mjs';
import { violations, withoutPolicy } from './axe.mjs';
import { startWorld } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');
let host;
let world;
let token;
let shopFile;

before(async () => {
  const libraries = path.join(scratch(), 'plugins');
  fs.mkdirSync(libraries);
  for (const name of ['shop', 'hostile', 'hello', 'adder']) {
    fs.copyFileSync(path.join(pluginFolder, `${name}.so`), path.join(libraries, `${name}.so`));
  }
  shopFile = path.join(libraries, 'shop.so');
  host = await startHost({
    dirs: [libraries],
    host: '  runtime: auto\n',
    plugins:
      '  hello:\n    runtime: in_process\n  shop:\n    supervision: {max_crashes: 100}\n' +
      '  hostile:\n    supervision: {max_crashes: 100}\n' +
      '  brittle:\n    library: adder\n    supervision: {max_crashes: 0}\n',
  });
  token = host.token().Authorization.slice('Bearer '.length);
  world = await startWorld({ url: host.url });
});
after(async () => {
  await world?.stop();
  await host?.stop();
});

const noToken = { expectedErrors: [/401/] };
const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true });
const region = (page, name) => page.getByRole('region', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const status = (page) => page.getByRole('status', { name: 'Result of the last action' });

async function openPlugin(id, options) {
  const page = await world.open(`/host/plugins/${id}`, options);
  await heading(page, id).waitFor();
  await region(page, 'Now').waitFor();
  return page;
}

async function giveToken(page, text = token) {
  await page.getByRole('textbox', { name: 'Token' }).fill(text);
  await page.getByRole('button', { name: 'Use this token' }).click();
}

async function reload(page, { file = '', canary = false } = {}) {
  await page.getByRole('button', { name: canary ? 'Canary reload' : 'Reload', exact: true }).click();
  await page.getByRole('textbox', { name: 'Library file' }).fill(file);
  await page.getByRole('button', { name: canary ? 'Start the canary' : 'Reload now' }).click();
}

/** Waits for the worker to be up, kills it, and waits until it is up again; returns the pid that died. */
async function killWorker(id) {
  const pid = await eventually(`a worker of ${id}`, async () => (await host.plugin(id)).pid);
  process.kill(pid, 'SIGKILL');
  await eventually('another worker', async () => ![0, undefined, pid].includes((await host.plugin(id)).pid));
  return pid;
}

const crashPath = ({ instance, id }) => `/host/plugins/${instance}/crashes/${id.replace('.', '~')}`;

async function crashesOf(id) {
  return (await host.json('/api/host/crashes')).items.filter(({ instance }) => instance === id);
}

/** A crash of `hostile` with log lines before it; resolves with its summary of the API. */
async function crashHostile() {
  const known = (await crashesOf('hostile')).length;
  await eventually('a worker of hostile', async () => (await host.plugin('hostile')).pid);
  await host.call('test.hostile/1', 'flood_log', { count: 3 });
  assert.equal((await host.call('test.hostile/1', 'null_dereference')).status, 503);
  const crash = await eventually('the report', async () => {
    const all = await crashesOf('hostile');
    return all.length > known && all[0];
  });
  await eventually('hostile to run again', async () => (await host.plugin('hostile')).pid);
  return crash;
}

describe('the list of plugins', () => {
  test('is where the console begins when no plugin has a page', async () => {
    const bare = await startHost({ plugins: ['hello'] });
    const page = await world.open('/', { url: bare.url });
    await heading(page, 'Plugins').waitFor();
    assert.equal(new URL(page.url()).pathname, '/host/plugins');
    const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Plugins' });
    assert.equal(await link.getAttribute('aria-current'), 'page');
    await page.finish();
    await bare.stop();
  });

  test('shows every instance with state, runtime, process and counts', async () => {
    const page = await world.open('/host/plugins');
    for (const { id, library, version, state, runtime, pid, generation } of (await host.json('/api/host/plugins')).items) {
      const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: `${id} ${library} ${version}` }) });
      await row.waitFor();
      const cells = (await row.getByRole('cell').allTextContents()).map((text) => text.trim());
      assert.ok(cells[0].startsWith(state), cells[0]);
      assert.equal(cells[1], runtime.replace('_', ' ') + (pid ? `process ${pid}` : ''));
      assert.equal(cells[2], String(generation));
      assert.equal(cells.length, 7);
    }
    await page.finish();
  });

  test('leads to a plugin and back without a mouse', async () => {
    const page = await world.open('/host/plugins');
    const link = page.getByRole('rowheader', { name: /^shop/ }).getByRole('link');
    await link.waitFor();
    await link.focus();
    await page.keyboard.press('Enter');
    await heading(page, 'shop').waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    await page.evaluate(() => history.back());
    await page.waitForFunction(() => document.activeElement?.getAttribute('href') === '/host/plugins/shop');
    await page.finish();
  });

  test('follows what happens', async () => {
    const page = await world.open('/host/plugins');
    const cell = (number) =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^shop/ }) }).getByRole('cell').nth(number);
    await cell(0).waitFor();
    await killWorker('shop');
    const { restarts, pid } = await host.plugin('shop');
    await page.waitForFunction((text) => document.querySelector('table').textContent.includes(text), `process ${pid}`);
    assert.equal(await cell(6).textContent(), String(restarts));
    await page.finish();
  });

  test('asks nothing while it is hidden, and catches up when it is shown', async () => {
    const page = await world.open('/host/plugins');
    await page.getByRole('rowheader', { name: /^shop/ }).waitFor();
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/')) asked++;
    });
    const show = (state) =>
      page.evaluate((visibility) => {
        Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      }, state);
    await page.waitForRequest((request) => request.url().endsWith('/api/host/plugins'));
    await show('hidden');
    await page.waitForLoadState('networkidle');
    asked = 0;
    await page.waitForTimeout(5_000);
    assert.equal(asked, 0);
    await show('visible');
    await eventually('a question', () => asked > 0);
    await page.finish();
  });

  test('says that it is old when the host does not answer', async () => {
    const page = await world.open('/host/plugins', { expectedErrors: [/ERR_|Failed to load/] });
    await page.getByRole('rowheader', { name: /^shop/ }).waitFor();
    await page.context().setOffline(true);
    await page.evaluate(() => window.dispatchEvent(new Event('offline')));
    await page.route('**/api/host/plugins', (route) => route.abort());
    await page.context().setOffline(false);
    await page.getByText(/What you see is from/).waitFor();
    await page.unroute('**/api/host/plugins');
    await page.getByText(/What you see is from/).waitFor({ state: 'detached' });
    await page.finish();
  });
});

describe('a plugin', () => {
  test('shows the layers that hold its worker, with the reason of each that is missing', async () => {
    const page = await openPlugin('hostile');
    const { sandbox } = await host.plugin('hostile');
    const items = await region(page, 'Sandbox').getByRole('listitem').allTextContents();
    assert.equal(items.length, sandbox.length);
    for (const { name, active, detail } of sandbox) {
      assert.ok(items.includes(`${name} (${active ? 'active' : 'not active'})${detail}`), `${name}: ${items.join('\n')}`);
    }
    await page.finish();
  });

  test('that runs in process has none, and says so', async () => {
    const page = await openPlugin('hello');
    await region(page, 'Sandbox').getByText('It runs in the host’s process').waitFor();
    assert.equal(await region(page, 'Crashes').count(), 0);
    await page.finish();
  });

  test('that was refused something gives the line to add', async () => {
    await host.call('test.hostile/1', 'write_outside');
    const { denials } = await eventually('the denial', async () => {
      const plugin = await host.plugin('hostile');
      return plugin.denials.some(({ permission }) => permission === 'write') && plugin;
    });
    const denial = denials.find(({ permission }) => permission === 'write');
    const line = `write: ${denial.yaml_value}`;
    const page = await openPlugin('hostile', { permissions: ['clipboard-read', 'clipboard-write'] });
    await region(page, 'Refused actions').getByText('plugins.hostile.permissions').first().waitFor();
    await region(page, 'Refused actions').getByText(line, { exact: true }).waitFor();
    await page.getByRole('button', { name: `Copy the line that allows: ${denial.detail}` }).click();
    await page.getByText('Copied').first().waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), line);
    await page.finish();
  });

  test('that crashes too often is degraded with the reason, and a reload starts it again', async () => {
    const page = await world.open('/host/plugins');
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^brittle/ }) });
    await row.getByText('ready', { exact: true }).waitFor();
    process.kill((await host.plugin('brittle')).pid, 'SIGKILL');
    await row.getByText('degraded', { exact: true }).waitFor();
    const said = page.getByRole('status').filter({ hasText: 'brittle is now degraded.' });
    assert.equal(await said.count(), 1);
    const { reason } = await host.plugin('brittle');
    await page.getByRole('cell', { name: reason }).waitFor();

    await row.getByRole('link').click();
    await page.getByRole('alert').getByText(reason).waitFor();
    await page.getByText('A reload starts it at once.').waitFor();
    await region(page, 'Sandbox').getByText('No worker runs now.').waitFor();
    await reload(page);
    await giveToken(page);
    await status(page).getByText(/serves/).waitFor();
    await page.getByText('brittle is now ready.').waitFor();
    assert.equal((await host.plugin('brittle')).state, 'ready');
    await page.finish();
  });

  test('that is not there is told with those that are', async () => {
    const page = await world.open('/host/plugins/shup', { expectedErrors: [/404/] });
    await page.getByRole('alert').getByText(/there is no plugin "shup"; there are .*shop/).waitFor();
    await page.finish();
  });
});

describe('a change of code', () => {
  beforeEach(() => eventually('shop to run', async () => (await host.plugin('shop')).pid));

  test('asks for the token once, says where it lies, and keeps it in memory alone', async () => {
    const { generation } = await host.plugin('shop');
    const page = await openPlugin('shop', noToken);
    await reload(page);
    await dialog(page).getByText('host-token.secret').waitFor();
    await giveToken(page, 'not-the-token');
    await dialog(page).getByText('The host did not accept that token').waitFor();
    await giveToken(page);
    await status(page).getByText(`Generation ${generation + 1} (1.0.0) serves`).waitFor();
    assert.equal((await host.plugin('shop')).generation, generation + 1);
    await region(page, 'Reloads').getByText(`${generation} → ${generation + 1}`).waitFor();

    await reload(page);
    await status(page).getByText(`Generation ${generation + 2} (1.0.0) serves`).waitFor();
    const kept = await page.evaluate(async () =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, await indexedDB.databases(), await caches.keys()]),
    );
    assert.ok(!kept.includes(token), kept);

    await page.getByRole('button', { name: 'Forget the token' }).click();
    await reload(page);
    await dialog(page).getByText('Reloading shop needs the host’s token').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    assert.equal((await host.plugin('shop')).generation, generation + 2);
    await page.finish();
  });

  test('that is refused shows the reason, and nothing has changed', async () => {
    const before = await host.plugin('shop');
    const page = await openPlugin('shop', { expectedErrors: [/409/] });
    await reload(page, { file: path.join(versions, 'shop-fails-probe.so') });
    await giveToken(page);
    await page.getByRole('alert').getByText('its probe failed: the door is locked').first().waitFor();
    await region(page, 'Reloads').getByRole('row').nth(1).getByText('refused').waitFor();
    assert.equal((await host.plugin('shop')).generation, before.generation);
    await page.finish();
  });

  test('on trial is shown as such and can be ended', async () => {
    const page = await openPlugin('shop');
    await reload(page, { file: path.join(versions, 'shop-2.so'), canary: true });
    await giveToken(page);
    await status(page).getByText(/Generation \d+ \(2\.0\.0\) is on trial/).waitFor();
    const { trial, generation } = await host.plugin('shop');
    assert.ok(trial > generation);
    await page.getByText(`generation ${trial} on trial`).waitFor();
    await page.getByRole('button', { name: 'End the trial' }).click();
    await page.getByRole('button', { name: 'End the trial now' }).click();
    await status(page).getByText(`Generation ${generation} (1.0.0) goes on serving`).waitFor();
    assert.equal((await host.plugin('shop')).trial, undefined);
    await page.finish();
  });

  test('can be taken back', async () => {
    const never = await openPlugin('hello');
    assert.ok(await never.getByRole('button', { name: 'Roll back' }).isDisabled(), 'there is nothing to go back to');
    await never.finish();
    const page = await openPlugin('shop');
    await reload(page, { file: path.join(versions, 'shop-2.so') });
    await giveToken(page);
    await status(page).getByText('(2.0.0) serves').waitFor();
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('button', { name: 'Roll back now' }).click();
    await status(page).getByText('(1.0.0) serves').waitFor();
    assert.equal((await host.plugin('shop')).file, shopFile);
    await page.finish();
  });

  test('needs no mouse, and the focus comes back', async () => {
    const page = await openPlugin('shop');
    const button = page.getByRole('button', { name: 'Reload', exact: true });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('[role=dialog]')?.contains(document.activeElement));
    for (let keys = 0; keys < 10; keys++) {
      await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => document.querySelector('[role=dialog]').contains(document.activeElement)));
    }
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.textContent === 'Reload');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('heading', { name: 'The host’s token' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.type === 'password');
    await page.keyboard.type(token);
    await page.keyboard.press('Enter');
    await status(page).getByText(/serves/).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Reload');
    await page.finish();
  });
});

describe('a crash', () => {
  test('by kill -9 of the worker is listed, and its report opens with the token', async () => {
    const known = (await crashesOf('shop')).length;
    const page = await openPlugin('shop', noToken);
    const pid = await killWorker('shop');
    const crash = await eventually('the report', async () => {
      const all = await crashesOf('shop');
      return all.length > known && all[0];
    });
    const row = region(page, 'Crashes').getByRole('row').nth(1);
    await row.locator(`a[href="${crashPath(crash)}"]`).click();
    await heading(page, 'Crash of shop').waitFor();
    assert.equal(await page.getByText(String(pid), { exact: true }).count(), 0, 'nothing more without the token');
    await giveToken(page, 'wrong');
    await page.getByText('The host did not accept that token').waitFor();
    await giveToken(page);
    await region(page, 'Circumstances').getByText('SIGKILL').waitFor();
    await region(page, 'Circumstances').getByText(String(pid), { exact: true }).waitFor();
    await region(page, 'Stack').getByText('It was killed from outside').waitFor();
    await page.finish();
  });

  test('in code opens with cause, functions, lines of source and the last log lines', async () => {
    const crash = await crashHostile();
    const page = await world.open(crashPath(crash));
    await giveToken(page);
    await page.getByText(crash.summary).waitFor();
    const first = region(page, 'Stack').getByRole('listitem').first();
    assert.match(await first.textContent(), /^#0hostile::dereference_null\(.*hostile\.cpp:\d+ in hostile\.so/);
    assert.match(await page.getByLabel('Log lines', { exact: true }).textContent(), /xxxxxxxx/);
    await region(page, 'Circumstances').getByText('SIGSEGV, address not mapped').waitFor();
    assert.ok(!(await page.evaluate(() => location.href)).includes(token));
    await page.getByRole('button', { name: 'Forget the token' }).click();
    await page.getByRole('textbox', { name: 'Token' }).waitFor();
    assert.equal(await region(page, 'Stack').count(), 0);
    await page.finish();
  });
});

for (const colorScheme of ['light', 'dark']) {
  for (const [size, viewport] of Object.entries({ wide: { width: 1360, height: 900 }, narrow: { width: 390, height: 844 } })) {
    describe(`in ${colorScheme}, ${size}`, () => {
      const options = { ...withoutPolicy, colorScheme, viewport, expectedErrors: [/409/] };
      const fits = async (page) => {
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
      };

      test('list, plugin, dialogs and crash have no serious barrier and fit', async () => {
        const crash = await crashHostile();
        await host.call('test.hostile/1', 'write_outside');
        const page = await world.open('/host/plugins', options);
        await page.getByRole('rowheader', { name: /^shop/ }).waitFor();
        await region(page, 'Crashes').getByRole('row').nth(1).waitFor();
        assert.deepEqual(await violations(page), []);
        await fits(page);

        await page.getByRole('rowheader', { name: /^hostile/ }).getByRole('link').click();
        await region(page, 'Refused actions').getByRole('listitem').first().waitFor();
        await region(page, 'Crashes').getByRole('row').nth(1).waitFor();
        assert.deepEqual(await violations(page), []);
        await fits(page);
        await page.getByRole('button', { name: 'Canary reload' }).click();
        await dialog(page).waitFor();
        assert.deepEqual(await violations(page), []);
        await page.keyboard.press('Escape');
        await reload(page, { file: '/nowhere/hostile.so' });
        await dialog(page).getByText('needs the host’s token').waitFor();
        assert.deepEqual(await violations(page), []);
        await giveToken(page);
        await page.getByRole('alert').getByText('cannot be read').first().waitFor();
        assert.deepEqual(await violations(page), []);

        await page.locator(`a[href="${crashPath(crash)}"]`).click();
        await region(page, 'Stack').getByRole('listitem').first().waitFor();
        assert.deepEqual(await violations(page), []);
        await fits(page);
        await page.getByRole('button', { name: 'Forget the token' }).click();
        await page.getByRole('textbox', { name: 'Token' }).waitFor();
        assert.deepEqual(await violations(page), []);
        await page.finish();
      });
    });
  }
}
