import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, eventually, raw, startHost } from './support.mjs';

let host;
before(async () => {
  host = await startHost({ plugins: ['hello', 'plain-c', 'streamer', 'deep', 'flood'] });
});
after(() => host?.stop());

async function problem(response, status) {
  assert.equal(response.status, status);
  assert.match(response.headers.get('content-type'), /^application\/problem\+json/);
  const body = await response.json();
  assert.equal(body.status, status);
  assert.equal(typeof body.title, 'string');
  return body;
}

test('a C++ plugin and a C plugin serve their routes', async () => {
  const hello = await host.fetch('/hello/J%C3%BCrgen%20M');
  assert.equal(hello.status, 200);
  assert.equal(await hello.text(), 'Hello, Jürgen M');
  assert.equal(await (await host.fetch('/plain-c')).text(), 'hello from C\n');
});

test('both serve their messages', async () => {
  const greeting = await host.call('demo.greeter/1', 'greet', { name: 'Ada' });
  assert.equal(greeting.status, 200);
  assert.deepEqual(await greeting.json(), { text: 'Hello, Ada' });
  const nested = { list: [1, 2.5, null, 'ü'], empty: {} };
  assert.deepEqual(await (await host.call('plain-c.echo/1', 'echo', nested)).json(), nested);
});

test('a message with input beyond its schema is refused with the path', async () => {
  const body = await problem(await host.call('demo.greeter/1', 'greet', { name: 7 }), 400);
  assert.match(JSON.stringify(body), /name/);
  await problem(await host.call('demo.greeter/1', 'no_such', {}), 404);
  const missing = await problem(await host.call('nobody.home/1', 'greet', {}), 404);
  assert.match(missing.detail, /nobody\.home\/1/);
});

test('HEAD has the headers of GET and no body', async () => {
  const get = await host.fetch('/hello/Bo');
  const text = await raw(
    host.port,
    'HEAD /hello/Bo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
  assert.match(text, /^HTTP\/1\.1 200 /);
  assert.match(text, new RegExp(`content-length: ${get.headers.get('content-length')}\r\n`, 'i'));
  assert.ok(text.endsWith('\r\n\r\n'), text);
});

test('an unknown path and a method that the path does not have', async () => {
  await problem(await host.fetch('/no/such/path'), 404);
  const wrong = await host.fetch('/hello/Bo', { method: 'DELETE' });
  assert.deepEqual(
    wrong.headers.get('allow').split(', ').filter((name) => name !== 'OPTIONS').sort(),
    ['GET', 'HEAD'],
  );
  await problem(wrong, 405);
});

test('a body up to the limit of its route passes, one byte more is refused', async () => {
  const send = (size) => host.fetch('/stream/small', { method: 'POST', body: 'x'.repeat(size) });
  const fits = await send(1000);
  assert.equal(fits.status, 200);
  assert.equal(await fits.text(), '1000');
  await problem(await send(1001), 413);
});

// Sends all of a body before it listens, as a proxy does; resolves with what came, fails on a reset.
function stubborn(target, size) {
  return raw(host.port, Buffer.concat([
    Buffer.from(`POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${size}\r\n\r\n`),
    Buffer.alloc(size, 97),
  ]));
}

test('a client that sends a body which nobody wants still gets its answer', async () => {
  for (const [target, status] of [['/no/such/path', 405], ['/api/no/such', 405], ['/stream/form', 415], ['/stream/small', 413]]) {
    for (let i = 0; i < 5; ++i)
      assert.match(await stubborn(target, 12 << 20), new RegExp(`^HTTP/1\\.1 ${status} `), target);
  }
});

test('a chunked body beyond the limit is refused while it is read', async () => {
  const piece = '1f4\r\n' + 'x'.repeat(500) + '\r\n';
  const text = await raw(
    host.port,
    'POST /stream/small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n' +
      `Connection: close\r\n\r\n${piece}${piece}${piece}0\r\n\r\n`,
  );
  assert.match(text, /^HTTP\/1\.1 413 /);
});

test('server-sent events arrive one by one, before the answer has ended', async () => {
  const response = await host.fetch('/stream/events');
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body.getReader();
  let text = '';
  while (!text.includes('data: 2\n\n')) text += Buffer.from((await reader.read()).value).toString();
  assert.ok(text.startsWith('data: 0\n\ndata: 1\n\n'), text);
  await reader.cancel();
  await eventually(
    'the handler to notice that its client has gone',
    async () => (await (await host.fetch('/stream/running')).text()) === '0',
  );
});

test('a client that has gone is TN_E_CANCELLED to whoever writes to it', async () => {
  const reader = (await host.fetch('/flood')).body.getReader();
  await reader.read();
  await reader.cancel();
  const endedWith = async () => (await host.fetch('/flood/ended-with')).text();
  await eventually('the handler to end', async () => (await endedWith()) !== '-');
  assert.equal(await endedWith(), '9');
});

test('a stream that ends is whole', async () => {
  const text = await (await host.fetch('/stream/events?count=2000')).text();
  assert.equal(text, Array.from({ length: 2000 }, (_, i) => `data: ${i}\n\n`).join(''));
});

test('an upload in chunks of every size comes back byte for byte', async () => {
  const bytes = Buffer.alloc(300000, 0).map((_, i) => (i * 31 + (i >> 8)) & 255);
  async function* pieces() {
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 9973)
      yield bytes.subarray(at, at + size);
  }
  const response = await host.fetch('/stream/echo', {
    method: 'POST',
    body: pieces(),
    duplex: 'half',
  });
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
});

