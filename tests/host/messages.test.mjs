// What a mistake is answered with: what is wrong, where, and what to do.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually, pluginFolder, run, sanitized, scratch, start, startHost, writeConfig } from './support.mjs';

// Runs a command beside a host of this very process.
const beside = (args) => start(args).ended;

// A folder with these libraries, under other names where they have one.
function libraries(folder, names) {
  const dir = path.join(folder, 'plugins');
  fs.mkdirSync(dir, { recursive: true });
  for (const [to, from] of Object.entries(names)) fs.copyFileSync(path.join(pluginFolder, `${from}.so`), path.join(dir, `${to}.so`));
  return dir;
}

describe('commands beside a running host', () => {
  test('ask it, whatever has become of files and libraries', async () => {
    const folder = scratch();
    const dir = libraries(folder, { hello: 'hello', toolbox: 'toolbox' });
    const host = await startHost({ folder, dirs: [dir], plugins: ['hello', 'toolbox'] });
    fs.rmSync(dir, { recursive: true });
    const written = fs.readFileSync(host.file, 'utf8');
    for (const text of [written, written.replace('plugins:\n', 'plugins:\n  nobody:\n'), written.replace('http:', 'htpp: {}\nhttp:')]) {
      fs.writeFileSync(host.file, text);
      const called = await beside(['call', 'demo.greeter/1', 'greet', '{"name":"Ada"}', '-c', host.file]);
      assert.equal(called.code, 0, called.err);
      assert.match(called.out, /Ada/);
      const asked = await beside(['toolbox', 'ask', '--name', 'Ada', '-c', host.file]);
      assert.equal(asked.code, 0, asked.err);
      assert.match(asked.out, /Ada/);
      const agent = start(['mcp', '-c', host.file], { stdio: ['pipe', 'pipe', 'pipe'] });
      agent.child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
      assert.equal((await agent.ended).code, 0, agent.err);
    }
    fs.writeFileSync(host.file, written.replace('host:', 'host: ['));
    const lost = await beside(['call', 'demo.greeter/1', 'greet', '{"name":"Ada"}', '-c', host.file]);
    assert.equal(lost.code, 3, 'nobody knows which data folder is meant');
    const told = await beside(['call', 'demo.greeter/1', 'greet', '{"name":"Ada"}', '-c', host.file, '--data', host.data]);
    assert.equal(told.code, 0, told.err);
    await host.stop();
  });

  test('name what there is instead of what nobody provides', async () => {
    const host = await startHost({ plugins: ['hello'] });
    const told = async (...args) => (await beside(['call', ...args, '-c', host.file])).err;
    assert.equal(await told('demo.greeter/7', 'greet'), 'tenon: no running plugin provides demo.greeter/7; there is demo.greeter/1 of hello\n');
    assert.equal(await told('demo.greter/1', 'greet'), 'tenon: no running plugin provides demo.greter/1; did you mean demo.greeter/1 of hello?\n');
    assert.match(await told('demo.greeter/1', 'gret'), /has no method "gret"; it has greet/);
    assert.doesNotMatch(await told('demo.greeter/1', 'greet', '{"nam":1}'), /\n\n/);
    await host.stop();
  });
});

describe('a library that is not there', () => {
  const lines = (names, options) => {
    const folder = scratch();
    const dir = libraries(folder, names);
    const { code, err } = run(['check', '-c', writeConfig({ folder, dirs: [dir, path.join(folder, 'nowhere')], ...options })]);
    assert.equal(code, 3, err);
    return { dir, folder, err: err.trim().split('\n') };
  };

  test('is told with the folders, and which of them do not exist', () => {
    const { dir, folder, err } = lines({ hello: 'hello' }, { plugins: '  helo:\n' });
    assert.equal(err.length, 1);
    assert.ok(err[0].includes(`tenon.yaml:8:3: plugins.helo: there is no plugin library "helo"; looked in ${dir}, ${folder}/nowhere (does not exist)`), err[0]);
    assert.match(err[0], /did you mean "hello"\?$/);
  });

  test('is told with the file of its name, which has another id', () => {
    const { dir, err } = lines({ mine: 'hello' }, { plugins: '  mine:\n' });
    assert.ok(err[0].includes(`${dir}/mine.so is there, but its manifest has the id "hello"`), err[0]);
  });

  test('is no mistake of its own when the list of folders is one', () => {
    const file = writeConfig({ plugins: '  hello:\n' });
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/plugin_dirs: .*/, 'plugin_dirs: build/plugins'));
    const { code, err } = run(['check', '-c', file]);
    assert.equal(code, 3);
    assert.match(err, /^[^\n]*:3:16: host\.plugin_dirs: [^\n]*\n$/);
  });
});

