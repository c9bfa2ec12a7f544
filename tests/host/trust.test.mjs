// Signatures of plugin files with real hosts: what is loaded, served and refused under each mode.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually, pluginFolder, run, scratch, startHost, writeConfig } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');

function must(args) {
  const done = run(args);
  assert.equal(done.code, 0, `tenon ${args.join(' ')}\n${done.out}${done.err}`);
  return done.out;
}

/** A folder with a key of Ada's, one of Eve's, and a signed shop with a page. */
function signedShop() {
  const folder = scratch();
  const libraries = path.join(folder, 'plugins');
  fs.mkdirSync(path.join(libraries, 'shop.web'), { recursive: true });
  for (const name of ['ada', 'eve']) must(['keygen', '--name', name, '-o', path.join(folder, name)]);
  const world = {
    folder,
    file: path.join(libraries, 'shop.so'),
    signature: path.join(libraries, 'shop.so.sig'),
    page: path.join(libraries, 'shop.web/shop.js'),
    libraries,
    key: (name) => path.join(folder, name),
    sign: (file = world.file, name = 'ada') => must(['sign', file, '--key', world.key(name)]),
    /** Puts another version in place, as an installer does. */
    put(version, from = path.join(versions, `shop-${version}.so`)) {
      fs.copyFileSync(from, `${world.file}.new`);
      fs.renameSync(`${world.file}.new`, world.file);
    },
    id: (name) => /^id: (\w+)$/m.exec(fs.readFileSync(`${world.key(name)}.pub`, 'utf8'))[1],
    trust: (mode, { keys = ['ada.pub'], revoked = [] } = {}) =>
      `  trust: ${JSON.stringify({ mode, keys, revoked })}\n`,
    config: (trust, runtime = 'in_process') =>
      writeConfig({
        folder,
        dirs: [libraries],
        host: `${trust}  runtime: ${runtime}\n`,
        plugins: '  shop:\n  hello:\n    enabled: false\n',
      }),
  };
  world.put(1);
  fs.writeFileSync(world.page, 'export {};\n');
  world.sign();
  return world;
}

const flip = (file, at) => {
  const bytes = fs.readFileSync(file);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  fs.writeFileSync(file, bytes);
};

// It ended because it was asked to, and not by itself before.
const stopped = async (host) => {
  const ended = await host.stop();
  assert.equal(ended.code, 0, ended.err);
  return ended;
};

// The last digit of the signature itself; another digit, so that the file can still be read.
const changeDigit = (file) =>
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/.\n$/, (end) => (end[0] === '0' ? '1\n' : '0\n')));

/** What is done to a signed shop, what the API calls it, and what the operator reads. */
const damages = {
  'a flipped byte of the library that is not mapped': [(w) => flip(w.file, -100), 'invalid', /was changed after it was signed/],
  'a flipped byte of the signature': [(w) => changeDigit(w.signature), 'invalid', /has a signature that \\*"ada\\*" .* did not make/],
  'a flipped byte of a page': [(w) => flip(w.page, 0), 'invalid', /its page shop\.js was changed/],
  'another page': [(w) => fs.writeFileSync(path.join(w.libraries, 'shop.web/more.js'), ''), 'invalid', /its page more\.js was added/],
  'no signature': [(w) => fs.rmSync(w.signature), 'missing', /is not signed: there is no .*shop\.so\.sig; sign it with: tenon sign/],
  'an unknown key': [(w) => w.sign(w.file, 'eve'), 'unknown_key', /was signed by the key \w{32}, which is not trusted/],
  'an expired key': [
    (w) => fs.writeFileSync(`${w.key('ada')}.pub`, fs.readFileSync(`${w.key('ada')}.pub`, 'utf8').replace('expires: never', `expires: ${new Date(Date.now() - 1000).toISOString().slice(0, 19)}Z`)),
    'expired_key',
    /a key that expired at/,
  ],
  'the signature of another library': [
    (w) => {
      const other = path.join(w.folder, 'hello.so');
      fs.copyFileSync(path.join(pluginFolder, 'hello.so'), other);
      w.sign(other);
      fs.copyFileSync(`${other}.sig`, w.signature);
    },
    'invalid',
    /is the library shop 1\.0\.0, and the signature is one of hello 1\.0\.0/,
  ],
  'the signature of another version': [
    (w) => {
      const other = path.join(w.folder, 'shop.so');
      fs.copyFileSync(path.join(versions, 'shop-2.so'), other);
      w.sign(other);
      fs.copyFileSync(`${other}.sig`, w.signature);
    },
    'invalid',
    /is the library shop 1\.0\.0, and the signature is one of shop 2\.0\.0/,
  ],
};

