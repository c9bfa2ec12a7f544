// Runs the browser tests of the list and the product page against a real host on the demo deployment.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const data = await mkdtemp(join(tmpdir(), 'tenon-browser-'));
const host = spawn(
  process.env.TENON_BINARY,
  ['run', '-c', join(root, 'config/tenon.yaml'), '--data', data, '--listen', '127.0.0.1:0'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);

const url = await new Promise((resolve, reject) => {
  let text = '';
  const timer = setTimeout(() => reject(new Error(`the host does not listen:\n${text}`)), 60_000);
  host.stdout.on('data', (chunk) => {
    text += chunk;
    const found = /running at (http:\/\/[0-9.:]+)/.exec(text);
    if (found) {
      clearTimeout(timer);
      resolve(found[1]);
    }
  });
  host.once('exit', (code) => reject(new Error(`the host ended with ${code}:\n${text}`)));
});

const tests = spawn(process.execPath, ['--test', '--test-concurrency=1', ...process.argv.slice(2)], {
  cwd: here,
  env: { ...process.env, TENON_URL: url },
  stdio: 'inherit',
});
const code = await new Promise((resolve) => tests.once('exit', resolve));
const stopped = new Promise((resolve) => host.once('exit', resolve));
host.kill('SIGTERM');
await stopped;
await rm(data, { recursive: true, force: true });
process.exit(code ?? 1);
