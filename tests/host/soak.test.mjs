// Reloads without end leave nothing behind: memory, descriptors, threads and mappings stay as they were. The number
// of reloads comes from TENON_SOAK_RELOADS; the release checks run 10,000.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pluginFolder, sanitized, startHost } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');
const reloads = Number(process.env.TENON_SOAK_RELOADS ?? 400);

function usage(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
  return {
    memory_kib: number('RssAnon'),
    threads: number('Threads'),
    descriptors: fs.readdirSync(`/proc/${pid}/fd`).length,
    mappings: fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').length,
  };
}

for (const runtime of ['in_process', 'isolated'])
  test(`${reloads} reloads, ${runtime}`, { skip: sanitized && 'a sanitizer keeps freed memory', timeout: 1e6 }, async () => {
    const host = await startHost({ host: `  runtime: ${runtime}\n`, plugins: ['shop', 'shopper'] });
    const reload = async (i) => {
      const answer = await host.fetch('/api/host/plugins/shop', {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', ...host.token() },
        body: JSON.stringify({ file: path.join(versions, `shop-${i % 2 ? 1 : 2}.so`) }),
      });
      assert.equal(answer.status, 200, await answer.text());
      assert.match(await (await host.fetch('/shopper/trip')).text(), /^(1111|2222)$/);
    };
    // What is made once (threads of pools, caches of the allocator) is there after some.
    for (let i = 0; i < Math.min(100, reloads / 2); i++) await reload(i);
    const before = usage(host.pid);
    for (let i = 0; i < reloads; i++) await reload(i);
    const after = usage(host.pid);
    const told = JSON.stringify({ before, after });
    if (process.env.TENON_SOAK_RELOADS) console.log(runtime, told);
    assert.ok(after.descriptors <= before.descriptors + 3, told);
    assert.ok(after.threads <= before.threads + 3, told);
    assert.ok(after.mappings <= before.mappings + 40, told);
    assert.ok(after.memory_kib <= before.memory_kib * 1.2 + 8192, told);
    assert.equal((await host.plugin('shop')).left_mapped, 0);
    await host.stop();
  });