test('a key that expires within a month: taken, and told by check, log and API', async () => {
  const world = signedShop();
  const key = `${world.key('ada')}.pub`;
  const expires = `${new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 19)}Z`;
  fs.writeFileSync(key, fs.readFileSync(key, 'utf8').replace('expires: never', `expires: ${expires}`));
  const config = world.config(world.trust('require'));
  const check = run(['check', '-c', config]);
  assert.equal(check.code, 0, check.err);
  assert.ok(check.err.includes(`a key that expires at ${expires}; get it signed by another`), check.err);
  const host = await startHost({ file: config });
  const { signature, state } = await host.plugin('shop');
  assert.equal(state, 'ready');
  assert.equal(signature.status, 'trusted');
  assert.ok(signature.warning.includes(expires));
  const ended = await stopped(host);
  assert.match(ended.err, /plugin shop will soon be without a trusted signature: /);
});

for (const [name, [damage, status, reason]] of Object.entries(damages)) {
  test(`${name}: refused under require, told of under warn, taken when off`, async () => {
    const world = signedShop();
    damage(world);

    const required = world.config(world.trust('require'));
    const check = run(['check', '-c', required]);
    assert.equal(check.code, 3);
    assert.match(check.err, /tenon\.yaml:\d+:3: plugins\.shop: /);
    assert.match(check.err, reason);
    let host = await startHost({ file: required });
    let plugin = await host.plugin('shop');
    assert.equal(plugin.state, 'failed');
    assert.match(plugin.reason, reason);
    assert.equal((await host.fetch('/shop/page')).status, 404);
    await stopped(host);

    const warned = world.config(world.trust('warn'));
    const note = run(['check', '-c', warned]);
    assert.equal(note.code, 0, note.err);
    assert.match(note.err, reason);
    host = await startHost({ file: warned });
    plugin = await host.plugin('shop');
    assert.equal(plugin.state, 'ready');
    assert.equal(plugin.signature.status, status);
    assert.match(plugin.signature.reason, reason);
    const ended = await stopped(host);
    assert.match(ended.err, /plugin shop is loaded without a trusted signature: /);
    assert.match(ended.err, reason);

    host = await startHost({ file: world.config(world.trust('off')) });
    plugin = await host.plugin('shop');
    assert.equal(plugin.state, 'ready');
    assert.equal(plugin.signature, undefined);
    assert.doesNotMatch((await host.stop()).err, reason);
  });
}