describe('an address that cannot be listened on', () => {
  const refused = (listen) => {
    const folder = scratch();
    const done = run(['run', '-c', writeConfig({ folder, plugins: '  toolbox:\n' }), '--listen', listen]);
    assert.equal(done.code, 4, done.err);
    assert.doesNotMatch(done.err, /plugin toolbox/, 'nothing of a plugin ran');
    return done.err;
  };

  test('because another process does, is told before any plugin starts', async () => {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const place = `127.0.0.1:${server.address().port}`;
    assert.match(refused(place), new RegExp(`^tenon: cannot listen on ${place}: another process listens there; .*--listen 127\\.0\\.0\\.1:0 `, 'm'));
    server.close();
  });

  test('because it is one of another machine', () => {
    assert.match(refused('192.0.2.7:0'), /cannot listen on 192\.0\.2\.7:0: 192\.0\.2\.7 is no address of this machine/);
  });
});

describe('a command that does not exist', () => {
  const config = writeConfig({ plugins: '  hello:\n  toolbox:\n' });
  const told = (...args) => run([...args, '-c', config]);

  test('is told with the nearest one', () => {
    assert.match(told('nwe').err, /there is no command "nwe"; did you mean "new"\?/);
    assert.match(told('tolbox', 'ask').err, /there is no command "tolbox"; did you mean "toolbox"\?/);
    assert.deepEqual([told('nwe').code, run(['nwe', '-c', '/nowhere.yaml']).code], [2, 2]);
  });

  test('is told with those of its plugin', () => {
    const { code, err } = told('toolbox', 'sak', '--name', 'Ada');
    assert.deepEqual([code, err], [2, 'tenon: toolbox has no command "sak"; did you mean "ask"?; it has ask\n']);
    assert.match(told('toolbox').err, /toolbox needs a command; it has ask/);
  });

  test('--help of a plugin lists its commands, and of a command its options', () => {
    const group = told('toolbox', '--help');
    assert.equal(group.code, 0, group.err);
    assert.match(group.out, /Usage: tenon toolbox COMMAND[^]*\n {2}ask /);
    const one = told('toolbox', 'ask', '--help');
    assert.match(one.out, /^Usage: tenon toolbox ask --name TEXT \[options\]/);
    assert.match(one.out, /\n {2}--name TEXT +\(required\)\n/);
    assert.match(one.out, /\n {2}--range TEXT\n/);
  });

  test('a missing or mistyped option is named as it is written', () => {
    const missing = told('toolbox', 'ask');
    assert.deepEqual([missing.code, missing.err], [2, 'tenon: toolbox ask: --name TEXT is missing; see tenon toolbox ask --help\n']);
    assert.match(told('toolbox', 'ask', '--nmae', 'Ada').err, /unknown argument --nmae; did you mean "--name"\?/);
  });
});

describe('a name for a new plugin', () => {
  test('that is none is told with the nearest that is', () => {
    const cwd = scratch();
    const told = (name) => run(['new', 'plugin', name], { cwd }).err;
    for (const name of ['MyPlugin', 'my_plugin', 'My Plugin', 'my-Plugin_']) assert.match(told(name), /; did you mean my-plugin\?\n$/, name);
    for (const name of ['7up', 'b\u00fccher']) assert.doesNotMatch(told(name), /did you mean/, name);
    assert.deepEqual(fs.readdirSync(cwd), []);
  });

  test('that is a file already is told so', () => {
    const cwd = scratch();
    for (const text of ['', 'x']) {
      fs.writeFileSync(path.join(cwd, 'f'), text);
      assert.match(run(['new', 'plugin', 'f'], { cwd }).err, /f exists and is a file\n$/);
    }
  });
});

