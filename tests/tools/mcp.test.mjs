// The Model Context Protocol over HTTP, with the official client and with requests made by hand.
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { eventually, pluginFolder, raw, sleep, startHost, within, writeConfig } from '../host/support.mjs';
import { connected, httpClient, initialize, patient, post, session, withToken } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');
const everything = patient + "mcp:\n  tools: ['*']\n  calls: 3\n  sessions: 40\n";
const call = (name, args = {}, more = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args, ...more },
});

let host;
const reload = (file) =>
  host.fetch('/api/host/plugins/agent', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', ...host.token() },
    body: JSON.stringify({ file }),
  });
before(async () => {
  host = await startHost({
    plugins: '  agent:\n  echo-tool:\n  far:\n    library: adder\n    runtime: isolated\n',
    more: everything,
  });
});

describe('the official client', () => {
  test('lists tools with what the manifest says of them', async () => {
    const client = await httpClient(host);
    const { tools } = await client.listTools();
    const add = tools.find(({ name }) => name === 'test.agent.add');
    assert.equal(add.title, 'Add');
    assert.match(add.description, /^Adds two numbers/);
    assert.deepEqual(add.annotations, { readOnlyHint: false, idempotentHint: true });
    assert.deepEqual(add.inputSchema.required, ['a', 'b']);
    assert.equal(add.inputSchema.properties.a.description, 'The first');
    assert.equal(add.outputSchema.properties.sum.type, 'integer');
    const say = tools.find(({ name }) => name === 'test_simple_text');
    assert.deepEqual(say.annotations, { readOnlyHint: true, idempotentHint: true, destructiveHint: false });
    for (const { name } of tools) assert.match(name, /^[A-Za-z0-9_.-]{1,128}$/);
    assert.deepEqual(client.getServerVersion(), { name: 'tenon', version: '0.1.0' });
  });

  test('calls one and gets its answer as data and as text', async () => {
    const client = await httpClient(host);
    const { structuredContent, content, isError } = await client.callTool({ name: 'test.agent.add', arguments: { a: 2, b: 3 } });
    assert.deepEqual(structuredContent, { sum: 5 });
    assert.deepEqual(content, [{ type: 'text', text: '{"sum":5}' }]);
    assert.ok(!isError);
  });

  test('calls methods that take or answer no object', async () => {
    const client = await httpClient(host);
    await client.listTools();
    const twice = await client.callTool({ name: 'test.agent.twice', arguments: { input: 21 } });
    assert.deepEqual(twice.structuredContent, { result: 42 });
    const list = await client.callTool({ name: 'test.agent.list' });
    assert.deepEqual(list.structuredContent, { result: [1, 2, 3] });
    for (const given of [{ number: 21 }, { input: 21, number: 21 }, {}]) {
      const wrong = await client.callTool({ name: 'test.agent.twice', arguments: given });
      assert.match(wrong.content[0].text, /expected one argument, "input"/);
    }
  });

  test('is told what is wrong with its arguments, and with a call that failed', async () => {
    const client = await httpClient(host);
    const wrong = await client.callTool({ name: 'test.agent.add', arguments: { a: 2000, c: 1 } });
    assert.equal(wrong.isError, true);
    assert.match(wrong.content[0].text, /a: .*1000/);
    assert.match(wrong.content[0].text, /"b" is missing/);
    const failed = await client.callTool({ name: 'test_error_handling' });
    assert.equal(failed.isError, true);
    assert.equal(failed.content[0].text, 'This tool intentionally returns an error for testing');
    await assert.rejects(client.callTool({ name: 'no.such.tool' }), /no tool "no.such.tool"/);
  });

  test('does not get an answer that breaks the rules of its tool', async () => {
    const client = await httpClient(host);
    const { tools } = await client.listTools();
    const breaks = tools.find(({ name }) => name.startsWith('test.echo_V2.break_the_rules_')).name;
    const broken = await client.callTool({ name: breaks, arguments: { any: 1 } });
    assert.equal(broken.isError, true);
    assert.match(broken.content[0].text, /own schema does not allow/);
  });

  test('hears of progress before the answer', async () => {
    const client = await httpClient(host);
    const heard = [];
    const { content } = await client.callTool({ name: 'test_tool_with_progress' }, undefined, { onprogress: (one) => heard.push(one) });
    assert.deepEqual(heard, [
      { progress: 0, total: 100, message: 'advancing' },
      { progress: 50, total: 100, message: 'advancing' },
      { progress: 100, total: 100, message: 'advancing' },
    ]);
    assert.equal(content[0].text, 'advanced');
  });

  test('cancels a call, and the plugin knows', async () => {
    const client = await httpClient(host);
    const abort = new AbortController();
    const state = async () => (await client.callTool({ name: 'test.agent.state' })).structuredContent;
    const waiting = client.callTool({ name: 'test.agent.wait', arguments: { ms: 20000 } }, undefined, { signal: abort.signal });
    waiting.catch(() => {});
    await eventually('the call to run', async () => (await state()).waiting);
    abort.abort('changed my mind');
    await assert.rejects(waiting);
    await eventually('the plugin to see it', async () => (await state()).cancelled, 5000);
  });

  test('hears when there are other tools', async () => {
    const client = await httpClient(host);
    let heard = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void ++heard);
    const describe_ = async () => (await client.listTools()).tools.find(({ name }) => name === 'test.agent.add').description;
    assert.match(await describe_(), /^Adds two numbers \(/);
    await sleep(200); // until its stream is open
    assert.equal((await reload(path.join(versions, 'agent-2.so'))).status, 200);
    await eventually('the notification', () => heard > 0, 5000);
    assert.match(await describe_(), /changing nothing/);
  });
});