async function change(host, method, target, body = {}) {
  const answer = await host.fetch(target, {
    method,
    headers: { 'Content-Type': 'application/json', ...host.token() },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}
const reload = (host, body) => change(host, 'PUT', '/api/host/plugins/shop', body);
const apply = (host) => change(host, 'PUT', '/api/host/config');
const version = async (host) => (await (await host.fetch('/shop/page')).json()).version;
const pageText = async (host) => (await host.fetch('/plugins/shop/shop.js')).text();

for (const runtime of ['in_process', 'isolated']) {
  describe(`under require, ${runtime}`, () => {
    test('what is signed serves, and says by whom', async (t) => {
      const world = signedShop();
      const host = await startHost({ file: world.config(world.trust('require'), runtime) });
      t.after(() => stopped(host));
      assert.equal(await version(host), 1);
      const { signature, runtime: runs } = await host.plugin('shop');
      assert.equal(runs, runtime);
      assert.equal(signature.status, 'trusted');
      assert.equal(signature.signer, 'ada');
      assert.equal(signature.key, world.id('ada'));
      assert.match(signature.signed_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    test('a flipped byte is refused', async () => {
      const world = signedShop();
      flip(world.file, -100);
      const host = await startHost({ file: world.config(world.trust('require'), runtime) });
      assert.match((await host.plugin('shop')).reason, /was changed after it was signed/);
      await stopped(host);
    });

    test('a reload and a canary of what is not signed are refused, the old generation serves on', async (t) => {
      const world = signedShop();
      const host = await startHost({ file: world.config(world.trust('require'), runtime) });
      t.after(() => stopped(host));
      world.put(2); // the signature beside it is of version 1
      for (const body of [{}, { canary: { share_percent: 50, duration_ms: 60000 } }]) {
        const refused = await reload(host, body);
        assert.equal(refused.status, 409);
        assert.match(refused.body.detail, /the signature is one of shop 1\.0\.0.*host\.trust\.mode is require/);
        assert.equal(await version(host), 1);
      }
      const { reloads, generation, signature, trial } = await host.plugin('shop');
      assert.deepEqual([generation, trial, signature.status], [1, undefined, 'trusted']);
      assert.deepEqual(reloads.map((one) => one.outcome), ['refused', 'refused']);
      world.sign();
      assert.equal((await reload(host)).status, 200);
      assert.equal(await version(host), 2);
    });

    test('files that change after they were checked change nothing', async (t) => {
      const world = signedShop();
      const host = await startHost({ file: world.config(world.trust('require'), runtime) });
      t.after(() => stopped(host));
      const before = await pageText(host);
      fs.writeFileSync(world.page, 'alert(1);\n'); // in place
      fs.writeFileSync(path.join(world.libraries, 'shop.web/evil.js'), '');
      assert.equal(await pageText(host), before);
      assert.equal((await host.fetch('/plugins/shop/evil.js')).status, 404);
      fs.copyFileSync(path.join(versions, 'shop-2.so'), world.file); // in place, under the same inode
      assert.equal(await version(host), 1);
      if (runtime === 'isolated') {
        process.kill((await host.plugin('shop')).pid, 'SIGKILL');
        await eventually('the restart', async () => (await host.plugin('shop')).restarts > 0);
        assert.equal(await version(host), 1, 'what is started again is what was checked');
      }
      assert.equal(await pageText(host), before);
      assert.equal((await reload(host)).status, 409);
      // Signed anew, code and pages go over together, and the old copy of the pages goes.
      world.sign();
      assert.equal((await reload(host)).status, 200);
      assert.equal(await version(host), 2);
      assert.equal(await pageText(host), 'alert(1);\n');
      const copies = () => fs.readdirSync(path.join(host.data, 'run/libraries'));
      world.sign();
      assert.equal((await reload(host)).status, 200);
      await eventually('the end of copies but those of the serving generation and the one before', () => copies().length === 2);
    });

    test('a file that is exchanged all the time is loaded as it was checked, or not at all', async (t) => {
      const world = signedShop();
      const host = await startHost({ file: world.config(world.trust('require'), runtime) });
      t.after(() => stopped(host));
      // One link, two targets: the signed first version and an unsigned second one.
      const good = path.join(world.folder, 'good.so');
      fs.renameSync(world.file, good);
      fs.symlinkSync(good, world.file);
      let swaps = 0;
      const timer = setInterval(() => {
        const target = swaps++ % 2 ? good : path.join(versions, 'shop-2.so');
        fs.symlinkSync(target, `${world.file}.new`);
        fs.renameSync(`${world.file}.new`, world.file);
      }, 1);
      const outcomes = {};
      for (let i = 0; i < 60; ++i) {
        const { status } = await reload(host);
        outcomes[status] = (outcomes[status] ?? 0) + 1;
        assert.equal(await version(host), 1);
      }
      clearInterval(timer);
      assert.ok(outcomes[200] > 0 && outcomes[409] > 0, `both have been met: ${JSON.stringify(outcomes)}`);
      for (const one of (await host.plugin('shop')).reloads)
        assert.ok(one.outcome === 'refused' || one.to_version === '1.0.0', JSON.stringify(one));
    });
  });
}

test('a reload that ends a quarantine serves the pages that were checked with it', async (t) => {
  const world = signedShop();
  const file = world.config(world.trust('require'), 'isolated');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('  shop:\n', '  shop:\n    supervision: {max_crashes: 0}\n'));
  const host = await startHost({ file });
  t.after(() => stopped(host));
  process.kill((await host.plugin('shop')).pid, 'SIGKILL');
  await eventually('the quarantine', async () => (await host.plugin('shop')).state === 'degraded');
  fs.writeFileSync(world.page, 'export const second = 2;\n');
  world.sign();
  assert.equal((await reload(host)).status, 200);
  assert.equal(await pageText(host), 'export const second = 2;\n');
});

test('the configuration of trust can change while the host runs, and is refused whole where it does not fit', async (t) => {
  const world = signedShop();
  const host = await startHost({ file: world.config(world.trust('off')) });
  t.after(() => stopped(host));

  world.config(world.trust('require', { keys: ['eve.pub'] }));
  const refused = await apply(host);
  assert.equal(refused.status, 409);
  assert.match(JSON.stringify(refused.body), /plugins\.shop.*which is not trusted/);
  assert.equal((await host.plugin('shop')).signature, undefined);

  world.config(world.trust('require'));
  const applied = await apply(host);
  assert.equal(applied.status, 200, JSON.stringify(applied.body));
  assert.equal((await host.plugin('shop')).signature.status, 'trusted');
  assert.equal((await host.plugin('shop')).generation, 2, 'it was loaded once more, since nobody had looked');

  // Version 2 of Eve's is taken once she is trusted, and going back to Ada's is refused once her key is revoked.
  world.put(2);
  world.sign(world.file, 'eve');
  assert.equal((await reload(host)).status, 409);
  world.config(world.trust('require', { keys: ['ada.pub', 'eve.pub'] }));
  assert.equal((await apply(host)).status, 200);
  assert.equal(await version(host), 2);
  world.config(world.trust('require', { keys: ['ada.pub', 'eve.pub'], revoked: [world.id('ada')] }));
  const revoked = await apply(host);
  assert.equal(revoked.status, 200, JSON.stringify(revoked.body));
  assert.equal((await host.plugin('shop')).generation, 3, 'a key less makes no new generation');
  const back = await change(host, 'POST', '/api/host/plugins/shop/rollback');
  assert.equal(back.status, 409);
  assert.match(back.body.detail, /which host\.trust\.revoked names/);
  assert.equal(await version(host), 2);

  world.config(world.trust('require', { keys: ['eve.pub'], revoked: [world.id('eve')] }));
  assert.match(JSON.stringify((await apply(host)).body), /host\.trust\.revoked names/);
  assert.equal(await version(host), 2, 'a refused configuration changes nothing');
});

test('a key file that is none is a mistake of the configuration, with its place', () => {
  const world = signedShop();
  const private_ = run(['check', '-c', world.config(world.trust('require', { keys: ['ada'] }))]);
  assert.equal(private_.code, 3);
  assert.match(private_.err, /tenon\.yaml:\d+:\d+: host\.trust\.keys\[0\]: .*ada is a private key/);
  const none = run(['check', '-c', world.config(world.trust('require', { keys: [] }))]);
  assert.match(none.err, /host\.trust\.keys: found no key file/);
});

test('tenon verify-signature says who signed, and names what was changed', () => {
  const world = signedShop();
  const verify = (name) => run(['verify-signature', world.file, '--key', `${world.key(name)}.pub`]);
  assert.match(verify('ada').out, /shop\.so: shop 1\.0\.0, signed by "ada" \(\w{32}\) at /);
  assert.equal(verify('eve').code, 1);
  flip(world.page, 0);
  const changed = verify('ada');
  assert.equal(changed.code, 1);
  assert.match(changed.err, /its page shop\.js was changed after it was signed/);
  assert.equal(run(['verify-signature', world.file]).code, 2);
});

test('private keys are kept to their owner and never shown', () => {
  const world = signedShop();
  assert.equal(fs.statSync(world.key('ada')).mode & 0o777, 0o600);
  const secret = /^secret: (\w+)$/m.exec(fs.readFileSync(world.key('ada'), 'utf8'))[1];
  fs.chmodSync(world.key('ada'), 0o640);
  const refused = run(['sign', world.file, '--key', world.key('ada')]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /can be read by group or others.*chmod 600/);
  fs.appendFileSync(world.key('ada'), 'more\n');
  fs.chmodSync(world.key('ada'), 0o600);
  const damaged = run(['sign', world.file, '--key', world.key('ada')]);
  assert.match(damaged.err, /ada:7: expected its end/);
  for (const { out, err } of [refused, damaged]) assert.ok(!(out + err).includes(secret));
  const twice = run(['keygen', '--name', 'ada', '-o', world.key('ada')]);
  assert.equal(twice.code, 1);
  assert.match(twice.err, /keys are not overwritten/);
});
