import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, sanitized, startHost, within } from './support.mjs';

test('a handler that recurses through 512 KiB of stack is served', async (t) => {
  const host = await startHost({ plugins: ['deep'] });
  t.after(() => host.stop());
  const answers = await Promise.all(Array.from({ length: 8 }, () => host.fetch('/deep/512')));
  for (const one of answers) assert.equal(await one.text(), '512');
});

test('a handler that overflows its stack ends the host with a report that names it', async () => {
  const host = await startHost({ plugins: ['deep'] });
  await assert.rejects(host.fetch('/deep/100000'));
  const ended = await within('the crash', host.process.ended);
  if (sanitized) assert.notEqual(ended.code, 0);
  else assert.equal(ended.signal, 'SIGSEGV');
  assert.match(ended.err, /stack overflow in plugin deep.*\/deep\/\{kib\}/);
});

test('after a crash the next host starts on the same data directory', async () => {
  const host = await startHost({ plugins: ['deep', 'hello'] });
  await assert.rejects(host.fetch('/deep/100000'));
  await within('the crash', host.process.ended);
  const next = await startHost({ file: host.file });
  assert.equal(await (await next.fetch('/hello/again')).text(), 'Hello, again');
  assert.equal((await next.stop()).code, 0);
});

test('a handler that throws answers 500 and the host lives', async (t) => {
  const host = await startHost({ plugins: ['deep', 'route-throws', 'hello'] });
  t.after(() => host.stop());
  for (const path of ['/throws', '/throws-number', '/raw-throw/own', '/raw-throw/int']) {
    const response = await host.fetch(path);
    assert.equal(response.status, 500, path);
    const body = await response.json();
    assert.equal(body.status, 500);
    assert.equal(body.correlationId, response.headers.get('x-correlation-id'));
    assert.equal(body.detail, 'The request could not be completed.');
    await eventually(`the log to say why\n${host.process.err}`, () => host.process.err.includes(`(request_id ${body.correlationId})`));
  }
  assert.match(host.process.err, /ERROR .*GET \/throws.* failed: uncaught exception: thrown on purpose \(request_id /);
  assert.match(await (await host.fetch('/raw-throw/silent')).text(), /the plugin gave no answer/);
  const message = await host.call('test.thrower/1', 'throw');
  assert.equal(message.status, 500);
  assert.match((await message.json()).detail, /exception/, 'who has the token is told');
  assert.equal(await (await host.fetch('/hello/still')).text(), 'Hello, still');
  await eventually('the errors to be counted', async () => (await host.plugin('deep')).errors >= 2);
});

test('an answer that was begun and then fails is cut off, so that the client sees it', async (t) => {
  const host = await startHost({ plugins: ['route-throws', 'hello'] });
  t.after(() => host.stop());
  const response = await host.fetch('/raw-throw/late');
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
  assert.equal((await host.fetch('/hello/still')).status, 200);
});

test('errors of calls that let an exception escape are counted', async (t) => {
  const host = await startHost({ plugins: ['route-throws'] });
  t.after(() => host.stop());
  await host.fetch('/raw-throw/own');
  await host.fetch('/raw-throw/int');
  await host.call('test.thrower/1', 'throw');
  const { calls, errors, running } = await host.plugin('route-throws');
  assert.deepEqual({ calls, errors, running }, { calls: 3, errors: 3, running: 0 });
});
