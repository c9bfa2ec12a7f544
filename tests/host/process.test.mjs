import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { connect, eventually, run, scratch, sleep, start, startHost, within, writeConfig } from './support.mjs';

const libraries = (host) => fs.readdirSync(path.join(host.data, 'run/libraries'));

test('two hosts run side by side from one file', async (t) => {
  const file = writeConfig({ plugins: '  hello:\n' });
  const data = [scratch(), scratch()];
  const hosts = await Promise.all(
    data.map((one) => startHost({ file, args: ['--listen', '127.0.0.1:0', '--data', one] })),
  );
  t.after(() => Promise.all(hosts.map((host) => host.stop())));
  assert.notEqual(hosts[0].port, hosts[1].port);
  for (const host of hosts) assert.equal((await host.fetch('/hello/you')).status, 200);
});

test('a second host on the same data directory is told who holds it', async (t) => {
  const host = await startHost({ plugins: ['hello'] });
  t.after(() => host.stop());
  const second = await within('the second host', start(['run', '-c', host.file]).ended);
  assert.equal(second.code, 4, second.err);
  assert.match(second.err, /in use by/);
  assert.match(second.err, new RegExp(`\\b${host.pid}\\b`));
  assert.equal((await host.fetch('/hello/you')).status, 200, 'the first goes on');
});

test('tenon call goes to the running host, and runs one of its own where there is none', async () => {
  const host = await startHost({ plugins: ['hello', 'toolbox'] });
  const arguments_ = ['call', 'demo.greeter/1', 'greet', '{"name":"Ada"}', '--json', '-c', host.file];
  const forwarded = await within('the call', start(arguments_).ended);
  assert.equal(forwarded.code, 0, forwarded.err);
  assert.deepEqual(JSON.parse(forwarded.out), { text: 'Hello, Ada' });
  assert.equal((await host.plugin('hello')).calls, 1, 'the running host has served it');

  const command = await within(
    'the command',
    start(['toolbox', 'ask', '--name', 'Bo', '-c', host.file]).ended,
  );
  assert.equal(command.code, 0, command.err);
  assert.equal(command.out, 'Hello, Bo\n');
  await host.stop();

  const alone = run(arguments_);
  assert.equal(alone.code, 0, alone.err);
  assert.deepEqual(JSON.parse(alone.out), { text: 'Hello, Ada' });
});

test('tenon call tells what went wrong, in both ways alike', async () => {
  const host = await startHost({ plugins: ['hello'] });
  const wrong = ['call', 'demo.greeter/1', 'greet', '{"name":7}', '-c', host.file];
  const forwarded = await within('the call', start(wrong).ended);
  const unknown = await within('the call', start(['call', 'nobody/1', 'x', '-c', host.file]).ended);
  await host.stop();
  for (const one of [forwarded, run(wrong)]) {
    assert.equal(one.code, 1);
    assert.match(one.err, /name/);
  }
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /nobody\/1/);
});

for (const signal of ['SIGINT', 'SIGTERM'])
  test(`${signal} stops the host cleanly`, async () => {
    const host = await startHost({
      plugins: ['hello', 'plain-c', 'toolbox'],
      host: '  library_copies: files\n',
    });
    assert.equal(libraries(host).length, 3);
    const ended = await host.stop(signal);
    assert.equal(ended.code, 0);
    assert.equal(ended.signal, null);
    assert.match(ended.err, /stopped$/m);
    assert.deepEqual(libraries(host), []);
  });

test('under load the host stops cleanly, and every answer that was begun is whole', async () => {
  const host = await startHost({ plugins: ['hello', 'streamer'], host: '  library_copies: files\n' });
  let goOn = true;
  let whole = 0;
  const broken = [];
  const client = async (target, expected) => {
    while (goOn) {
      let response;
      try {
        response = await host.fetch(target);
      } catch {
        return; // not accepted any more
      }
      try {
        const text = await response.text();
        if (response.status === 200 && text !== expected) broken.push(text);
        if (response.status === 200) ++whole;
      } catch (error) {
        broken.push(String(error));
      }
    }
  };
  const clients = [];
  for (let i = 0; i < 8; ++i) clients.push(client('/hello/load', 'Hello, load'));
  for (let i = 0; i < 4; ++i) clients.push(client('/stream/slow', 'slow'));
  await eventually('load', () => whole > 100);
  const ended = await host.stop();
  goOn = false;
  await within('the clients', Promise.all(clients));
  assert.equal(ended.code, 0, ended.err);
  assert.deepEqual(broken, []);
  assert.deepEqual(libraries(host), []);
});

test('idle and silent connections do not keep the host from stopping', async () => {
  const host = await startHost({ plugins: ['hello'] });
  const silent = await connect(host.port);
  const idle = await connect(host.port);
  idle.socket.write('GET /hello/idle HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await eventually('an answer', () => idle.text.includes('Hello, idle'));
  const ended = await host.stop();
  assert.equal(ended.code, 0);
  silent.socket.destroy();
  idle.socket.destroy();
});

test('a stream without end does not keep the host from stopping', async () => {
  const host = await startHost({
    plugins: '  streamer:\n    deadlines_ms: {stop: 500}\n',
  });
  const stream = await connect(host.port);
  stream.socket.write('GET /stream/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await eventually('the stream', () => stream.text.includes('data: 1'));
  const ended = await host.stop();
  assert.equal(ended.code, 0, ended.err);
  stream.socket.destroy();
});

test('a port that is taken is a clear error with 4', async (t) => {
  const host = await startHost({ plugins: ['hello'] });
  t.after(() => host.stop());
  const other = await within(
    'the other host',
    start(['run', '-c', host.file, '--data', scratch(), '--listen', `127.0.0.1:${host.port}`]).ended,
  );
  assert.equal(other.code, 4, other.err);
  assert.match(other.err, new RegExp(String(host.port)));
});

test('what a plugin stored is there for the next host', async () => {
  const host = await startHost({ plugins: ['toolbox'] });
  await host.call('test.toolbox/1', 'add', { names: ['kept'] });
  await host.stop();
  const next = await startHost({ file: host.file });
  const people = await (await next.call('test.toolbox/1', 'people')).json();
  assert.deepEqual(people.names, ['kept']);
  await next.stop();
});
