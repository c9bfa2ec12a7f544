// The documents, executed: commands are run, listings compiled, tables compared with what they describe.
//   ```sh     run in order, each document in one folder, `cd` and `export` kept; `tenon run` starts a host, which the
//             commands after it reach (its free port stands in for 8080)
//   ```text   what the commands just before it print
//   ```cpp    after <!-- replace: FILE from WORD -->, replaces the end of FILE
// and before a block, <!-- the host has ended --> stands for Ctrl-C.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { configurationTable } from './configuration_table.mjs';
import { noCargo, source, strangersMachine, withCargo } from './support.mjs';

const docs = join(source, 'sdk/docs');
const written = '127.0.0.1:8080';

/** Commands that no test here runs, with the reason. */
const exempt = new Map([
  ['scripts/run', 'builds the tree; the SDK tests run the host that it starts'],
  ['scripts/test', 'is what runs this test'],
  ['cmake --install build/release --prefix P', 'the stranger was set up with it'],
  ['cpack --config build/release/CPackConfig.cmake -B packages', 'packages.test.mjs runs it'],
  ['apt install ./tenon_*.deb ./tenon-sdk_*.deb ./tenon-catalog_*.deb', 'packages.test.mjs unpacks them: installing is for root'],
  ['systemctl enable --now tenon', 'needs systemd; packages.test.mjs checks the unit and runs its ExecStart'],
  ['systemctl reload tenon', 'likewise'],
  ['journalctl -u tenon', 'likewise'],
  ['tenon reload --all', 'packages.test.mjs runs it on the installed deployment'],
  ['export PATH=$PWD/P/bin:$PATH CMAKE_PREFIX_PATH=$PWD/P', 'likewise'],
]);

/** The fenced blocks of a document: language, text, line, and the comment on the line before. */
function blocksOf(file) {
  const blocks = [];
  let open = null;
  const lines = readFileSync(file, 'utf8').split('\n');
  lines.forEach((line, index) => {
    const fence = /^```(.*)$/.exec(line);
    if (!fence) return void open?.lines.push(line);
    if (open) {
      blocks.push({ ...open, text: `${open.lines.join('\n')}\n` });
      open = null;
    } else {
      open = { language: fence[1], line: index + 1, lines: [], note: /^<!-- (.*) -->$/.exec(lines[index - 1] ?? '')?.[1] };
    }
  });
  assert.equal(open, null, `${file}: a block is not closed`);
  return blocks;
}

/** The words of a command, in which quotes hold one together. */
const words = (command) => command.match(/"[^"]*"|\S+/g).map((word) => word.replaceAll('"', ''));

/** Runs a document's commands from the folder `cwd`; returns the hosts' end. */
async function runDocument(machine, file, cwd, extra = {}) {
  let host = null;
  let printed = '';
  const state = join(machine.work, '.cwd');
  for (const block of blocksOf(file)) {
    const where = `${file}:${block.line}`;
    if (block.note === 'the host has ended') {
      assert.equal(await host.stop(), 0, host.log());
      host = null;
    }
    if (block.language === 'text') {
      assert.equal(printed.trimEnd(), block.text.trimEnd(), `${where}: the commands before it print something else`);
    } else if (block.note?.startsWith('replace: ')) {
      const [, name, word] = /^replace: (\S+) from (\S+)$/.exec(block.note);
      const target = join(cwd, name);
      const text = readFileSync(target, 'utf8');
      assert.ok(text.includes(word), `${where}: ${name} has no ${word}`);
      writeFileSync(target, text.slice(0, text.indexOf(word)) + block.text);
    } else if (block.language === 'sh') {
      const commands = block.lines.filter((line) => !exempt.has(line));
      if (commands[0]?.startsWith('tenon run ')) {
        assert.equal(commands.length, 1, `${where}: tenon run stands alone`);
        await host?.stop();
        host = await machine.startHost([...words(commands[0]).slice(2), '--listen', '127.0.0.1:0'], { cwd });
        continue;
      }
      const script = commands.join('\n').replaceAll(`http://${written}`, host?.url ?? `http://${written}`);
      const ran = machine.try('bash', ['-c', `set -euo pipefail\n${script}\npwd > ${state}`], { cwd, extra });
      assert.equal(ran.status, 0, `${where}\n${ran.out}${ran.err}`);
      printed = (ran.out + ran.err).replaceAll(machine.prefix, '/usr');  // documents show what the packages do
      cwd = readFileSync(state, 'utf8').trim();
    }
  }
  if (host) assert.equal(await host.stop(), 0, host.log());
  return cwd;
}

