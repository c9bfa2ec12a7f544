import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { raw, startHost } from './support.mjs';

let host;
before(async () => {
  host = await startHost({ plugins: ['hello', 'streamer'] });
});
after(() => host?.stop());

const status = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
const request = (line, headers, body = '') =>
  raw(
    host.port,
    `${line} HTTP/1.1\r\n${headers.map((one) => one + '\r\n').join('')}` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );

test('a foreign name in Host is refused, for reading too', async () => {
  for (const name of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])
    assert.equal(status(await request('GET /hello/x', [`Host: ${name}`])), 421, name);
  for (const name of ['localhost', 'LOCALHOST:80', '127.0.0.1', `127.0.0.1:${host.port}`])
    assert.equal(status(await request('GET /hello/x', [`Host: ${name}`])), 200, name);
});

test('a foreign Origin may not write, the own one may', async () => {
  const name = `127.0.0.1:${host.port}`;
  const post = (origin) =>
    request('POST /stream/form', [
      `Host: ${name}`, `Origin: ${origin}`, 'Content-Type: application/x-www-form-urlencoded',
    ], 'a=b');
  for (const origin of ['http://evil.example', 'null', `http://${name}.evil.example`, 'http://127.0.0.1:1'])
    assert.equal(status(await post(origin)), 403, origin);
  assert.equal(status(await post(`http://${name}`)), 200);
});

test('/api/host/call needs the token of the host', async () => {
  const body = JSON.stringify({ interface: 'demo.greeter/1', method: 'greet', input: { name: 'x' } });
  const { Authorization } = host.token();
  const before_ = (await host.plugin('hello')).calls;
  const call = (headers) =>
    host.fetch('/api/host/call', {
      method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers },
    });
  assert.equal((await call({})).status, 401);
  assert.equal((await call({ Authorization: 'Bearer wrong' })).status, 401);
  assert.equal((await call({ Authorization: Authorization.slice(0, -1) })).status, 401);
  assert.equal((await call({ Authorization: Authorization + '0' })).status, 401);
  assert.equal((await host.plugin('hello')).calls, before_, 'refused calls reach no plugin');
  assert.equal((await call({ Authorization })).status, 200);
  assert.equal((await host.plugin('hello')).calls, before_ + 1);
});

test('the token is in no log line', () => {
  const token = host.token().Authorization.slice('Bearer '.length);
  assert.ok(token.length >= 32);
  assert.ok(!host.process.err.includes(token) && !host.process.out.includes(token));
});