describe('check', () => {
  test('places a missing dependency, in any version', () => {
    const { err } = run(['check', '-c', writeConfig({ plugins: '  shopper:\n' })]);
    assert.match(err, /^[^\n]*tenon\.yaml:8:3: plugins\.shopper: shopper requires demo\.shop\/1 in any version, which no configured plugin provides\n$/);
  });

  test('tells an unset variable once', () => {
    const env = { ...process.env };
    delete env.TENON_E2E_UNSET;
    const { code, err } = run(['check', '-c', writeConfig({ plugins: '  toolbox:\n    config: {limit: "${TENON_E2E_UNSET}"}\n' })], { env });
    assert.equal(code, 3);
    assert.equal(err.trim().split('\n').length, 1, err);
    assert.match(err, /TENON_E2E_UNSET/);
  });

  test('tells a key that cannot be read, and not that its signatures are of nobody', () => {
    const folder = scratch();
    const dir = libraries(folder, { hello: 'hello' });
    const key = path.join(folder, 'ada.key');
    assert.equal(run(['keygen', '--name', 'ada', '-o', key]).code, 0);
    assert.equal(run(['sign', path.join(dir, 'hello.so'), '--key', key]).code, 0);
    const { code, err } = run(['check', '-c', writeConfig({ folder, dirs: [dir], plugins: '  hello:\n', host: '  trust: {mode: require, keys: [nowhere.pub]}\n' })]);
    assert.equal(code, 3);
    assert.match(err, /^[^\n]*host\.trust\.keys\[0\]: [^\n]*nowhere\.pub[^\n]*\n$/);
  });

  test('tells a key that cannot be read, and not that its signatures are of nobody', () => {
    const folder = scratch();
    const dir = libraries(folder, { hello: 'hello' });
    const key = path.join(folder, 'ada.key');
    assert.equal(run(['keygen', '--name', 'ada', '-o', key]).code, 0);
    assert.equal(run(['sign', path.join(dir, 'hello.so'), '--key', key]).code, 0);
    const { code, err } = run(['check', '-c', writeConfig({ folder, dirs: [dir], plugins: '  hello:\n', host: '  trust: {mode: require, keys: [nowhere.pub]}\n' })]);
    assert.equal(code, 3);
    assert.match(err, /^[^\n]*host\.trust\.keys\[0\]: [^\n]*nowhere\.pub[^\n]*\n$/);
  });

  test('counts one plugin as one', () => {
    assert.match(run(['check', '-c', writeConfig({ plugins: '  hello:\n' })]).out, /: 1 plugin, no problems\n$/);
  });
});

test('a start says in one line for each plugin what serves, where and how soon, and the address once', async () => {
  const host = await startHost({ plugins: '  hello: {runtime: isolated}\n  toolbox:\n' });
  await eventually('both', () => /hello is ready/.test(host.process.err) && /toolbox is ready/.test(host.process.err));
  assert.match(host.process.err, /plugin hello is ready: 1\.0\.0, isolated, \d+ ms\n/);
  assert.match(host.process.err, /plugin toolbox is ready: 1\.0\.0, in_process, \d+ ms\n/);
  const { out } = host.process;
  await host.stop();
  const lines = host.process.err.split('\n').filter((line) => /plugin (hello|toolbox) is/.test(line));
  assert.equal(lines.filter((line) => !/ready|stopped/.test(line)).length, 0, lines.join('\n'));
  assert.equal((out + host.process.err).split(host.url).length - 1, 1);
});

test('the crash of a worker is one line with its place and its report', { skip: sanitized && 'a sanitizer ends a process in its own way' }, async () => {
  const host = await startHost({ plugins: '  hostile: {runtime: isolated}\n' });
  await host.call('test.hostile/1', 'null_dereference');
  await eventually('the line', () => /crash: hostile/.test(host.process.err));
  const line = host.process.err.split('\n').find((one) => one.includes('crash: hostile'));
  assert.ok(line.length < 1500, `${line.length} bytes`);
  assert.doesNotMatch(line, /\\n|host\/isolation|std::__invoke/);
  assert.match(line, /died after .*: SIGSEGV.*; in its code: .*hostile\.cpp:\d+/);
  const [, report] = /; report: (\S+\.json)/.exec(line);
  await eventually('the report', () => fs.existsSync(path.resolve(host.folder, report)) || fs.existsSync(report));
  await host.stop();
});
