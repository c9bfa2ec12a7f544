// The Rust crate, as the SDK ships it: its own tests, its structs beside those of the C headers, and its examples, which
// use every table, on a real host in both runtimes.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { noCargo, strangersMachine, withCargo } from './support.mjs';

const options = { skip: noCargo };
const plugins = ['tour', 'halves'];
let machine;
let crate;
let extra;
const cargo = (...args) => machine.run('cargo', args, { cwd: crate, extra, timeout: 300_000 });
const built = (name) => join(machine.work, `target/release/examples/lib${name}.so`);
const installed = (name) => join(machine.work, `plugins/${name}.so`);

before(() => {
  if (noCargo) return;
  machine = strangersMachine();
  crate = join(machine.prefix, 'share/tenon/rust/tenon');
  extra = { ...withCargo(machine), CARGO_TARGET_DIR: join(machine.work, 'target') };
  cargo('build', '--release', '--offline', '--examples');
  mkdirSync(join(machine.work, 'plugins'));
  for (const name of plugins) copyFileSync(built(name), installed(name));
});
after(() => machine?.leave());

test('its own tests pass', options, () => {
  const counts = [...cargo('test', '--offline').matchAll(/test result: ok\. (\d+) passed; 0 failed; 0 ignored/g)];
  const passed = counts.reduce((sum, [, count]) => sum + Number(count), 0);
  assert.ok(passed > 60, `${passed} tests`);
});

// ---- raw