describe('several instances of one interface', () => {
  // Whichever starts first: the one with the priority is the one that answers.
  for (const [first, lenient] of [['echo-tool', true], ['echo-strict', false]])
    test(`are tools of their own, and ${first} answers where none is named`, async () => {
      const two = await startHost({
        plugins: ['echo-strict', 'echo-tool'].map((id) => `  ${id}:\n    priority: ${id === first ? 1 : 0}\n`).join(''),
        more: patient,
      });
      const client = await httpClient(two);
      const { tools } = await client.listTools();
      const required = (name) => tools.find((tool) => tool.name === name).inputSchema.required;
      const byName = { 'test.echo_V2_OF_echo-tool.echo': undefined, 'test.echo_V2_OF_echo-strict.echo': ['name'] };
      const plain = 'json_schema_2020_12_tool';
      for (const [name, wanted] of Object.entries({ ...byName, [plain]: lenient ? undefined : ['name'] })) {
        assert.deepEqual(required(name), wanted, name);
        const { isError, content } = await client.callTool({ name, arguments: {} });
        assert.equal(Boolean(isError), wanted !== undefined, `${name}: ${content[0].text}`);
      }
      const status = async (path) => {
        const headers = { 'Content-Type': 'application/json', ...two.token() };
        return (await two.fetch(path, { method: 'POST', headers, body: '{}' })).status;
      };
      assert.equal(await status('/api/host/methods/test.echo/2/echo'), lenient ? 200 : 400);
      assert.equal(await status('/api/host/plugins/echo-tool/methods/test.echo/2/echo'), 200);
      assert.equal(await status('/api/host/plugins/echo-strict/methods/test.echo/2/echo'), 400);
      assert.equal(await status('/api/host/plugins/agent/methods/test.echo/2/echo'), 404);
      assert.equal((await two.call('test.echo/2', 'echo')).status, lenient ? 200 : 400);
      await two.stop();
    });
});

