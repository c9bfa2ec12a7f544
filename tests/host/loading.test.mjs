import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually, mapped, pluginFolder, run, scratch, sleep, start, startHost, within, writeConfig } from './support.mjs';

// Library, and what the operator must read about it.
const refusedWhenLoaded = [
  ['wrong-major', /built for version 2\.0 of the plugin interface, this host speaks 1\.0/],
  ['wrong-minor', /needs version 1\.1 of the plugin interface, this host speaks 1\.0/],
  ['wrong-vendor', /is for the host "xenon", this one is "tenon"/],
  ['no-life', /has no table tenon\.plugin\/1/],
  ['no-create', /tenon\.plugin\/1.*create/],
  ['init-fails', /failed in init: the licence has run out/],
  ['init-throws', /failed in init: .*a misfortune of the library's own/],
  ['create-throws', /failed to configure: .*a misfortune of the library's own/],
  ['needs-missing', /nobody\.home\/1/],
  ['needs-range', /demo\.greeter\/1.*>=1\.5/],
  ['cycle-a', /cycle-b/],
  ['cycle-b', /cycle-a/],
];

test('libraries that do not fit are refused one by one, and the rest serves', async (t) => {
  const host = await startHost({ plugins: [...refusedWhenLoaded.map(([id]) => id), 'hello'] });
  t.after(() => host.stop());
  assert.equal(await (await host.fetch('/hello/you')).text(), 'Hello, you');
  for (const [id, reason] of refusedWhenLoaded) {
    const plugin = await host.plugin(id);
    assert.equal(plugin.state, 'failed', id);
    assert.match(plugin.reason, reason, id);
  }
  assert.deepEqual(mapped(host.pid), ['hello'], 'only what runs has a private copy');
  assert.deepEqual(fs.readdirSync(path.join(host.data, 'run/libraries')), []);
});

const refusedWhenFound = {
  'not-a-plugin': (bytes) => [fs.readFileSync(path.join(pluginFolder, 'not-a-plugin.so')), /not a tenon plugin/],
  'exports-more': () => [
    fs.readFileSync(path.join(pluginFolder, 'exports-more.so')),
    /exports more than tenon_entry \(.*helper.*version script/,
  ],
  'exports-unique': () => [
    fs.readFileSync(path.join(pluginFolder, 'exports-unique.so')),
    /GNU_UNIQUE symbols \(shared_by_all_copies\).*-fno-gnu-unique/,
  ],
  'no-entry': () => [fs.readFileSync(path.join(pluginFolder, 'no-entry.so')), /exports no tenon_entry/],
  'other-machine': (bytes) => {
    bytes.writeUInt16LE(183, 18); // e_machine: AArch64
    return [bytes, /aarch64|AArch64|machine|processor/i];
  },
  'other-class': (bytes) => {
    bytes[4] = 1; // ELFCLASS32
    return [bytes, /32|64-bit/];
  },
  'text-file': () => [Buffer.from('#!/bin/sh\n'), /ELF/],
  'empty-file': () => [Buffer.alloc(0), /ELF|empty/],
};

test('files that are no plugin of this machine are refused where they are found', async (t) => {
  const folder = scratch();
  const reasons = {};
  for (const [name, make] of Object.entries(refusedWhenFound)) {
    const [bytes, reason] = make(fs.readFileSync(path.join(pluginFolder, 'hello.so')));
    fs.writeFileSync(path.join(folder, `${name}.so`), bytes);
    reasons[name] = reason;
  }
  const config = writeConfig({ dirs: [folder, pluginFolder], plugins: '  hello:\n' });
  const { refused, libraries } = JSON.parse(run(['plugins', '--json', '-c', config]).out);
  for (const [name, reason] of Object.entries(reasons)) {
    const found = refused.find((one) => one.file === path.join(folder, `${name}.so`));
    assert.ok(found, name);
    assert.match(found.reason, reason, name);
  }
  assert.ok(libraries.some((one) => one.id === 'hello'));

  const wanted = writeConfig({ dirs: [folder], plugins: '  other-machine:\n' });
  const check = run(['check', '-c', wanted]);
  assert.equal(check.code, 3);
  assert.match(check.err, reasons['other-machine'], 'the mistake says why the library is not there');

  const host = await startHost({ file: config });
  t.after(() => host.stop());
  assert.equal((await host.fetch('/hello/you')).status, 200);
});

test('a library cut off at any page is refused and never executed', () => {
  const bytes = fs.readFileSync(path.join(pluginFolder, 'hello.so'));
  const folder = scratch();
  const cuts = [];
  for (let size = 0; size < bytes.length; size += 4096) cuts.push(size);
  assert.ok(cuts.length > 10);
  for (const size of cuts) fs.writeFileSync(path.join(folder, `cut-${size}.so`), bytes.subarray(0, size));
  const config = writeConfig({ dirs: [folder] });
  const { code, out, err } = run(['plugins', '--json', '-c', config]);
  assert.equal(code, 0, err);
  const { refused, libraries } = JSON.parse(out);
  const cutOff = refused.filter((one) => one.file.startsWith(folder));
  assert.equal(cutOff.length, cuts.length);
  assert.deepEqual(libraries.filter((one) => one.file.startsWith(folder)), []);
  for (const one of cutOff) assert.match(one.reason, /truncated|no ELF/, one.file);
});

test('a plugin that throws or fails in a step leaves nothing registered', async (t) => {
  const steps = { create: /constructor/, throw: /thrown in start/, start: /half-way through/ };
  for (const [step, reason] of Object.entries(steps)) {
    const host = await startHost({ plugins: `  trouble:\n    config: {step: ${step}}\n  hello:\n` });
    t.after(() => host.stop());
    const plugin = await host.plugin('trouble');
    assert.equal(plugin.state, 'failed');
    assert.match(plugin.reason, reason);
    assert.equal((await host.fetch('/trouble')).status, 404, 'no route');
    assert.equal((await host.call('test.trouble/1', 'ask')).status, 404, 'no provider');
    assert.doesNotMatch(await (await host.fetch('/metrics')).text(), /^trouble_starts_total\{.*\}/m, 'no series');
    const { calls } = await host.plugin('trouble');
    await sleep(50);
    assert.equal((await host.plugin('trouble')).calls, calls, 'no timer fires');
    assert.equal((await host.fetch('/hello/you')).status, 200);
  }
});

test('a plugin that hangs in start is left behind, and the host serves and stops', async () => {
  const host = await startHost({
    plugins: '  trouble:\n    config: {step: hang}\n    deadlines_ms: {start: 200}\n  hello:\n',
  });
  assert.equal((await host.fetch('/hello/you')).status, 200);
  assert.equal((await host.fetch('/trouble')).status, 404);
  const plugin = await host.plugin('trouble');
  assert.equal(plugin.state, 'failed');
  assert.match(plugin.reason, /start was not done within 200 ms/);
  const { calls } = await host.plugin('trouble');
  await sleep(50);
  assert.equal((await host.plugin('trouble')).calls, calls, 'its timer does not fire');
  assert.doesNotMatch(await (await host.fetch('/metrics')).text(), /^trouble_starts_total\{/m, 'no series');
  const ended = await host.stop();
  assert.equal(ended.code, 0, ended.err);
});

test('a step that comes back after its deadline harms nobody', async () => {
  const host = await startHost({
    plugins: '  trouble:\n    config: {step: hang, seconds: 1}\n    deadlines_ms: {start: 100}\n  hello:\n',
  });
  await sleep(1500);
  assert.equal((await host.fetch('/hello/you')).status, 200);
  const ended = await host.stop();
  assert.equal(ended.code, 0, ended.err);
});

test('a plugin that throws or hangs in stop does not keep the host from stopping', async () => {
  for (const step of ['stop', 'hang-in-stop']) {
    const host = await startHost({
      plugins: `  hello:\n  trouble:\n    config: {step: ${step}}\n    deadlines_ms: {stop: 200}\n`,
    });
    const ended = await host.stop();
    assert.equal(ended.code, 0, `${step}: ${ended.err}`);
  }
});

test('a timer or a call that never ends does not keep the host from stopping', async () => {
  for (const step of ['hang-in-timer', 'hang-in-call']) {
    const host = await startHost({
      plugins: `  hello:\n  trouble:\n    config: {step: ${step}}\n    deadlines_ms: {stop: 200}\n`,
    });
    if (step === 'hang-in-call') host.fetch('/trouble').catch(() => {});
    await sleep(200);
    const ended = await host.stop();
    assert.equal(ended.code, 0, `${step}: ${ended.err}`);
  }
});

test('a timer that throws is logged and fires again', async (t) => {
  const host = await startHost({ plugins: '  trouble:\n    config: {step: timer}\n' });
  t.after(() => host.stop());
  await sleep(200);
  const { errors, state } = await host.plugin('trouble');
  assert.ok(errors > 1);
  assert.equal(state, 'ready');
  await eventually('the line in the log', () => /thrown in a timer/.test(host.process.err));
});

test('a failed probe marks a plugin degraded; it still serves', async (t) => {
  const host = await startHost({ plugins: '  trouble:\n    config: {step: probe}\n' });
  t.after(() => host.stop());
  const plugin = await host.plugin('trouble');
  assert.equal(plugin.state, 'degraded');
  assert.match(plugin.reason, /its dependency is away/);
  assert.equal((await host.fetch('/trouble')).status, 200);
});

test('who needs a plugin that failed does not start either, and says so', async (t) => {
  const host = await startHost({ plugins: ['cycle-a', 'needs-missing', 'plain-c'] });
  t.after(() => host.stop());
  assert.match((await host.plugin('cycle-a')).reason, /cycle\.b\/1/);
  assert.equal((await host.fetch('/plain-c')).status, 200);
});

test('required: true makes a failure the end of the host', async () => {
  for (const plugins of [
    '  hello:\n  trouble:\n    required: true\n    config: {step: start}\n',
    '  hello:\n  needs-missing:\n    required: true\n',
    '  hello:\n  wrong-major:\n    required: true\n',
  ]) {
    const process_ = start(['run', '-c', writeConfig({ plugins })]);
    const ended = await within('the end', process_.ended);
    assert.ok(ended.code > 0, `${ended.code} ${ended.signal}`);
    assert.match(ended.err, /is required by the configuration/);
    assert.doesNotMatch(ended.out, /running at/);
  }
});