let machine;
let plugin; // the folder of the first document's plugin
before(async () => {
  machine = strangersMachine();
});
after(() => machine?.leave());

test('first-plugin.md works as written', async () => {
  plugin = await runDocument(machine, join(docs, 'first-plugin.md'), machine.work);
  assert.ok(existsSync(join(plugin, 'build/plugins/my-plugin.so')));
});

for (const name of ['operations.md', 'verify.md', 'configuration.md', 'concepts.md', 'interfaces.md', 'security.md', 'templates.md', 'testing.md', 'tools.md']) {
  test(`the commands of ${name} work`, () => runDocument(machine, join(docs, name), plugin));
}

test('the commands of rust.md work', { skip: noCargo }, () =>
  runDocument(machine, join(docs, 'rust.md'), machine.work, withCargo(machine)));

test('the commands of pages.md work', () => runDocument(machine, join(docs, 'pages.md'), machine.work));

test('templates.md lists every kind', () => {
  const listed = namesInTable(readFileSync(join(docs, 'templates.md'), 'utf8'), '# Templates').filter((name) => !name.startsWith('--'));
  assert.deepEqual(listed.sort(), readdirSync(join(machine.prefix, 'share/tenon/templates')).sort());
});

test('the commands of the README work', async () => {
  const folder = join(machine.work, 'readme');
  mkdirSync(folder);
  await runDocument(machine, join(source, 'README.md'), folder);
  assert.ok(existsSync(join(folder, 'my-plugin/CMakeLists.txt')));
});