describe('the transport', () => {
  test('speaks the revision that it is asked for, or else its newest', async () => {
    for (const revision of ['2025-11-25', '2025-06-18', '2025-03-26'])
      assert.equal((await session(host, revision)).answer.result.protocolVersion, revision);
    assert.equal((await session(host, '1999-01-01')).answer.result.protocolVersion, '2025-11-25');
  });

  test('makes no session where it was not asked for one as it should be', async () => {
    const wrong = { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} };
    const answer = await post(host, wrong);
    assert.equal(answer.headers.get('mcp-session-id'), null);
    assert.equal((await answer.json()).error.code, -32602);
    const send = await session(host);
    assert.match((await (await send(initialize())).json()).error.message, /initialized before/);
  });

  test('refuses what is not for it', async () => {
    const send = await session(host);
    const ping = { jsonrpc: '2.0', id: 5, method: 'ping' };
    const status = async (answer) => (await answer).status;
    assert.equal(await status(send(ping, { 'MCP-Protocol-Version': '2025-06-18' })), 200);
    assert.equal(await status(send(ping, { 'MCP-Protocol-Version': '1999-01-01' })), 400);
    assert.equal(await status(send(ping, { Accept: 'application/json' })), 406);
    assert.equal(await status(send(ping, { 'Content-Type': 'text/plain' })), 415);
    assert.equal(await status(send(ping, { Authorization: 'Bearer wrong' })), 401);
    assert.equal(await status(send(ping, { Origin: 'http://evil.example.com' })), 403);
    assert.equal(await status(send(ping, { 'Mcp-Session-Id': 'f'.repeat(32) })), 404);
    assert.equal(await status(post(host, ping)), 400);
    assert.equal(await status(send('{"jsonrpc":')), 400);
    assert.equal(await status(send('[]')), 400);
    assert.equal(await status(send(JSON.stringify('x'.repeat(5 * 1024 * 1024)))), 413);
    assert.equal(await status(send({ jsonrpc: '2.0', method: 'notifications/initialized' })), 202);
  });

  test('lets no page of another origin listen', async () => {
    const { id } = await session(host);
    const listen = (origin) =>
      raw(
        host.port,
        `GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAccept: text/event-stream\r\nMcp-Session-Id: ${id}\r\n` +
          `Authorization: ${host.token().Authorization}\r\n${origin}\r\n`,
        { until: (seen) => seen.includes('\r\n\r\n') },
      );
    assert.match(await listen('Origin: http://evil.example.com\r\n'), /^HTTP\/1.1 403/);
    assert.match(await listen(`Origin: http://127.0.0.1:${host.port}\r\n`), /^HTTP\/1.1 200/);
    assert.match(await listen(''), /^HTTP\/1.1 200/);
  });

  test('answers mistakes with the code of the protocol', async () => {
    const send = await session(host);
    const code = async (message) => {
      const { id, error } = await (await send(message)).json();
      assert.equal(id, typeof message.id === 'object' ? undefined : message.id, JSON.stringify(message));
      return error.code;
    };
    assert.equal(await code({ jsonrpc: '2.0', id: 1, method: 'no/such' }), -32601);
    assert.equal(await code({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: 'x' } }), -32602);
    assert.equal(await code({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: [] }), -32602);
    assert.equal(await code({ jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'loud' } }), -32602);
    assert.equal(await code({ jsonrpc: '2.0', id: { a: 1 }, method: 'ping' }), -32600);
    assert.equal(await code({ jsonrpc: '1.0', id: 1, method: 'ping' }), -32600);
    assert.equal(await code('nonsense'), -32700);
  });

  test('takes a list of messages in the revision that had them', async () => {
    const send = await session(host, '2025-03-26');
    const list = [call('test.agent.add', { a: 1, b: 1 }), { jsonrpc: '2.0', id: 2, method: 'ping' }, { jsonrpc: '2.0', method: 'x' }];
    const answers = await (await send(list)).json();
    assert.deepEqual(answers.map(({ id, result }) => [id, result.structuredContent]), [[1, { sum: 2 }], [2, undefined]]);
    const newer = await session(host);
    for (const headers of [{}, { 'MCP-Protocol-Version': '2025-11-25' }])
      assert.equal((await newer(list, headers)).status, 400);
  });

  test('allows so many calls of one session at once', async () => {
    const send = await session(host);
    const wait = (id) => send({ ...call('test.agent.wait', { ms: 1500 }), id });
    const running = [wait(1), wait(2), wait(3)];
    await sleep(500);
    const [fourth, again] = [await (await wait(4)).json(), await (await wait(1)).json()];
    assert.match(fourth.error.message, /3 calls of this session are under way/);
    assert.ok(again.error);
    for (const one of await Promise.all(running)) assert.equal((await one.json()).result.content[0].text, 'waited');
  });

  test('ends a session when it is told to, with what runs in it', async () => {
    const send = await session(host);
    const running = send(call('test.agent.wait', { ms: 20000 }));
    await sleep(300);
    const ended = await host.fetch('/mcp', { method: 'DELETE', headers: { ...host.token(), 'Mcp-Session-Id': send.id } });
    assert.equal(ended.status, 204);
    assert.equal(await (await running).text(), '');
    assert.equal((await send({ jsonrpc: '2.0', id: 1, method: 'ping' })).status, 404);
  });
});

