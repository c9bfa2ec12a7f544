// The scenarios of @modelcontextprotocol/conformance that are about what tenon offers, and the names of all others with the
// reason why they are not.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { scratch, startHost } from '../host/support.mjs';
import { runPackage, withToken } from './support.mjs';

const program = '@modelcontextprotocol/conformance/dist/index.js';

const applicable = [
  'server-initialize',
  'logging-set-level',
  'ping',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-with-logging',
  'tools-call-error',
  'tools-call-with-progress',
  'json-schema-2020-12',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
];

const noPrompts = 'a host of plugins offers tools, no prompts';
const noResources = 'a host of plugins offers tools, no resources';
const noQuestions = 'plugins do not ask the agent back: neither for text of its model nor for input of its user';
const left = new Map([
  ['completion-complete', 'completes arguments of prompts and resources, which are not offered'],
  ['tools-call-sampling', noQuestions],
  ['tools-call-elicitation', noQuestions],
  ['elicitation-sep1034-defaults', noQuestions],
  ['elicitation-sep1330-enums', noQuestions],
  ['server-sse-polling', 'the host ends no stream before its answer'],
  ['resources-list', noResources],
  ['resources-read-text', noResources],
  ['resources-read-binary', noResources],
  ['resources-templates-read', noResources],
  ['resources-subscribe', noResources],
  ['resources-unsubscribe', noResources],
  ['prompts-list', noPrompts],
  ['prompts-get-simple', noPrompts],
  ['prompts-get-with-args', noPrompts],
  ['prompts-get-embedded-resource', noPrompts],
  ['prompts-get-with-image', noPrompts],
]);

let url;
before(async () => {
  url = await withToken(await startHost({ plugins: ['agent', 'echo-tool'] }));
});

for (const scenario of applicable) {
  test(scenario, async () => {
    const { code, text } = await runPackage(program, ['server', '--url', url, '--scenario', scenario], { cwd: scratch() });
    assert.equal(code, 0, text);
    assert.doesNotMatch(text, /FAILURE|WARNING/, text);
  });
}

for (const [scenario, reason] of left) test(scenario, { skip: reason }, () => {});

test('every scenario of the package is run or left out for a reason', async () => {
  const { text } = await runPackage(program, ['list', '--server']);
  const all = [...text.matchAll(/^ +- (\S+)/gm)].map(([, name]) => name);
  assert.deepEqual(all.sort(), [...applicable, ...left.keys()].sort());
});
