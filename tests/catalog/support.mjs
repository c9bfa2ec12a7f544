// A real host on the demo deployment, for one test file.
import { spawn, execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile, cp, access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = process.env.TENON_ROOT;
const binary = process.env.TENON_BINARY;
const plugins = process.env.TENON_PLUGINS;
const run = promisify(execFile);

const START_MS = 120_000;
const STOP_MS = 20_000;

/** A deployment of its own in a temporary folder; `change` may edit the text of catalog.yaml. */
export async function makeDeployment({ store = 'store: {driver: sqlite}', change = (text) => text, copyDemo = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tenon-catalog-'));
  if (copyDemo) {
    await cp(join(root, 'config/demo'), join(folder, 'demo'), { recursive: true });
  } else {
    await symlink(join(root, 'config/demo'), join(folder, 'demo'));
  }
  // Files that a test names in a command, and not in the configuration, are granted here.
  const granted = '    permissions: {read: [.], write: [.]}\n';
  const catalog = (await readFile(join(root, 'config/catalog.yaml'), 'utf8')).replace(
    /^ {2}(catalog|source-halilit):\n/gm,
    (line) => line + granted,
  );
  await writeFile(join(folder, 'catalog.yaml'), change(catalog));
  // TENON_TEST_RUNTIME=isolated runs every plugin in a process of its own.
  const runtime = process.env.TENON_TEST_RUNTIME ?? 'in_process';
  const main = `include: [catalog.yaml]\nhost: {data: data, runtime: ${runtime}}\nhttp: {listen: "127.0.0.1:0"}\n${store}\n`;
  await writeFile(join(folder, 'tenon.yaml'), main);
  return {
    folder,
    config: join(folder, 'tenon.yaml'),
    data: join(folder, 'data'),
    exports: join(folder, 'data', 'plugins', 'catalog', 'export'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs the host until stop() is called. */
export async function startHost(deployment) {
  const child = spawn(binary, ['run', '-c', deployment.config, '--plugins', plugins], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const listening = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the host does not listen:\n${log}`)), START_MS);
    const read = (chunk) => {
      log += chunk;
      const found = /running at (http:\/\/[0-9.:]+)/.exec(log);
      if (found) {
        clearTimeout(timer);
        resolve(found[1]);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then(() => {
      clearTimeout(timer);
      reject(new Error(`the host ended:\n${log}`));
    });
  });
  const url = await listening.catch((failure) => {
    child.kill('SIGKILL');
    throw failure;
  });
  const token = (await readFile(join(deployment.data, 'host-token.secret'), 'utf8')).trim();
  return {
    url,
    token,
    log: () => log,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A command in the running host, or in one of its own; its JSON. */
export async function command(deployment, ...words) {
  const { stdout } = await run(binary, [...words, '-c', deployment.config, '--plugins', plugins, '--json'], {
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout);
}

export function client(host) {
  const root = `${host.url}/api/catalog`;
  async function send(path, { method = 'GET', body, token } = {}) {
    const headers = { Accept: 'application/json' };
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    if (token) {
      headers.Authorization = `Bearer ${token}`;
    }
    const url = path.startsWith('/data/') || path.startsWith('/demo/') ? host.url + path : root + path;
    const response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    let json = null;
    try {
      json = JSON.parse(text);
    } catch {
      // Not every answer is JSON.
    }
    return { status: response.status, headers: response.headers, text, json };
  }
  async function get(path) {
    const answer = await send(path);
    if (answer.status !== 200) {
      throw new Error(`${path}: ${answer.status} ${answer.text}`);
    }
    return answer.json;
  }
  /** All items of a list, page by page. */
  async function all(path, limit) {
    const items = [];
    let cursor = null;
    for (let pages = 0; pages < 1000; ++pages) {
      const join = path.includes('?') ? '&' : '?';
      const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page = await get(`${path}${join}limit=${limit}${more}`);
      items.push(...page.items);
      cursor = page.next_cursor;
      if (!cursor) {
        return { items, total: page.total };
      }
    }
    throw new Error(`${path} has no end`);
  }
  return { send, get, all };
}

/** The store to test on: SQLite, or the PostgreSQL that the environment names. */
export function storeText() {
  const url = process.env.TENON_TEST_POSTGRES;
  return process.env.TENON_TEST_STORE === 'postgres'
    ? `store: {driver: postgres, url: "${url}"}`
    : 'store: {driver: sqlite}';
}

export async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