test('the listings of interfaces.md compile', () => {
  const includes = new Set();
  const bodies = blocksOf(join(docs, 'interfaces.md'))
    .filter((block) => block.language === 'cpp')
    .map((block) => {
      const lines = block.lines.filter((line) => !(line.startsWith('#include') && includes.add(line)));
      return `namespace listing_${block.line} {\n#line ${block.line + 2} "interfaces.md"\n${lines.join('\n')}\n}\n`;
    });
  const sections = readFileSync(join(docs, 'interfaces.md'), 'utf8').match(/^## tenon\.\w+\/1/gm);
  assert.equal(bodies.length, sections.length, 'one listing for each table');
  writeFileSync(join(machine.work, 'listings.cpp'), `${[...includes].join('\n')}\n#include <atomic>\n${bodies.join('')}`);
  machine.run('c++', ['-std=c++20', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', `-I${machine.prefix}/include`, 'listings.cpp']);
});

test('interfaces.md lists every word of a schema, and no other', () => {
  const compiler = readFileSync(join(source, 'host/config/schema_keywords.cpp'), 'utf8');
  const words = [...compiler.matchAll(/^ +\{"(\$?\w+)", &C::/gm)].map((found) => found[1]).concat('true', 'false', 'x-');
  const listed = namesInTable(readFileSync(join(docs, 'interfaces.md'), 'utf8'), '\n## JSON Schema', 1);
  assert.ok(words.length > 40);
  assert.deepEqual(listed.sort(), words.sort());
});

test('the listings of rust.md compile, and their tests pass', { skip: noCargo }, () => {
  const listings = blocksOf(join(docs, 'rust.md')).filter((block) => block.language === 'rust');
  const modules = listings.map((block) => `mod line_${block.line} {\n${block.text}}\n`);
  const cwd = join(machine.work, 'listings');
  mkdirSync(join(cwd, 'src'), { recursive: true });
  const crate = JSON.stringify(join(machine.prefix, 'share/tenon/rust/tenon'));
  writeFileSync(join(cwd, 'Cargo.toml'), `[package]\nname = "listings"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\ntenon = { path = ${crate} }\n`);
  writeFileSync(join(cwd, 'src/lib.rs'), `#![cfg(test)]\n#![allow(dead_code)]\n#![deny(warnings)]\n${modules.join('')}`);
  const ran = machine.run('cargo', ['test', '--offline'], { cwd, extra: withCargo(machine) });
  assert.equal(listings.length, 5);
  assert.match(ran, /test line_\d+::\w+ \.\.\. ok/);
});

test('rust.md has a face for every table of interfaces.md', () => {
  const tables = (name) => readFileSync(join(docs, name), 'utf8').match(/^\| `tenon\.\w+\/\d`/gm);
  assert.deepEqual(tables('rust.md').sort(), tables('interfaces.md').sort());
});

test('interfaces.md names every table of the interface', () => {
  const include = join(machine.prefix, 'include/tenon');
  const ids = readdirSync(include)
    .filter((name) => name.endsWith('.h'))
    .flatMap((name) => [...readFileSync(join(include, name), 'utf8').matchAll(/#define TN_\w+_ID "([^"]+)"/g)].map((found) => found[1]));
  const text = readFileSync(join(docs, 'interfaces.md'), 'utf8');
  assert.ok(ids.length > 8);
  for (const id of ids) assert.ok(text.includes(`\`${id}\``), `${id} is missing`);
});

test('verify.md lists every check as the report has it', () => {
  const [report] = JSON.parse(machine.run('tenon', ['verify', '--static', '--json', 'build/plugins/my-plugin.so'], { cwd: plugin }));
  const rows = [...readFileSync(join(docs, 'verify.md'), 'utf8').matchAll(/^\| `(\w+\.[\w-]+)` \| ([^|]+) \|/gm)];
  assert.deepEqual(rows.map((row) => [row[1], row[2]]), report.checks.map((check) => [check.id, check.title]));
});

test('configuration.md lists every key as the schema has it', () => {
  const text = readFileSync(join(docs, 'configuration.md'), 'utf8');
  assert.ok(text.includes(`\n${configurationTable()}\n`), 'node tests/sdk/configuration_table.mjs prints the table that belongs there');
});

test('the example of configuration.md is a deployment without problems, and a broken one is none', () => {
  const [example] = blocksOf(join(docs, 'configuration.md')).filter((block) => block.note === 'checked');
  writeFileSync(join(plugin, 'example.yaml'), example.text);
  machine.run('tenon', ['check', '-c', 'example.yaml'], { cwd: plugin });
  writeFileSync(join(plugin, 'broken.yaml'), example.text.replace('workers:', 'wrokers:'));
  const broken = machine.try('tenon', ['check', '-c', 'broken.yaml'], { cwd: plugin });
  assert.equal(broken.status, 3);
  assert.match(broken.err, /^broken\.yaml:\d+:3: http\.wrokers: unknown key.*did you mean "workers"\?/m);
});

test('the fragments of configuration are taken by the host', () => {
  for (const name of readdirSync(docs).filter((one) => one.endsWith('.md')))
    for (const block of blocksOf(join(docs, name)).filter(({ language, note }) => language === 'yaml' && note !== 'checked')) {
      writeFileSync(join(plugin, 'fragment.yaml'), block.text);
      const wrong = machine.try('tenon', ['check', '-c', 'fragment.yaml'], { cwd: plugin }).err.trim().split('\n').filter(Boolean);
      assert.deepEqual(wrong.filter((line) => !/there is no plugin library/.test(line)), [], `${name}:${block.line}`);
    }
});

test('an agent gets a server from the settings of tools.md', () => {
  const [block] = blocksOf(join(docs, 'tools.md')).filter(({ language }) => language === 'json');
  const { command, args } = JSON.parse(block.text).mcpServers.tenon;
  const hello = '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"sh","version":"1"}}}';
  const line = [command, ...args].join(' ').replace('/etc/tenon/deployment.yaml', 'deployment.yaml');
  const answer = machine.run('sh', ['-c', `echo '${hello}' | ${line}`], { cwd: plugin });
  assert.equal(JSON.parse(answer.split('\n')[0]).result.protocolVersion, '2025-11-25');
});

test('the CMake of testing.md is that of a template', () => {
  machine.run('tenon', ['new', 'plugin', 'reminder'], { cwd: join(machine.work, 'readme') });
  const made = readFileSync(join(machine.work, 'readme/reminder/CMakeLists.txt'), 'utf8');
  const [block] = blocksOf(join(docs, 'testing.md')).filter(({ language }) => language === 'cmake');
  for (const line of block.lines) assert.ok(made.includes(line), line);
});

test('the declarations of concepts.md are those that the host calls', () => {
  const [block] = blocksOf(join(docs, 'concepts.md')).filter(({ language }) => language === 'cpp');
  const text = `#include <tenon/plugin.hpp>\nstruct Kept {\n${block.text}};
using Save = tenon::Result<std::string> (Kept::*)(tenon::Call&);
using Restore = tenon::Result<void> (Kept::*)(tenon::Call&, std::string_view);
inline Save save = &Kept::save_state;\ninline Restore restore = &Kept::restore_state;\n`;
  writeFileSync(join(machine.work, 'concepts.cpp'), text);
  machine.run('c++', ['-std=c++20', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', `-I${machine.prefix}/include`, 'concepts.cpp']);
});

test('no block of a document is left alone', () => {
  const handled = { sh: /./, text: /./, yaml: /./, json: /^tools\.md$/, cmake: /^testing\.md$/, cpp: /^(interfaces|concepts)\.md$/, rust: /^rust\.md$/,
    ini: /^operations\.md$/ };  // packages.test.mjs gives it to systemd
  for (const name of readdirSync(docs).filter((one) => one.endsWith('.md')))
    for (const { language, line, note } of blocksOf(join(docs, name)))
      assert.ok(note?.startsWith('replace: ') || handled[language]?.test(name), `${name}:${line}: nothing runs or compiles this ${language} block`);
});

test('the exit codes are the ones of tenon --help', () => {
  const help = machine.run('tenon', ['--help']).replace(/\s+/g, ' ');
  for (const file of [join(source, 'README.md'), join(docs, 'operations.md')]) {
    const rows = [...readFileSync(file, 'utf8').matchAll(/^\| (\d) \| ([^|:]+?)(?::[^|]*)? \|$/gm)];
    assert.deepEqual(rows.map((row) => row[1]), ['0', '1', '2', '3', '4'], file);
    const words = { 0: 'done', 1: 'did not succeed', 2: 'makes no sense', 3: 'has mistakes', 4: 'is not available' };
    for (const [, code, meaning] of rows) {
      assert.ok(meaning.includes(words[code]), `${file}: ${code}`);
      assert.match(help, new RegExp(`${code} [^;]*${words[code]}`));
    }
  }
});

/** The names in backquotes of one column of the table with that heading. */
function namesInTable(text, heading, column = 0) {
  const section = text.slice(text.indexOf(heading)).split('\n');
  const rows = section.slice(section.findIndex((line) => line.startsWith('| ---')) + 1);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).flatMap((row) => [...row.split('|')[column + 1].matchAll(/`([^`]+)`/g)].map((found) => found[1]));
}

test('the README gives a reason for every package, and for none that is not used', () => {
  const readme = readFileSync(join(source, 'README.md'), 'utf8');
  const bootstrap = readFileSync(join(source, 'scripts/bootstrap'), 'utf8');
  const lists = [/^packages=\(([^)]*)\)/m, /^commands=\(([^)]*)\)/m].map((list) => list.exec(bootstrap)[1].trim().split(/\s+/));
  const debian = [...lists[0], ...lists[1].map((pair) => pair.split(':').at(-1))];
  assert.deepEqual(namesInTable(readme, '\nDebian packages').sort(), debian.sort());

  const { workspaces } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  assert.deepEqual(namesInTable(readme, '\nnpm packages').sort(), packagesOf(['.', ...workspaces]));
  assert.deepEqual(namesInTable(readme, 'And those of `tests/tools`').sort(), packagesOf(['tests/tools']));
});

/** The npm packages that the folders' manifests name. */
function packagesOf(folders) {
  const names = new Set();
  for (const folder of folders) {
    const manifest = JSON.parse(readFileSync(join(source, folder, 'package.json'), 'utf8'));
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'])
      for (const name of Object.keys(manifest[kind] ?? {})) if (!name.startsWith('@tenon/')) names.add(name);
  }
  return [...names].sort();
}

test('links lead to files', () => {
  for (const file of [join(source, 'README.md'), ...readdirSync(docs).filter((name) => name.endsWith('.md')).map((name) => join(docs, name))]) {
    const text = readFileSync(file, 'utf8').replace(/^```[^]*?^```$/gm, '');  // in listings it is a lambda
    for (const [, target] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g))
      assert.ok(/^https?:/.test(target) || existsSync(join(dirname(file), target)), `${file}: ${target}`);
  }
});

test('every folder of the README is there', () => {
  for (const name of namesInTable(readFileSync(join(source, 'README.md'), 'utf8'), 'Where things are'))
    if (name.endsWith('/')) assert.ok(existsSync(join(source, name)), name);
});
