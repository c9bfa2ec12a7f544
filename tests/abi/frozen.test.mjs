// Plugins that were built against the headers of each release load and answer on today's host.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually, pluginFolder, startHost } from '../host/support.mjs';

const built = path.join(path.dirname(pluginFolder), 'frozen');
const tables = ['config', 'log', 'metrics', 'state', 'store', 'clock', 'message', 'events', 'column', 'progress'];

for (const release of fs.readdirSync(built))
  for (const runtime of ['in_process', 'isolated'])
    describe(`plugins of ${release}, ${runtime}`, () => {
      const start = () =>
        startHost({
          dirs: [path.join(built, release)],
          host: `  runtime: ${runtime}\n`,
          plugins: '  frozen-c:\n    permissions: {read: [x]}\n  frozen-cpp:\n',
        });

      async function answer(host, interface_, method) {
        const response = await host.call(interface_, method);
        const text = await response.text();
        assert.equal(response.status, 200, text);
        return JSON.parse(text);
      }

      test('every table of the host does what it is for', async (t) => {
        const host = await start();
        t.after(() => host.stop());
        for (const id of ['frozen-c', 'frozen-cpp']) {
          const plugin = await host.plugin(id);
          assert.deepEqual([plugin.state, plugin.runtime], ['ready', runtime], plugin.reason);
        }
        assert.deepEqual(await answer(host, 'frozen.c/1', 'tour'), Object.fromEntries(tables.map((name) => [name, 0])));
        assert.deepEqual((await answer(host, 'frozen.cpp/1', 'tour')).done, tables);
        const metrics = await (await host.fetch('/metrics')).text();
        assert.match(metrics, /^frozen_uses_total\{[^}]*tool="ice"[^}]*\} 3$/m);
      });

      test('every table of the plugin is called: routes, timers, events, hand-over', async (t) => {
        const host = await start();
        t.after(() => host.stop());
        for (const [id, interface_] of [['frozen-c', 'frozen.c/1'], ['frozen-cpp', 'frozen.cpp/1']]) {
          await answer(host, interface_, 'tour');
          await eventually('its timer and its event', async () => {
            const seen = await answer(host, interface_, 'seen');
            return seen.fired === 42 && seen.events === 1;
          });
          const posted = await host.fetch(`/${id}/you`, { method: 'POST', body: 'and a body' });
          assert.equal(await posted.text(), 'you: and a body');
          assert.equal(await (await host.fetch(`/${id}/stream`)).text(), 'drop\n'.repeat(3));
          const reloaded = await host.fetch(`/api/host/plugins/${id}`, {
            method: 'PUT',
            headers: { 'Content-Type': 'application/json', ...host.token() },
            body: '{}',
          });
          assert.equal(reloaded.status, 200, await reloaded.text());
          const seen = await answer(host, interface_, 'seen');
          assert.deepEqual([seen.fired, seen.visits], [0, 1], 'another generation, with what was handed over');
        }
      });
    });