test('an upload is answered while it is still being sent', async () => {
  const one = await connect(host.port);
  // CivetWeb fills the room that a read offers before it returns, so the pieces are small here.
  one.socket.write('POST /stream/echo?room=5 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
  one.socket.write('5\r\nfirst\r\n');
  await eventually('the first piece to come back', () => one.text.includes('first'));
  one.socket.write('6\r\nsecond\r\n0\r\n\r\n');
  await eventually('the end', () => one.text.includes('secon') && one.text.includes('0\r\n\r\n'));
  one.socket.destroy();
});

test('a form arrives as sent, another type is refused', async () => {
  const form = await host.fetch('/stream/form', {
    method: 'POST',
    body: new URLSearchParams({ name: 'a b', sign: '&=' }),
  });
  assert.equal(await form.text(), 'name=a+b&sign=%26%3D');
  assert.match(form.headers.get('x-seen-type'), /^application\/x-www-form-urlencoded/);
  await problem(
    await host.fetch('/stream/form', {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: 'x',
    }),
    415,
  );
});

test('a correlation id goes through, and one is made where there is none', async () => {
  const given = await host.fetch('/stream/correlation', { headers: { 'X-Correlation-ID': 'e2e-17' } });
  assert.equal(given.headers.get('x-correlation-id'), 'e2e-17');
  assert.equal(await given.text(), 'e2e-17');
  const made = await host.fetch('/stream/correlation');
  const id = made.headers.get('x-correlation-id');
  assert.ok(id.length >= 16, id);
  assert.equal(await made.text(), id);
  const other = await host.fetch('/stream/correlation');
  assert.notEqual(other.headers.get('x-correlation-id'), id);
});

test('an error of a handler is a problem document with its own id', async () => {
  const response = await host.fetch('/fails', { headers: { 'X-Correlation-ID': 'e2e-18' } });
  const body = await problem(response, 409);
  assert.equal(body.detail, 'somebody else was faster');
  assert.equal(body.correlationId, 'e2e-18');
});

test('health, readiness, metrics and the list of plugins', async () => {
  assert.equal((await host.json('/health')).status, 'ok');
  assert.equal((await host.fetch('/ready')).status, 200);
  assert.match(await (await host.fetch('/metrics')).text(), /^# TYPE /m);
  const { items, total } = await host.json('/api/host/plugins');
  assert.equal(total, 5);
  assert.deepEqual(items.map((one) => one.state), ['ready', 'ready', 'ready', 'ready', 'ready']);
});
