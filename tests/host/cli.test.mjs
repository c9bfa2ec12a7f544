import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pluginFolder, root, run, sanitized, scratch, tenon, writeConfig } from './support.mjs';

const commands = ['run', 'check', 'plugins', 'inspect', 'call', 'mcp', 'reload', 'rollback', 'keygen', 'sign', 'verify-signature', 'new', 'verify', 'completion', 'version'];

test('tenon --help lists every command and the exit codes', () => {
  const { code, out } = run(['--help']);
  assert.equal(code, 0);
  for (const name of commands) assert.match(out, new RegExp(`^  ${name} `, 'm'));
  assert.match(out, /Exit codes/);
});

for (const name of commands)
  test(`tenon ${name} --help explains it and does nothing`, () => {
    const { code, out, err } = run([name, '--help'], { cwd: '/' });
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`^Usage: tenon ${name}( |$)`, "m"));
    assert.equal(err, '');
  });

test('nonsense on the command line ends with 2', () => {
  const config = writeConfig({ plugins: '  hello:\n' });
  const table = [
    [],
    ['--nonsense'],
    ['nonsense', '-c', config],
    ['run', '--nonsense'],
    ['run', '-c', config, '--listen', 'nowhere'],
    ['check', '--nonsense'],
    ['plugins', '--nonsense'],
    ['inspect'],
    ['inspect', 'a', 'b'],
    ['call', 'only-one', '-c', config],
    ['completion', 'fish'],
  ];
  for (const args of table) {
    const { code, err } = run(args);
    assert.equal(code, 2, `tenon ${args.join(' ')}: ${err}`);
  }
});

test('an unknown command is named', () => {
  const config = writeConfig({ plugins: '  hello:\n' });
  const { err } = run(['frobnicate', '-c', config]);
  assert.match(err, /there is no command "frobnicate"/);
});

test('version in both forms', () => {
  assert.match(run(['version']).out, /\d+\.\d+\.\d+/);
  assert.equal(run(['--version']).out, run(['version']).out);
  assert.equal(typeof JSON.parse(run(['version', '--json']).out), 'object');
});

function complete(words, { cwd } = {}) {
  const script = `source <("$TENON" completion bash); complete -p tenon
    COMP_WORDS=("$TENON" ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
    _tenon; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const done = spawnSync('bash', ['--norc', '-c', script], {
    encoding: 'utf8',
    cwd,
    env: { ...process.env, TENON: tenon },
  });
  assert.equal(done.status, 0, done.stderr);
  const [registered, ...replies] = done.stdout.trim().split('\n');
  assert.match(registered, /complete -F _tenon tenon/);
  return replies;
}

test('completion in a real bash', () => {
  assert.deepEqual(complete(['']).sort(), [...commands].sort());
  assert.deepEqual(complete(['ch']), ['check']);
  assert.ok(complete(['run', '--']).includes('--listen'));
  assert.deepEqual(complete(['run', '--li']), ['--listen']);
  assert.deepEqual(complete(['completion', '']), ['bash']);
  assert.deepEqual(complete(['new', '']), ['plugin']);
  const templates = fs.readdirSync(path.join(root, 'sdk/templates')).sort();
  assert.deepEqual(complete(['new', 'plugin', 'mine', '--kind', '']), templates);
  assert.deepEqual(complete(['new', 'plugin', 'mine', '--kind', 'sco']), ['scorer']);
});

test('completion knows the instances of a deployment, and where a file is meant', () => {
  const cwd = scratch();
  fs.writeFileSync(path.join(cwd, 'shop.yaml'), 'plugins:\n  front: {library: hello}\n  back: {library: hello}\n');
  assert.deepEqual(complete(['reload', '-c', 'shop.yaml', ''], { cwd }).sort(), ['back', 'front']);
  assert.deepEqual(complete(['rollback', '-c', 'shop.yaml', 'fr'], { cwd }), ['front']);
  assert.deepEqual(complete(['reload', '-c', 'sh'], { cwd }), ['shop.yaml']);
  assert.deepEqual(complete(['inspect', 'sh'], { cwd }), ['shop.yaml']);
});

test('new --help lists the kinds that there are', () => {
  const shown = run(['new', '--help']).out.replace(/\s+/g, ' ');
  assert.ok(shown.includes(fs.readdirSync(path.join(root, 'sdk/templates')).sort().join(', ')), shown);
});

test('inspect shows a manifest without executing the library', () => {
  const library = path.join(pluginFolder, 'aborts.so');
  const shown = run(['inspect', library, '--json']);
  assert.equal(shown.code, 0, shown.err);
  assert.equal(JSON.parse(shown.out).id, 'aborts');
  assert.match(run(['inspect', library]).out, /aborts 1\.0\.0/);

  if (sanitized) return;
  // The same library, executed: the loader of this very process type is ended by it.
  const loaded = spawnSync('true', [], { env: { ...process.env, LD_PRELOAD: library } });
  assert.equal(loaded.signal, 'SIGABRT');
});

test('inspect refuses what is no plugin', () => {
  for (const file of [tenon, path.join(pluginFolder, 'not-a-plugin.so'), '/nowhere.so', '/etc/passwd']) {
    const { code, err } = run(['inspect', file]);
    assert.equal(code, 1, file);
    assert.match(err, new RegExp(path.basename(file)));
  }
});

test('plugins lists libraries, what they need, refused files and commands', () => {
  const config = writeConfig({ plugins: '  toolbox:\n' });
  const { code, out } = run(['plugins', '-c', config]);
  assert.equal(code, 0);
  assert.match(out, /toolbox 1\.0\.0/);
  assert.match(out, /requires demo\.greeter\/1 .*optional/);
  assert.match(out, /refused: .*not-a-plugin\.so/);
  assert.match(out, /command: tenon toolbox ask/);
});