describe('a stream that breaks', () => {
  const progress = { _meta: { progressToken: 't' } };
  const eventsIn = (text) =>
    text
      .split('\n\n')
      .map((block) => ({ id: /^id: (.*)$/m.exec(block)?.[1], data: /^data:(.*)$/m.exec(block)?.[1] }))
      .filter(({ id }) => id !== undefined);
  /** Reads until there is enough, then breaks the connection. */
  async function readUntil(answer, isEnough) {
    let text = '';
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    while (!isEnough(eventsIn(text))) {
      const { value, done } = await within('an event', reader.read());
      if (done) break;
      text += value;
    }
    await reader.cancel();
    return eventsIn(text);
  }
  const listen = (send, headers = {}) =>
    host.fetch('/mcp', { headers: { ...host.token(), Accept: 'text/event-stream', 'Mcp-Session-Id': send.id, ...headers } });

  test('is read on where it broke, and no further than its end', async () => {
    const send = await session(host);
    const first = await readUntil(await send(call('test_tool_with_progress', {}, progress)), (events) => events.length > 1);
    assert.deepEqual([first[0].data, /"progress":0/.test(first[1].data)], ['', true]);
    const rest = await readUntil(await listen(send, { 'Last-Event-ID': first[1].id }), () => false);
    const all = [...first.slice(1), ...rest.filter(({ data }) => data !== '')];
    const told = all.map(({ data }) => JSON.parse(data)).map(({ params, result }) => params?.progress ?? result.content[0].text);
    assert.deepEqual(told, [0, 50, 100, 'advanced']);
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);

    // It has ended; what was missed can still be read, and at its end there is nothing more.
    const again = await readUntil(await listen(send, { 'Last-Event-ID': all[1].id }), () => false);
    assert.deepEqual(again.slice(1), all.slice(2));
    const status = async (id, of = send) => (await listen(of, { 'Last-Event-ID': id })).status;
    assert.equal(await status(all.at(-1).id), 405);
    assert.equal(await status('99-1'), 400);
    assert.equal(await status('nonsense'), 400);
    assert.equal(await status(all[1].id, await session(host)), 400);
  });

  test('tells what it would have told meanwhile', async () => {
    const send = await session(host);
    const [first] = await readUntil(await listen(send), (events) => events.length > 0);
    const isFirst = (await host.plugin('agent')).version === '1.0.0';
    const other = isFirst ? path.join(versions, 'agent-2.so') : path.join(pluginFolder, 'agent.so');
    assert.equal((await reload(other)).status, 200);
    const heard = await readUntil(await listen(send, { 'Last-Event-ID': first.id }), (events) => events.some(({ data }) => data !== ''));
    assert.equal(JSON.parse(heard.at(-1).data).method, 'notifications/tools/list_changed');
  });

  test('costs clients of older revisions no event that is no message', async () => {
    const send = await session(host, '2025-06-18');
    const events = await readUntil(await send(call('test_tool_with_progress', {}, progress)), () => false);
    assert.ok(events.length === 4 && events.every(({ data }) => data !== ''), JSON.stringify(events));
  });

  test('is not noticed by whoever uses the official client', async () => {
    let cut = 0;
    const url = await withToken(host, (request, answer, response) => {
      if (request.method !== 'POST' || cut || !answer.headers['content-type']?.startsWith('text/event-stream')) return false;
      // The beginning gets through, and then nothing.
      answer.once('data', (data) => {
        ++cut;
        response.write(data);
        setTimeout(() => response.destroy(), 20);
      });
      return true;
    });
    const client = await connected(new StreamableHTTPClientTransport(new URL(url)));
    const heard = [];
    const onprogress = ({ progress: done }) => heard.push(done);
    const { content } = await client.callTool({ name: 'test_tool_with_progress' }, undefined, { onprogress });
    assert.deepEqual([content[0].text, heard.at(-1), cut], ['advanced', 100, 1]);
    assert.equal(new Set(heard).size, heard.length);
  });
});

