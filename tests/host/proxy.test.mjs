// config/deploy/nginx.conf as it is, but for what an operator changes, in front of a real host.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { eventually, raw, scratch, startHost, within } from './support.mjs';

const name = 'tenon.example.org';
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
let host;
let nginx;
let folder;
let certificate;
let httpPort;
let httpsPort;

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

// The shipped file with an operator's changes; each of them must meet a line that is marked.
function deployed() {
  let text = fs.readFileSync(path.join(root, 'config/deploy/nginx.conf'), 'utf8');
  const change = (from, to) => {
    assert.match(text, new RegExp(`${from}; +# change`), `${from} is to be changed`);
    text = text.replaceAll(from, to);
  };
  change('server 127.0.0.1:8080', `server 127.0.0.1:${host.port}`);
  change('listen 80', `listen 127.0.0.1:${httpPort}`);
  change('listen 443 ssl http2', `listen 127.0.0.1:${httpsPort} ssl http2`);
  change('/etc/ssl/tenon/fullchain.pem', path.join(folder, 'certificate.pem'));
  change('/etc/ssl/tenon/key.pem', path.join(folder, 'key.pem'));
  return text;
}

before(async () => {
  host = await startHost({
    plugins: ['hello', 'streamer'],
    more: `  allowed_hosts: [${name}]\n`,
  });
  folder = scratch();
  fs.chmodSync(folder, 0o755);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'certificate.pem'), '-days', '2',
    '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`], { stdio: 'ignore' });
  certificate = fs.readFileSync(path.join(folder, 'certificate.pem'));
  [httpPort, httpsPort] = [await freePort(), await freePort()];
  fs.writeFileSync(path.join(folder, 'site.conf'), deployed());
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${folder}/${kind};\n`).join('');
  fs.writeFileSync(path.join(folder, 'nginx.conf'),
    `daemon off;\npid ${folder}/nginx.pid;\nerror_log stderr;\nworker_processes 1;\nevents {}\n` +
    `http {\n  access_log off;\n${temporary}  include ${folder}/site.conf;\n}\n`);
  nginx = spawn('/usr/sbin/nginx', ['-e', 'stderr', '-p', folder, '-c', path.join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  nginx.said = '';
  nginx.stderr.on('data', (data) => (nginx.said += data));
  await eventually('nginx to listen', () => {
    assert.equal(nginx.exitCode, null, nginx.said);
    return new Promise((resolve) => {
      const socket = net.connect(httpsPort, '127.0.0.1', () => resolve(socket.end() && true));
      socket.on('error', () => resolve(false));
    });
  });
});

after(async () => {
  if (nginx?.exitCode === null) {
    const ended = new Promise((resolve) => nginx.on('exit', resolve));
    nginx.kill('SIGTERM');
    await within('stopping nginx', ended);
  }
  await host?.stop();
});

// One request through the proxy; `onData` sees the pieces as they come.
function request(target, { method = 'GET', headers = {}, body, onData, localAddress } = {}) {
  return within(target, new Promise((resolve, reject) => {
    const call = https.request({ host: '127.0.0.1', port: httpsPort, servername: name, ca: certificate,
      path: target, method, localAddress, headers: { Host: name, ...headers } }, (response) => {
      let text = '';
      response.on('data', (data) => { text += data; onData?.(data, call); });
      response.on('close', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    call.on('error', reject);
    call.end(body);
  }));
}

const overTls = (to) => tls.connect({ ...to, servername: name, ca: certificate });

test('plain HTTP is sent to HTTPS', async () => {
  const seen = await within('a redirect', new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port: httpPort, path: '/hello/Bo?x=1', headers: { Host: name } }, resolve).on('error', reject);
  }));
  seen.resume();
  assert.equal(seen.statusCode, 308);
  assert.equal(seen.headers.location, `https://${name}/hello/Bo?x=1`);
});

test('a plugin answers over TLS, path and correlation id untouched', async () => {
  const seen = await request('/hello/J%C3%BCrgen%2FM', { headers: { 'X-Correlation-ID': 'outside-1' } });
  assert.equal(seen.status, 200);
  assert.equal(seen.text, 'Hello, Jürgen/M');
  assert.equal(seen.headers['x-correlation-id'], 'outside-1');
  assert.match(seen.headers['strict-transport-security'], /max-age=\d{8}/);
});

test('HTTP/2 is spoken', async () => {
  const session = http2.connect(`https://127.0.0.1:${httpsPort}`, { servername: name, ca: certificate });
  const status = await within('an HTTP/2 answer', new Promise((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({ ':path': '/hello/Bo', ':authority': name });
    stream.on('response', (headers) => resolve(headers[':status']));
    stream.on('error', reject);
    stream.end();
  })).finally(() => session.close());
  assert.equal(status, 200);
});

test('a foreign name is refused by the host behind', async () => {
  assert.equal((await request('/hello/Bo', { headers: { Host: 'rebound.example.net' } })).status, 421);
});

test('a page of the public name may write, a foreign one may not', async () => {
  const post = (origin) => request('/stream/form', { method: 'POST', body: 'a=1',
    headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' } });
  assert.equal((await post(`https://${name}`)).status, 200);
  assert.equal((await post('https://elsewhere.example.net')).status, 403);
});

test('events arrive one by one and the host hears when the client goes', async () => {
  let pieces = 0;
  const seen = await request('/stream/events', { onData: (_, call) => { if (++pieces === 3) call.destroy(); } });
  assert.match(seen.text, /data: 0/);
  await eventually('the stream to end in the host', async () => (await request('/stream/running')).text === '0');
});

test('a body reaches the limit and not beyond', async () => {
  const post = (size) => request('/stream/echo', { method: 'POST', body: Buffer.alloc(size, 97) });
  const fits = await post(1 << 20);
  assert.equal(fits.status, 200);
  assert.equal(fits.text.length, 1 << 20);
  assert.equal((await post((16 << 20) + 1)).status, 413);
});

test('a request that would be read in two ways reaches no plugin', async () => {
  const head = `Host: ${name}\r\nConnection: close\r\n`;
  for (const headers of ['Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', 'Content-Length: 4\r\nContent-Length: 5\r\n']) {
    const seen = await raw(httpsPort,
      `POST /stream/echo HTTP/1.1\r\n${head}${headers}\r\n0\r\n\r\nGET /hello/smuggled HTTP/1.1\r\n${head}\r\n`, { open: overTls });
    assert.match(seen, /^HTTP\/1\.1 400 /);
    assert.equal(seen.match(/HTTP\/1\.1 /g).length, 1, seen);
    assert.doesNotMatch(seen, /smuggled/);
  }
});

test('many requests over the kept connections lose none', async () => {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 8 });
  const one = () => new Promise((resolve, reject) => {
    https.get({ agent, host: '127.0.0.1', port: httpsPort, servername: name, ca: certificate, path: '/hello/Bo', headers: { Host: name } },
      (response) => { response.resume(); response.on('end', () => resolve(response.statusCode)); }).on('error', reject);
  });
  const statuses = await within('the requests', Promise.all(Array.from({ length: 400 }, one)));
  agent.destroy();
  assert.deepEqual([...new Set(statuses)], [200]);
});

test('the figures are for the operator on the machine itself', async () => {
  for (const target of ['/metrics', '/api/metrics']) {
    assert.equal((await request(target)).status, 200);
    assert.equal((await request(target, { localAddress: '127.0.0.2' })).status, 403);
  }
});
