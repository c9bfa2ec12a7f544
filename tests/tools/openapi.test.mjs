// /openapi.json: complete, valid for an official linter, with examples that are what they say.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { eventually, pluginFolder, scratch, startHost } from '../host/support.mjs';
import { patient, runPackage } from './support.mjs';

const versions = path.join(path.dirname(pluginFolder), 'versions');
const linter = '@redocly/cli/bin/cli.js';

async function lint(document) {
  const file = path.join(scratch(), 'openapi.json');
  fs.writeFileSync(file, JSON.stringify(document));
  return runPackage(linter, ['lint', '--extends=recommended', file]);
}

const operationsOf = (document) =>
  Object.entries(document.paths).flatMap(([place, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ place, method, operation })),
  );

function ajvOf(document) {
  const ajv = new Ajv2020({ strict: false, formats: { 'tenon-read-path': true, 'tenon-write-path': true } });
  addFormats(ajv);
  ajv.addSchema({ $id: 'document', components: document.components });
  return ajv;
}

let host;
let document;
before(async () => {
  host = await startHost({ plugins: ['hello', 'toolbox', 'agent', 'echo-tool', 'echo-strict', 'streamer'].map((id) => `  ${id}:\n`).join('') + '  far:\n    library: adder\n    runtime: isolated\n',
    more: patient,
  });
  document = await host.json('/openapi.json');
});

test('the linter finds nothing', async () => {
  const { code, text } = await lint(document);
  assert.equal(code, 0, text);
  assert.doesNotMatch(text, /warning/i, text);
});

test('the linter does find what is wrong', async () => {
  const broken = structuredClone(document);
  broken.paths['/health'].get.responses['4XX'].$ref = '#/components/responses/Nowhere';
  assert.notEqual((await lint(broken)).code, 0);
});

test('it has every route that a plugin declares, and every route of the API of the host', async () => {
  const told = new Set(operationsOf(document).map(({ place, method }) => `${method.toUpperCase()} ${place}`));
  const { items } = await host.json('/api/host/plugins');
  const declared = items.flatMap(({ routes }) => routes);
  assert.ok(declared.length > 5, `${declared.length} routes`);
  for (const route of declared) assert.ok(told.has(route.replace('...}', '}')), route);
  for (const route of ['GET /health', 'PUT /api/host/plugins/{id}', 'POST /api/host/call', 'GET /openapi.json', 'GET /metrics'])
    assert.ok(told.has(route), route);
});

test('it has a path for each method, and that path calls it', async () => {
  const place = '/api/host/methods/test.agent/1/add';
  const { post } = document.paths[place];
  assert.equal(post.operationId, 'test.agent.1.add');
  assert.deepEqual(post.tags, ['agent']);
  assert.deepEqual(post.security, [{ hostToken: [] }]);
  const { example } = post.requestBody.content['application/json'];
  assert.deepEqual(example, { a: 2, b: 1 });
  const send = (headers, body = example) =>
    host.fetch(place, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  assert.deepEqual(await (await send(host.token())).json(), { sum: 3 });
  assert.equal((await send({})).status, 401);
  const refused = await (await send(host.token(), { a: 'x', b: 1 })).json();
  assert.match(refused.detail, /a: .*expected an integer/);
});

test('definitions become components under the name of their method', () => {
  const { schemas } = document.components;
  assert.deepEqual(Object.keys(schemas['test.echo.2.echo.input.address'].properties), ['street', 'city']);
  assert.deepEqual(schemas['echo-strict.test.echo.2.echo.input'].required, ['name']);
  const { properties } = schemas['test.echo.2.echo.input'];
  assert.equal(properties.address.$ref, '#/components/schemas/test.echo.2.echo.input.address');
});

test('operation ids are unique and stay the same', async () => {
  const ids = operationsOf(document).map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.includes('get_api_host_plugins_id'));
  assert.deepEqual(await host.json('/openapi.json'), document);
});

