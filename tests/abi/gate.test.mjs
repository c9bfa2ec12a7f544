// The binary interface against each snapshot of a release: nothing that was released may change, and the gate that says
// so must not be asleep.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { breaks } from './gate.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const today = path.join(root, 'plugin-api/include');
const snapshots = path.join(root, 'plugin-api/abi');
const releases = fs.readdirSync(snapshots).filter((name) => /^\d+\.\d+$/.test(name));
const folders = [];
after(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true })));

for (const release of releases)
  test(`today's headers break nothing of ${release}`, () => {
    const found = breaks(path.join(snapshots, release, 'include'), today);
    assert.deepEqual(found, [], found.join('\n\n'));
  });

test('there is a snapshot of the present version', () => {
  const abi = fs.readFileSync(path.join(today, 'tenon/abi.h'), 'utf8');
  const [, major] = /TN_ABI_MAJOR (\d+)/.exec(abi);
  const [, minor] = /TN_ABI_MINOR (\d+)/.exec(abi);
  assert.ok(releases.includes(`${major}.${minor}`), `${major}.${minor}`);
});

/** Today's headers with one change; the gate's words about it. */
function after_(header, from, to) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenon-gate.'));
  folders.push(folder);
  fs.cpSync(today, folder, { recursive: true });
  const file = path.join(folder, 'tenon', header);
  const text = fs.readFileSync(file, 'utf8');
  assert.match(text, from, 'the test changes something');
  fs.writeFileSync(file, text.replace(from, to));
  return breaks(today, folder).join('\n');
}

const broken = [
  ['a field whose type has another size', 'message.h', /(tn_selector \{\s+uint32_t struct_size;\s+)uint32_t reserved;/, '$1uint64_t reserved;', /tn_selector[^]*reserved/],
  ['two functions of one type in another order', 'entry.h', /\* start\)([^]*)\* stop\)/, '* stop)$1* start)', /tn_plugin[^]* start' offset changed[^]* stop' offset changed/],
  ['a function with another result', 'log.h', /uint32_t\(TN_ABI\* level\)/, 'uint64_t(TN_ABI* level)', /tn_host_log[^]*tn_host_log::level/],
  ['a function with one argument more', 'state.h', /(\* remove\)\(void\* ctx)/, '$1, uint32_t flags', /tn_host_state[^]*tn_host_state::remove/],
  ['a function that is gone', 'state.h', /.*\* put_if\)[^;]*;/, '', /tn_host_state[^]*deletion[^]*put_if/],
  ['a function in the middle', 'state.h', /(.*\* put_if\))/, '  void(TN_ABI* more)(void* ctx);\n$1', /tn_host_state[^]*insertion[^]*more/],
  ['a handle of another size', 'message.h', /typedef uint64_t tn_method;/, 'typedef uint32_t tn_method;', /tn_host_message::resolve/],
  ['a struct in lists that grows', 'log.h', /\} tn_log_field;/, '  uint64_t more;\n} tn_log_field;', /tn_log_field[^]*more/],
  ['a struct in other structs that grows', 'abi.h', /\} tn_platform;/, '  uint64_t more;\n} tn_platform;', /tn_platform[^]*more/],
  ['a struct that is gone', 'progress.h', /typedef struct tn_host_progress[^]*\} tn_host_progress;/, '', /probe_tn_host_progress/],
  ['a constant with another value', 'status.h', /(#define TN_E_NOT_FOUND) .*/, '$1 77', /TN_E_NOT_FOUND/],
  ['a constant that is gone', 'call.h', /#define TN_CALL_IDEMPOTENT.*/, '', /TN_CALL_IDEMPOTENT/],
  ['another id of a table', 'log.h', /"tenon\.log\/1"/, '"tenon.log/2"', /TN_LOG_ID/],
];
for (const [name, header, from, to, says] of broken)
  test(`the gate names a break: ${name}`, () => assert.match(after_(header, from, to), says));

const allowed = [
  ['a function at the end of a table', 'log.h', /\} tn_host_log;/, '  void(TN_ABI* more)(void* ctx);\n} tn_host_log;'],
  ['two fields at the end of what travels with calls', 'call.h', /\} tn_call;/, '  uint64_t more;\n  tn_str most;\n} tn_call;'],
  ['a table', 'log.h', /\} tn_host_log;/, '} tn_host_log;\ntypedef struct tn_host_new {\n  uint32_t struct_size;\n} tn_host_new;'],
  ['a constant', 'log.h', /#define TN_LOG_ID.*/, '$&\n#define TN_LOG_NEW 99'],
];
for (const [name, header, from, to] of allowed)
  test(`the gate lets an addition pass: ${name}`, () => assert.equal(after_(header, from, to), ''));