/** Name and members of each struct of the C headers, in their order. */
function structsOf(headers) {
  const bodies = headers.replace(/\/\*[^]*?\*\//g, '').matchAll(/^(?:typedef )?struct (tn_\w+) \{([^}]*)\}/gm);
  const member = (declaration) => (/\(TN_ABI\* (\w+)\)/.exec(declaration) ?? /(\w+)(?:\[\w+\])?$/.exec(declaration))[1];
  return [...bodies].map(([, name, body]) => [name, body.split(';').map((one) => one.trim()).filter(Boolean).map(member)]);
}

test('its structs and constants are those of the C headers, every one', options, () => {
  const include = join(machine.prefix, 'include/tenon');
  const names = readdirSync(include).filter((name) => name.endsWith('.h'));
  const headers = names.map((name) => readFileSync(join(include, name), 'utf8')).join('\n');
  const rust = cargo('run', '--offline', '-q', '--example', 'layout');
  const lines = rust.trim().split('\n').map((line) => line.split(' '));
  const structs = lines.filter(([name]) => name.startsWith('tn_'));
  const constants = lines.filter(([name]) => name.startsWith('TN_')).map(([name]) => name);

  const members = structs.map(([name, , ...places]) => [name, places.map((place) => place.split('=')[0])]);
  const sorted = (list) => [...list].sort(([a], [b]) => (a < b ? -1 : 1));
  const written = structsOf(headers);
  assert.ok(written.length >= 37, `${written.length} structs`);
  assert.deepEqual(sorted(members), sorted(written));
  // Those that have a value in every language.
  const defined = [...headers.matchAll(/^#define (TN_\w+) +(?:\d|"tenon\.|\(1u <<)/gm)].map((found) => found[1]);
  const unused = ['TN_LOG_OFF', 'TN_MANIFEST_FORMAT', 'TN_MANIFEST_MAX'];
  assert.deepEqual([...constants, ...unused].sort(), defined.sort());

  const prints = [
    ...members.map(([type, all]) => {
      const format = all.map((name) => ` ${name}=%zu`).join('');
      const places = all.map((name) => `, offsetof(${type}, ${name})`).join('');
      return `printf("${type} %zu${format}\\n", sizeof(${type})${places});`;
    }),
    ...constants.map((name) =>
      name.endsWith('_ID') ? `printf("${name} %s\\n", ${name});` : `printf("${name} %lld\\n", (long long)${name});`),
  ];
  writeFileSync(join(machine.work, 'layout.c'), `#include <stdio.h>\n#include <tenon/tenon.h>\nint main(void) {\n${prints.join('\n')}\n}\n`);
  machine.run('cc', ['layout.c', '-o', 'layout', `-I${machine.prefix}/include`]);
  assert.equal(rust, machine.run('./layout'));
});

// ---- on a host

for (const name of plugins)
  test(`tenon verify passes ${name}, which exports its entry and nothing else`, options, () => {
    const others = name === 'tour' ? ['--with', installed('halves')] : [];
    const ran = machine.try('tenon', ['verify', '--json', ...others, installed(name)]);
    const failed = JSON.parse(ran.out)[0].checks.filter((check) => !['ok', 'skipped'].includes(check.outcome));
    assert.deepEqual(failed, []);
    assert.equal(ran.status, 0, ran.err);
    const symbols = machine.run('nm', ['-D', '--defined-only', installed(name)]).trim().split('\n');
    assert.deepEqual(symbols.map((line) => line.split(' ').at(-1)), ['tenon_entry']);
  });

const deployment = (runtime, data) => `host:
  data: ./${data}
  plugin_dirs: [plugins]
  runtime: ${runtime}
http:
  listen: 127.0.0.1:8080
plugins:
  tour:
    config: {greeting: Shalom}
  halves:
`;

let hosts = 0;
async function tour(runtime) {
  const data = `data-${++hosts}`;
  const file = `${data}.yaml`;
  writeFileSync(join(machine.work, file), deployment(runtime, data));
  machine.run('tenon', ['check', '-c', file]);
  const host = await machine.startHost(['-c', file, '--listen', '127.0.0.1:0']);
  const call = (method, input = 0) =>
    JSON.parse(machine.run('tenon', ['call', 'example.tour/1', method, JSON.stringify(input), '--json', '-c', file]));
  const shown = async () => (await fetch(`${host.url}/api/host/plugins/tour`)).json();
  return { ...host, file, data: join(machine.work, data), call, shown };
}

/** Asks until the answer is as it shall be. */
async function eventually(ask, holds) {
  for (let tries = 0; ; ++tries) {
    const answer = await ask();
    if (holds(answer)) return answer;
    assert.ok(tries < 100, `it stays ${JSON.stringify(answer)}`);
    await sleep(100);
  }
}

for (const runtime of ['in_process', 'isolated'])
  test(`each table answers ${runtime}`, options, async () => {
    const host = await tour(runtime);
    assert.equal((await host.shown()).runtime, runtime);

    // Three rows stay; the fourth was rolled back when its transaction was dropped.
    const rows = { changed: 1, rows: 3, sum: 3 * 5 + 3, names: 'first second -' };
    assert.deepEqual(host.call('store', 5), rows);
    assert.deepEqual(host.call('state', 5), { sum: 5, grown: true, keys: 'sum' });
    assert.deepEqual(host.call('state', 7), { sum: 12, grown: true, keys: 'sum' });

    const { ticks } = await eventually(() => host.call('clock'), (clock) => clock.ticks > 0);
    assert.equal(ticks % 7, 0, 'each firing adds the token');
    const clock = host.call('clock');
    assert.ok(Math.abs(clock.now_ms - Date.now()) < 10_000 && clock.monotonic_ms > 0, JSON.stringify(clock));

    host.call('events', 5);
    // The durable delivery of a thirteen panics, and is made again.
    host.call('events', 13);
    assert.deepEqual(await eventually(() => host.call('events'), (seen) => seen.durable === 18), { live: 18, durable: 18 });

    host.call('metrics', 50);
    const metrics = await (await fetch(`${host.url}/metrics`)).text();
    const calls = Number(/^tour_calls\{plugin="tour",kind="message"\} (\d+)$/m.exec(metrics)[1]);
    assert.ok(calls >= 8, metrics);
    for (const line of ['tour_last{plugin="tour"} 50', 'tour_sizes_bucket{plugin="tour",le="100"} 1', 'tour_sizes_sum{plugin="tour"} 50'])
      assert.ok(metrics.includes(`\n${line}\n`), line);

    assert.deepEqual(host.call('columns', 13), { halves: [6.5, 7], names: ['one', 'two'], wrong: 'column half is of type f64, not i64' });
    assert.deepEqual(host.call('host'), { instance: 'tour', greeting: 'Shalom', written: true, provider: 'halves' });
    assert.equal(readFileSync(join(host.data, 'plugins/tour/note'), 'utf8'), 'kept');
    await eventually(host.log, (log) => /on tour.*n=0/.test(log));
    assert.equal(await host.stop(), 0, host.log());
  });

for (const runtime of ['in_process', 'isolated'])
  test(`answers are streamed, and a panic is one failed request, ${runtime}`, options, async () => {
    const host = await tour(runtime);
    const lines = await fetch(`${host.url}/tour/lines?lines=3`);
    assert.equal(lines.headers.get('transfer-encoding'), 'chunked');
    assert.equal(await lines.text(), '0\n1\n2\n');
    assert.equal((await fetch(`${host.url}/tour/lines?lines=x`)).status, 400);
    const echo = (headers) => fetch(`${host.url}/tour/echo`, { method: 'POST', body: 'x'.repeat(100_000), headers });
    assert.equal(await (await echo({})).text(), `got ${'x'.repeat(100_000)}`);
    assert.equal((await echo({ 'X-Panic': 'yes' })).status, 500);
    await eventually(host.log, (log) => /panicked at.*\s.*a route that panics|a route that panics.*panicked at/s.test(log));
    assert.equal(await (await echo({})).text(), `got ${'x'.repeat(100_000)}`);
    assert.equal((await host.shown()).restarts ?? 0, 0);
    assert.equal(await host.stop(), 0, host.log());
  });

for (const runtime of ['in_process', 'isolated'])
  test(`a reload hands over what it counts, goes on with its subscriptions and unloads the code, ${runtime}`, options, async () => {
    const host = await tour(runtime);
    assert.equal(host.call('count').made, 1);
    assert.equal(host.call('state', 1).sum, 1);
    await fetch(`${host.url}/tour/echo`, { method: 'POST', body: '', headers: { 'X-Panic': 'yes' } });
    machine.run('tenon', ['reload', 'tour', '-c', host.file]);
    assert.equal(host.call('count').made, 2);
    assert.equal(host.call('state', 1).sum, 2);
    host.call('events', 5);
    assert.deepEqual(await eventually(() => host.call('events'), (seen) => seen.durable === 5), { live: 5, durable: 5 });
    const shown = await eventually(host.shown, (now) => now.reloads.length === 1 && now.generation === 2);
    assert.equal(shown.left_mapped, 0);
    assert.equal(await host.stop(), 0, host.log());
  });

test('progress reaches who called', options, () => {
  writeFileSync(join(machine.work, 'alone.yaml'), deployment('in_process', 'alone'));
  // It is shown on terminals alone.
  const shown = machine.run('script', ['-qec', 'tenon call example.tour/1 host 0 -c alone.yaml', '/dev/null']);
  assert.match(shown, /touring/);
});