describe('a host', () => {
  test('that says nothing offers what only reads', async () => {
    const quiet = await startHost({ plugins: ['agent'], more: patient });
    const names = (await (await httpClient(quiet)).listTools()).tools.map(({ name }) => name);
    assert.ok(names.includes('test_simple_text') && names.includes('test.agent.state'));
    assert.ok(!names.includes('test.agent.add') && !names.includes('test.agent.wait'));
    const send = await session(quiet);
    assert.match((await (await send(call('test.agent.add', { a: 1, b: 1 }))).json()).error.message, /no tool/);
    await quiet.stop();
  });

  test('offers what its patterns say, forgets sessions nobody uses, and takes so many', async () => {
    const small = await startHost({
      plugins: ['agent'],
      more: patient + "mcp: {tools: ['test.agent.a*', '*.wait'], sessions: 2, idle_ms: 700}\n",
    });
    const send = await session(small);
    const { result } = await (await send({ jsonrpc: '2.0', id: 1, method: 'tools/list' })).json();
    assert.deepEqual(result.tools.map(({ name }) => name), ['test.agent.add', 'test.agent.wait']);
    await session(small);
    const third = await post(small, initialize());
    assert.equal(third.status, 503);
    assert.match((await third.json()).error.message, /too many sessions/);
    await sleep(900);
    assert.equal((await send({ jsonrpc: '2.0', id: 1, method: 'ping' })).status, 404);
    const again = await session(small);

    // Silence begins when the last request of the session has ended.
    await (await again(call('test.agent.wait', { ms: 1200 }))).text();
    assert.equal((await again({ jsonrpc: '2.0', id: 1, method: 'ping' })).status, 200);
    await small.stop();
  });

  test('goes on with the list of tools after the one that a client had last', async () => {
    const send = await session(host);
    const { result } = await (await send({ jsonrpc: '2.0', id: 1, method: 'tools/list' })).json();
    const after = { cursor: `after:${result.tools[2].name}` };
    const next = await (await send({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: after })).json();
    assert.deepEqual(next.result.tools, result.tools.slice(3));
  });

  const [elsewhere] = Object.values(os.networkInterfaces())
    .flat()
    .filter(({ family, internal }) => family === 'IPv4' && !internal);
  test('that listens to other machines lets none of them in', { skip: elsewhere ? false : 'this machine has no other address' }, async () => {
    const open = await startHost({ plugins: ['agent'], more: patient, args: ['--listen', '0.0.0.0:0'] });
    const from = async (address) => {
      const answer = await fetch(`http://${address}:${open.port}/mcp`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...open.token() },
        body: JSON.stringify(initialize()),
      });
      return answer.status;
    };
    assert.deepEqual([await from('127.0.0.1'), await from(elsewhere.address)], [200, 403]);
    await open.stop();
  });

  test('tells agents when its configuration lets another instance answer', async () => {
    const section = (first) =>
      ['echo-strict', 'echo-tool'].map((id) => `  ${id}:\n    priority: ${id === first ? 1 : 0}\n`).join('');
    const two = await startHost({ plugins: section('echo-tool'), more: patient });
    const client = await httpClient(two);
    let heard = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void ++heard);
    await sleep(500); // until its stream is open, and the start has been told
    heard = 0;
    writeConfig({ folder: two.folder, plugins: section('echo-strict'), more: patient });
    const answer = await two.fetch('/api/host/config', { method: 'PUT', headers: two.token() });
    assert.equal(answer.status, 200, await answer.text());
    await eventually('the notification', () => heard > 0, 5000);
    const { tools } = await client.listTools();
    assert.deepEqual(tools.find(({ name }) => name === 'json_schema_2020_12_tool').inputSchema.required, ['name']);
    await two.stop();
  });

  test('that does not want agents has no such address', async () => {
    const closed = await startHost({ plugins: ['agent'], more: 'mcp: {enabled: false}\n' });
    const answer = await post(closed, initialize());
    assert.ok([404, 405].includes(answer.status), String(answer.status));
    await closed.stop();
  });

  test('stops although agents are connected and calls run', async () => {
    const busy = await startHost({ plugins: ['agent'], more: everything });
    const client = await httpClient(busy);
    const waiting = client.callTool({ name: 'test.agent.wait', arguments: { ms: 20000 } });
    waiting.catch(() => {});
    await sleep(300);
    const began = Date.now();
    const { code } = await busy.stop();
    assert.equal(code, 0);
    assert.ok(Date.now() - began < 12000, `${Date.now() - began} ms`);
  });
});