describe('a client that has it already', () => {
  test('is told so', async () => {
    const etag = (await host.fetch('/openapi.json')).headers.get('etag');
    assert.equal((await host.fetch('/openapi.json', { headers: { 'If-None-Match': etag } })).status, 304);
  });

  test('gets another when a plugin is another', async () => {
    const before = (await host.fetch('/openapi.json')).headers.get('etag');
    const answer = await host.fetch('/api/host/plugins/agent', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...host.token() },
      body: JSON.stringify({ file: path.join(versions, 'agent-2.so') }),
    });
    assert.equal(answer.status, 200, await answer.text());
    await eventually('another document', async () => (await host.fetch('/openapi.json')).headers.get('etag') !== before || null).catch(
      () => assert.fail('the document is the same'),
    );
  });
});

describe('what the host itself answers', () => {
  const valid = (ajv, content, answer, what) => {
    const local = JSON.parse(JSON.stringify(content.schema).replaceAll('"#/', '"document#/'));
    const check = ajv.compile(local);
    assert.ok(check(answer), `${what}: ${JSON.stringify(check.errors)} ${JSON.stringify(answer).slice(0, 2000)}`);
  };
  const ofHost = () => operationsOf(document).filter(({ operation }) => operation.tags.includes('host'));
  const contentOf = (operation) => Object.entries(operation.responses[200].content ?? {});

  test('has a schema and an example, each of it', () => {
    for (const { place, method, operation } of ofHost()) {
      const contents = contentOf(operation);
      // What a method answers is its plugin's to say.
      if (place === '/api/host/call') continue;
      assert.equal(contents.length, 1, `${method} ${place}`);
      const [[, { schema, example }]] = contents;
      assert.ok(schema && example !== undefined, `${method} ${place}`);
    }
  });

  test('is as its schema says', async () => {
    const ajv = ajvOf(document);
    const told = (place, method) => contentOf(document.paths[place][method])[0][1];
    const ask = (path, method = 'GET', body = undefined) =>
      host.fetch(path, { method, headers: { ...host.token(), 'Content-Type': 'application/json' }, body });
    process.kill((await host.plugin('far')).pid, 'SIGSEGV');
    const crash = await eventually('the crash report', async () => (await host.json('/api/host/crashes')).items[0]);

    const ids = { '/api/host/plugins/{id}': ['agent', 'far'], '/api/host/crashes/{id}': [crash.id] };
    let seen = 0;
    for (const { place, operation } of ofHost().filter(({ method }) => method === 'get')) {
      for (const path of ids[place]?.map((id) => place.replace('{id}', id)) ?? [place]) {
        const answer = await ask(path);
        assert.equal(answer.status, 200, path);
        const [[type, content]] = contentOf(operation);
        assert.ok(answer.headers.get('content-type').startsWith(type), path);
        valid(ajv, content, type === 'application/json' ? await answer.json() : await answer.text(), path);
        ++seen;
      }
    }
    assert.ok(seen > 12, `${seen} answers`);

    const one = '/api/host/plugins/{id}';
    for (const [place, method, path] of [
      [one, 'put', '/api/host/plugins/echo-tool'],
      [`${one}/rollback`, 'post', '/api/host/plugins/echo-tool/rollback'],
      ['/api/host/config', 'put', '/api/host/config'],
    ]) {
      const answer = await ask(path, method.toUpperCase(), '{}');
      const body = await answer.json();
      assert.equal(answer.status, 200, `${path}: ${JSON.stringify(body)}`);
      valid(ajv, told(place, method), body, path);
    }
    for (const path of ['/api/host/plugins', '/api/host/config'])
      valid(ajv, told(path, 'get'), await (await ask(path)).json(), path);
    assert.equal((await ask('/api/host/crashes/none')).status, 404);
    assert.equal((await ask('/api/host/plugins/none')).status, 404);
  });
});

// The last: it keeps this process busy for longer than idle connections live.
test('every example is valid against its schema', () => {
  const ajv = ajvOf(document);
  let examples = 0;
  for (const { place, method, operation } of operationsOf(document)) {
    const contents = [operation.requestBody, ...Object.values(operation.responses)].flatMap((one) => Object.values(one?.content ?? {}));
    for (const { schema, example } of contents) {
      if (example === undefined) continue;
      ++examples;
      const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
      const check = ajv.compile(local);
      assert.ok(check(example), `${method} ${place}: ${JSON.stringify(check.errors)}`);
    }
  }
  assert.ok(examples > 30, `${examples} examples`);
});
