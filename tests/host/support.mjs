// Starts real hosts on free ports and scratch folders, talks to them, and stops them by pid.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const build = process.env.TENON_BUILD ?? path.join(root, 'build/release');
export const tenon = path.join(build, 'bin/tenon');
export const pluginFolder = path.join(build, 'tests/plugins');
// A sanitizer has the last word in a crash, and its libraries load into nothing else.
export const sanitized = Boolean(process.env.TENON_SANITIZE);
export const postgres = process.env.TENON_TEST_POSTGRES ?? '';

// The host closes connections that were idle for a second; whoever uses one again at that moment loses the request.
// Node's own agent would wait four.
await fetch('data:,');
const agent = Symbol.for('undici.globalDispatcher.1');
globalThis[agent] = new globalThis[agent].constructor({ keepAliveTimeout: 250, keepAliveMaxTimeout: 250 });

const running = new Set();
const folders = [];

after(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

export function scratch() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenon-e2e.'));
  folders.push(folder);
  return folder;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Repeats `probe` until it gives something true; fails after `limitMs`.
export async function eventually(what, probe, limitMs = 20000) {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await sleep(20);
  }
}

// Waits for a promise, but not for ever.
export function within(what, promise, limitMs = 30000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${limitMs} ms`)), limitMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Runs `tenon ARGUMENTS...` to its end.
export function run(args, options = {}) {
  const done = spawnSync(tenon, args, { encoding: 'utf8', timeout: 60000, ...options });
  if (done.error) throw done.error;
  return { code: done.status, signal: done.signal, out: done.stdout, err: done.stderr };
}

// The same without blocking this process, for commands that talk to it or to each other.
export function start(args, options = {}) {
  const child = spawn(tenon, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  const process_ = { child, out: '', err: '' };
  child.stdout.on('data', (data) => (process_.out += data));
  child.stderr.on('data', (data) => (process_.err += data));
  process_.ended = new Promise((resolve) =>
    child.on('close', (code, signal) => {
      running.delete(child);
      process_.code = code;
      process_.signal = signal;
      resolve(process_);
    }),
  );
  return process_;
}

// Writes a configuration file; `plugins` is YAML of the section, indented by two, and so is `host`.
export function writeConfig({ folder = scratch(), plugins = '', host = '', more = '', dirs = [pluginFolder] }) {
  const file = path.join(folder, 'tenon.yaml');
  fs.writeFileSync(
    file,
    `host:\n  data: ./data\n  plugin_dirs: ${JSON.stringify(dirs)}\n${/^ {2}runtime:/m.test(host) ? '' : '  runtime: in_process\n'}${host}` +
      `http:\n  listen: 127.0.0.1:0\n${more}plugins:\n${plugins}`,
  );
  return file;
}

// Libraries of plugins that a process has mapped from memory.
export function mapped(pid) {
  const maps = fs.readFileSync(`/proc/${pid}/maps`, 'utf8');
  return [...new Set([...maps.matchAll(/\/memfd:(\S+)\.so /g)].map(([, name]) => name))].sort();
}

// A running host: `url`, `port`, `get`, `call`, `stop`. `plugins` may also be a list of ids.
export async function startHost({ plugins = [], args = [], limitMs = 60000, ...config }) {
  const section = Array.isArray(plugins) ? plugins.map((id) => `  ${id}:\n`).join('') : plugins;
  const file = config.file ?? writeConfig({ ...config, plugins: section });
  const folder = path.dirname(file);
  const process_ = start(['run', '-c', file, ...args]);
  const host = { ...process_, process: process_, file, folder, data: path.join(folder, 'data') };
  await eventually(
    'the host to listen',
    () => {
      if (process_.code !== undefined || process_.signal)
        throw new Error(`the host ended with ${process_.code ?? process_.signal}: ${process_.err}`);
      return (host.url = /running at (\S+)/.exec(process_.out)?.[1]);
    },
    limitMs,
  );
  host.port = Number(new URL(host.url).port);
  host.pid = process_.child.pid;
  host.fetch = (target, options) =>
    within(target, fetch(host.url + target, { redirect: 'manual', ...options }));
  host.json = async (target) => (await host.fetch(target)).json();
  host.call = (interface_, method, input = {}, headers = {}) =>
    host.fetch('/api/host/call', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...host.token(), ...headers },
      body: JSON.stringify({ interface: interface_, method, input }),
    });
  host.token = () => ({
    Authorization:
      'Bearer ' + fs.readFileSync(path.join(host.data, 'host-token.secret'), 'utf8').trim(),
  });
  host.plugin = async (id) => host.json(`/api/host/plugins/${id}`);
  host.stop = async (signal = 'SIGTERM') => {
    process_.child.kill(signal);
    return within('stopping', process_.ended, 60000);
  };
  return host;
}

// Requests on several connections until it is stopped; counts what came back. `note(text, seen, answer)` looks at
// answers with 200. Without a stop, because the test failed, it ends with its host.
export function load(host, target, clients, note) {
  const seen = { done: 0, failed: [] };
  let stopping = false;
  const all = Array.from({ length: clients }, async () => {
    while (!stopping && host.process.code === undefined && !host.process.signal) {
      try {
        const answer = await host.fetch(target);
        const text = await answer.text();
        if (answer.status !== 200) {
          seen.failed.push({ status: answer.status, text });
          continue;
        }
        seen.done++;
        note?.(text, seen, answer);
      } catch (error) {
        seen.failed.push({ status: 0, text: String(error.cause ?? error) });
      }
    }
  });
  return async () => {
    stopping = true;
    await Promise.all(all);
    return seen;
  };
}

// Sends bytes on a connection of its own; resolves with all that came when the server closes it,
// or when `until` is satisfied.
export function raw(port, text, { until = () => false, limitMs = 20000, open = net.connect } = {}) {
  return within(
    'a raw request',
    new Promise((resolve, reject) => {
      let seen = '';
      const socket = open({ host: '127.0.0.1', port });
      socket.write(text);
      socket.on('error', reject);
      socket.on('data', (data) => {
        seen += data.toString('latin1');
        if (until(seen)) socket.destroy();
      });
      socket.on('close', () => resolve(seen));
    }),
    limitMs,
  );
}

// An open connection to play with: `text` is what has come so far, `closed` whether it has ended.
export function connect(port) {
  return within(
    'connecting',
    new Promise((resolve, reject) => {
      const socket = net.connect(port, '127.0.0.1');
      const one = { socket, text: '', closed: false };
      socket.on('data', (data) => (one.text += data.toString('latin1')));
      socket.on('close', () => (one.closed = true));
      socket.on('error', (error) => (one.closed ? undefined : reject(error)));
      socket.on('connect', () => resolve(one));
    }),
  );
}
