import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pluginFolder, run, scratch, writeConfig } from './support.mjs';

// Each mistake stands on a line of its own; the tests name the line and the column.
const wrong = [
  'host:',
  `  plugin_dirs: ["${pluginFolder}"]`,
  'http:',
  '  worker: 8', // 4:3 unknown key
  '  keep_alive_ms: soon', // 5:18 wrong type
  'log:',
  '  level: ${TENON_E2E_UNSET}', // 7:10 unset variable
  'plugins:',
  '  helo:', // 9:3 unknown library
  '  toolbox:',
  '    config:',
  '      limit: many', // 12:14 beyond the plugin's schema
  '    enabled: true',
  '    enabled: false', // 14:5 duplicate key
  '',
].join('\n');

function writeWrong() {
  const file = path.join(scratch(), 'wrong.yaml');
  fs.writeFileSync(file, wrong);
  return file;
}
const env = { ...process.env };
delete env.TENON_E2E_UNSET;

test('six mistakes of six kinds are six located errors', () => {
  const file = writeWrong();
  const { code, err, out } = run(['check', '-c', file], { env });
  assert.equal(code, 3, err + out);
  const lines = err.trim().split('\n');
  const expected = [
    [4, 3, /worker.*workers/],
    [5, 18, /soon/],
    [7, 10, /TENON_E2E_UNSET/],
    [9, 3, /helo.*hello/],
    [12, 14, /plugins\.toolbox\.config\.limit/],
    [14, 5, /enabled/],
  ];
  assert.equal(lines.length, expected.length, err);
  expected.forEach(([line, column, words], i) => {
    assert.ok(lines[i].startsWith(`${file}:${line}:${column}:`), lines[i]);
    assert.match(lines[i], words);
  });
});

test('--json gives the same mistakes to programs', () => {
  const file = writeWrong();
  const { code, out } = run(['check', '-c', file, '--json'], { env });
  assert.equal(code, 3);
  const report = JSON.parse(out);
  assert.equal(report.ok, false);
  assert.deepEqual(
    report.problems.map((one) => [one.file, one.line, one.column]),
    [[file, 4, 3], [file, 5, 18], [file, 7, 10], [file, 9, 3], [file, 12, 14], [file, 14, 5]],
  );
});

test('run refuses what check refuses, and listens on nothing', () => {
  const { code, err, out } = run(['run', '-c', writeWrong()], { env });
  assert.equal(code, 3);
  assert.match(err, /worker/);
  assert.doesNotMatch(out, /running/);
});

test('a good file has no mistakes', () => {
  const file = writeConfig({ plugins: '  hello:\n  toolbox:\n    config: {limit: 3}\n' });
  const { code, out, err } = run(['check', '-c', file]);
  assert.equal(code, 0, err);
  assert.match(out, /2 plugins, no problems/);
  assert.equal(JSON.parse(run(['check', '-c', file, '--json']).out).ok, true);
});

test('a route that the operator does not grant is a mistake with the line to add', () => {
  const file = writeConfig({ plugins: '  hello:\n    permissions: {routes: []}\n' });
  const { code, err } = run(['check', '-c', file]);
  assert.equal(code, 3);
  assert.ok(err.startsWith(`${file}:`), err);
  assert.match(err, /plugins\.hello\.permissions\.routes: hello may not serve GET \/hello\/\{name\}/);
  assert.match(err, /add to plugins\.hello\.permissions: routes: \["GET \/hello\/\{name\}"\]/);
});

test('plugins run isolated where the file says so, or says nothing and they are not of the installation', () => {
  for (const more of ['    runtime: isolated\n', ''])
    assert.equal(run(['check', '-c', writeConfig({ plugins: `  hello:\n${more}`, host: '  runtime: auto\n' })]).code, 0);
});

test('what the dependency graph forbids is reported without running anything', () => {
  const file = writeConfig({ plugins: '  needs-missing:\n  cycle-a:\n  cycle-b:\n' });
  const { code, err } = run(['check', '-c', file]);
  assert.equal(code, 3);
  assert.match(err, /plugins\.needs-missing: .*nobody\.home\/1/);
  assert.match(err, /cycle-a.*cycle-b|cycle-b.*cycle-a/);
  const report = JSON.parse(run(['check', '-c', file, '--json']).out);
  assert.deepEqual(
    report.dependencies.map((one) => one.instance),
    ['cycle-a', 'cycle-b', 'needs-missing'],
  );
});

test('two plugins with one route are a mistake that names both', () => {
  const file = writeConfig({ plugins: '  hello:\n  other:\n    library: hello\n' });
  const { code, err } = run(['check', '-c', file]);
  assert.equal(code, 3);
  assert.match(err, /\/hello\/\{name\}/);
  assert.match(err, /plugin hello/);
  assert.match(err, /plugin other/);
});

test('a file that is not there, and one that is no YAML', () => {
  const missing = run(['check', '-c', '/nowhere/tenon.yaml']);
  assert.equal(missing.code, 3);
  assert.match(missing.err, /\/nowhere\/tenon\.yaml/);
  const file = path.join(scratch(), 'broken.yaml');
  fs.writeFileSync(file, 'host: {data: [\n');
  const broken = run(['check', '-c', file]);
  assert.equal(broken.code, 3);
  assert.match(broken.err, /broken\.yaml:\d+:\d+/);
});
