import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, eventually, startHost } from './support.mjs';

const more = '  workers: 4\n  request_timeout_ms: 500\n  keep_alive_ms: 500\n';

async function served(host) {
  const one = await connect(host.port);
  one.socket.write('GET /hello/new HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  // Bounded by the two timeouts of half a second; the rest is for a slow machine.
  await eventually('a new connection to be served', () => one.text.includes('Hello, new'), 15000);
  one.socket.destroy();
}

test('silent connections on every worker do not starve a new one', async (t) => {
  const host = await startHost({ plugins: ['hello'], more });
  t.after(() => host.stop());
  const silent = [];
  for (let i = 0; i < 8; ++i) silent.push(await connect(host.port));
  await served(host);
  for (const one of silent) one.socket.destroy();
});

test('half a request on every worker does not starve a new one', async (t) => {
  const host = await startHost({ plugins: ['hello'], more });
  t.after(() => host.stop());
  const halves = [];
  for (let i = 0; i < 8; ++i) {
    halves.push(await connect(host.port));
    halves[i].socket.write('GET /hello/half HTTP/1.1\r\nHos');
  }
  await served(host);
  for (const one of halves) one.socket.destroy();
});

test('idle keep-alive connections on every worker do not starve a new one', async (t) => {
  const host = await startHost({ plugins: ['hello'], more });
  t.after(() => host.stop());
  const idle = [];
  for (let i = 0; i < 4; ++i) {
    idle.push(await connect(host.port));
    idle[i].socket.write('GET /hello/idle HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await eventually('an answer', () => idle[i].text.includes('Hello, idle'));
  }
  await served(host);
  await eventually('the idle ones to be closed', () => idle.every((one) => one.closed));
  assert.ok(idle.every((one) => one.text.match(/HTTP\/1\.1/g).length === 1));
});
