// `tenon mcp` on standard input and output, beside a running host and without one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { eventually, pluginFolder, run, sleep, startHost, tenon, within, writeConfig } from '../host/support.mjs';
import { initialize, stdioClient } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');
const everything = "mcp:\n  tools: ['*']\n";

async function useTools(client) {
  const { tools } = await client.listTools();
  assert.ok(tools.some(({ name }) => name === 'test.agent.add'));
  const { structuredContent } = await client.callTool({ name: 'test.agent.add', arguments: { a: 20, b: 22 } });
  assert.deepEqual(structuredContent, { sum: 42 });
  const failed = await client.callTool({ name: 'test_error_handling' });
  assert.equal(failed.isError, true);
  await assert.rejects(client.callTool({ name: 'no.such' }), /no tool "no.such"/);

  const heard = [];
  await client.callTool({ name: 'test_tool_with_progress' }, undefined, { onprogress: ({ progress }) => heard.push(progress) });
  assert.deepEqual(heard, [0, 50, 100]);

  const abort = new AbortController();
  const waiting = client.callTool({ name: 'test.agent.wait', arguments: { ms: 20000 } }, undefined, { signal: abort.signal });
  waiting.catch(() => {});
  const state = async () => (await client.callTool({ name: 'test.agent.state' })).structuredContent;
  await eventually('the call to run', async () => (await state()).waiting);
  abort.abort('enough');
  await eventually('the plugin to see it', async () => (await state()).cancelled, 5000);
  assert.deepEqual(client.transportErrors, []);
}

describe('without a running host', () => {
  test('the official client uses the tools of the deployment', async () => {
    const file = writeConfig({ plugins: '  agent:\n', more: everything });
    const client = await stdioClient(['-c', file]);
    await useTools(client);
    await client.close();
  });

  test('the log goes to standard error, and the end of the input ends it', async () => {
    const file = writeConfig({ plugins: '  agent:\n  absent:\n    library: init-fails\n' });
    const child = spawn(tenon, ['mcp', '-c', file]);
    let out = '';
    let log = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (log += data));
    child.stdin.end('{"jsonrpc":"2.0","id":"a","method":"ping"}\r\n\n{nonsense\n[]\n{"jsonrpc":"2.0","id":2,"method":"ping"}');
    const code = await within('its end', new Promise((resolve) => child.on('close', resolve)));
    assert.equal(code, 0);
    const [first, second, third, last] = out.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(first, { jsonrpc: '2.0', id: 'a', result: {} });
    assert.deepEqual([second.error.code, third.error.code], [-32700, -32600]);
    assert.deepEqual(last, { jsonrpc: '2.0', id: 2, result: {} });
    assert.match(log, /absent has failed/);
    assert.doesNotMatch(log, /agent is ready/); // only what went wrong
  });

  test('a list of messages is taken in the revision that had them', () => {
    const file = writeConfig({ plugins: '  agent:\n', more: everything });
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'test.agent.add', arguments: { a: 1, b: 2 } } };
    for (const [protocolVersion, last] of [
      ['2025-03-26', [{ id: 2, sum: 3 }]],
      ['2025-11-25', -32600],
    ]) {
      const begin = { ...initialize(protocolVersion) };
      const input = [begin, [call]].map((one) => JSON.stringify(one)).join('\n');
      const { code, out } = run(['mcp', '-c', file], { input });
      assert.equal(code, 0);
      const answer = JSON.parse(out.trim().split('\n')[1]);
      assert.deepEqual(answer.error?.code ?? answer.map(({ id, result }) => ({ id, ...result.structuredContent })), last);
    }
  });

  test('the tools of a deployment are listed, and what is withheld with the reason', () => {
    const few = writeConfig({ plugins: '  agent:\n', more: 'mcp: {tools: ["*.add"]}\n' });
    const { code, out, err } = run(['mcp', '--list', '-c', few]);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^test\.agent\.add {2}\S/m);
    assert.match(out, /^test\.agent\.\w+ {2}not offered: mcp\.tools does not name it$/m);
    const list = JSON.parse(run(['mcp', '--list', '--json', '-c', few]).out);
    assert.deepEqual(list.tools.map(({ name }) => name), ['test.agent.add']);
    assert.ok(list.withheld.length > 1 && list.withheld.every(({ name, reason }) => name && reason));
    const readers = run(['mcp', '--list', '-c', writeConfig({ plugins: '  agent:\n' })]);
    assert.match(readers.out, /not offered: it does not say that it only reads \(read_only\)$/m);
  });

  test('a mistake in the configuration or in the command is told, with nothing on standard output', () => {
    const bad = run(['mcp', '-c', writeConfig({ plugins: '  agent:\n', more: 'mcp: {tool: []}\n' })]);
    assert.deepEqual([bad.code, bad.out], [3, '']);
    assert.match(bad.err, /mcp\.tool: unknown key.*did you mean "tools"/);
    assert.equal(run(['mcp', '--nonsense']).code, 2);
    const off = run(['mcp', '-c', writeConfig({ plugins: '  agent:\n', more: 'mcp: {enabled: false}\n' })]);
    assert.deepEqual([off.code, off.out], [4, '']);
  });
});

describe('beside a running host', () => {
  test('the official client uses the tools of that host, and hears of others', async () => {
    const host = await startHost({ plugins: ['agent'], more: everything });
    const client = await stdioClient(['-c', host.file]);
    let heard = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void ++heard);
    await useTools(client);
    await sleep(200); // until its stream is open
    const answer = await host.fetch('/api/host/plugins/agent', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...host.token() },
      body: JSON.stringify({ file: path.join(versions, 'agent-2.so') }),
    });
    assert.equal(answer.status, 200);
    await eventually('the notification', () => heard > 0, 5000);
    await client.close();
    assert.equal((await host.stop()).code, 0);
  });

  test('a host that goes in the middle of a call is told to the client', async () => {
    const host = await startHost({ plugins: ['agent'], more: everything });
    const client = await stdioClient(['-c', host.file]);
    const onprogress = () => host.process.child.kill('SIGKILL');
    await assert.rejects(client.callTool({ name: 'test_tool_with_progress' }, undefined, { onprogress, timeout: 20000 }), /the host does not answer/);
    await client.close();
  });

  test('a host that is gone is told to the client', async () => {
    const host = await startHost({ plugins: ['agent'], more: everything });
    const client = await stdioClient(['-c', host.file]);
    await host.stop('SIGKILL');
    await assert.rejects(client.listTools(), /the host does not answer/);
    await client.close();
  });
});
