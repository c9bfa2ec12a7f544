// What `limits` of an instance does to its calls.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHost } from './support.mjs';

const entry = (id, runtime, limits) => `  ${id}:\n    runtime: ${runtime}\n    limits: ${limits}\n`;

test('a call of an isolated instance that takes too long ends with an error, a stream goes on', async () => {
  const host = await startHost({
    plugins: entry('hostile', 'isolated', '{call_timeout_ms: 300}') + entry('shop', 'isolated', '{call_timeout_ms: 300}'),
  });
  const hung = await host.fetch('/hostile/hang?milliseconds=1500');
  assert.equal(hung.status, 504);
  const stream = await host.fetch('/shop/stream?chunks=60');
  assert.equal(stream.status, 200);
  assert.equal(await stream.text(), 'version 1\n'.repeat(60), 'longer than the timeout');
  await host.stop();
});

test('call_timeout_ms does not cut calls into the process of the host', async () => {
  const host = await startHost({ plugins: entry('hostile', 'in_process', '{call_timeout_ms: 100}') });
  const slow = await host.json('/hostile/hang?milliseconds=500');
  assert.equal(slow.done, true);
  await host.stop();
});

for (const runtime of ['in_process', 'isolated']) {
  const together = (host, count) =>
    Promise.all(Array.from({ length: count }, async () => (await host.fetch('/hostile/hang?milliseconds=700')).status));

  test(`without a limit, many calls run at the same time, ${runtime}`, async () => {
    const host = await startHost({ plugins: entry('hostile', runtime, '{queue: 0}') });
    const statuses = await together(host, 40);
    assert.deepEqual([...new Set(statuses)], [200]);
    await host.stop();
  });

  test(`calls beyond concurrency and queue are refused, ${runtime}`, async () => {
    const host = await startHost({ plugins: entry('hostile', runtime, '{concurrency: 2, queue: 1}') });
    const statuses = await together(host, 6);
    assert.equal(statuses.filter((status) => status === 200).length, 3, `${statuses}`);
    await host.stop();
  });
}
