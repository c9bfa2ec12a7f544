// A stranger's machine: an installed and moved prefix, an empty folder, and no way back to the tree.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const source = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const build = process.env.TENON_BUILD ?? join(source, 'build/release');
/** Where libraries are below a prefix. */
export const libraries = join('lib', spawnSync('cc', ['-print-multiarch'], { encoding: 'utf8' }).stdout.trim());
const cmake = process.env.TENON_CMAKE ?? 'cmake';

/** A folder of its own with an installed prefix that was moved after it was installed. */
export function strangersMachine({ component = 'sdk' } = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-sdk.')));
  const first = join(root, 'installed');
  const prefix = join(root, 'prefix');
  const work = join(root, 'work');
  const install = spawnSync(cmake, ['--install', build, '--prefix', first, '--component', component], { encoding: 'utf8' });
  assert.equal(install.status, 0, install.stderr);
  renameSync(first, prefix);
  mkdirSync(work);
  const env = {
    PATH: `${prefix}/bin:/usr/local/bin:/usr/bin:/bin`,
    CMAKE_PREFIX_PATH: prefix,
    HOME: root,
    TMPDIR: root,
    LC_ALL: 'C.UTF-8',
  };
  const hosts = new Set();
  return {
    prefix,
    work,
    env,
    /** Runs a program; its exit status, output and errors. */
    try: (command, args = [], { cwd = work, extra = {}, input, timeout = 120_000 } = {}) => {
      const ran = spawnSync(command, args, { cwd, env: { ...env, ...extra }, input, encoding: 'utf8', timeout });
      return { status: ran.status, out: ran.stdout ?? '', err: ran.stderr ?? String(ran.error ?? '') };
    },
    /** As try, but must succeed; its output. */
    run(command, args = [], options = {}) {
      const ran = this.try(command, args, options);
      assert.equal(ran.status, 0, `${command} ${args.join(' ')}\n${ran.out}${ran.err}`);
      return ran.out;
    },
    async startHost(args, { cwd = work } = {}) {
      const host = await startHost(join(prefix, 'bin/tenon'), args, { cwd, env });
      hosts.add(host);
      return host;
    },
    async leave() {
      for (const host of hosts) await host.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const cargoBin = process.env.PATH.split(':').find((folder) => existsSync(join(folder, 'cargo')));
/** Why tests in Rust are skipped; false: they are not. */
export const noCargo = cargoBin ? false : 'there is no cargo on PATH';
/** The environment in which a stranger uses the cargo of this machine's user. */
export const withCargo = (machine) => ({
  PATH: `${cargoBin}:${machine.env.PATH}`,
  RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'),
  CARGO_HOME: process.env.CARGO_HOME ?? join(homedir(), '.cargo'),
});

/** Starts `tenon run ...` and waits for its address. */
export async function startHost(tenon, args, options) {
  const child = spawn(tenon, ['run', ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the host does not say its address:\n${log}`)), 30_000);
    const look = (chunk) => {
      log += chunk;
      const found = /tenon is running at (http:\S+)/.exec(log);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    ended.then((code) => {
      clearTimeout(late);
      reject(new Error(`the host ended with ${code}:\n${log}`));
    });
  }).catch((failed) => {
    child.kill('SIGKILL');
    throw failed;
  });
  return {
    url,
    log: () => log,
    /** Ctrl-C; its exit code. */
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      return ended;
    },
  };
}
