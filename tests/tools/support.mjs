// Hosts with agents' tools, official clients for them, and the programs that check them.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tenon, within } from '../host/support.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const clients = [];
const proxies = [];
after(async () => {
  await Promise.all(clients.map((client) => client.close().catch(() => {})));
  for (const proxy of proxies) {
    proxy.closeAllConnections();
    proxy.close();
  }
});

/** Of the section `http`: a client that paused must not meet a connection that the host is just closing. */
export const patient = '  keep_alive_ms: 30000\n';

/** Runs a program of the packages on the Node that they want; resolves with its code and what it printed. */
export async function runPackage(script, args, options = {}) {
  const node = path.join(modules, `node-linux-${process.arch}`, 'bin/node');
  const child = spawn(node, [path.join(modules, script), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' },
    ...options,
  });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  child.stderr.on('data', (data) => (text += data));
  const [code] = await within(script, once(child, 'close'), 120_000);
  return { code, text };
}

/** A client of the official package on that transport. */
export async function connected(transport) {
  const client = new Client({ name: 'tenon-tests', version: '1.0.0' });
  client.transportErrors = [];
  client.onerror = (error) => client.transportErrors.push(error);
  await within('connecting', client.connect(transport));
  clients.push(client);
  return client;
}

/** The official client over streamable HTTP. */
export function httpClient(host) {
  return connected(
    new StreamableHTTPClientTransport(new URL(`${host.url}/mcp`), { requestInit: { headers: host.token() } }),
  );
}

/** The official client on the standard input and output of `tenon mcp`. */
export async function stdioClient(args) {
  const transport = new StdioClientTransport({ command: tenon, args: ['mcp', ...args], stderr: 'pipe' });
  let log = '';
  transport.stderr.on('data', (data) => (log += data));
  const client = await connected(transport);
  client.log = () => log;
  return client;
}

/** A message as raw HTTP. */
export function post(host, message, headers = {}) {
  return host.fetch('/mcp', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...host.token(),
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
}

export const initialize = (protocolVersion = '2025-11-25') => ({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});

/** A session by hand; the function that it resolves with sends in it. */
export async function session(host, protocolVersion) {
  const answer = await post(host, initialize(protocolVersion));
  const id = answer.headers.get('mcp-session-id');
  const send = (message, headers = {}) => post(host, message, { 'Mcp-Session-Id': id, ...headers });
  send.id = id;
  send.answer = await answer.json();
  return send;
}

/**
 * Adds the token to what it passes on, for clients that cannot; all else stays, Host and Origin too. `meddle` may take over
 * an answer.
 */
export async function withToken(host, meddle = () => false) {
  const server = http.createServer((request, response) => {
    const onward = http.request(
      { host: '127.0.0.1', port: host.port, method: request.method, path: request.url, headers: { ...request.headers, authorization: host.token().Authorization } },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        if (!meddle(request, answer, response)) answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxies.push(server);
  return `http://127.0.0.1:${server.address().port}/mcp`;
}
