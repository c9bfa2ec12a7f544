// `tenon verify` on every plugin that ships, which pass, and on plugins that are sound but for one fault each, which are
// refused by the check for that fault and for that reason.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pluginFolder, run, scratch, tenon } from './support.mjs';

const build = path.dirname(path.dirname(tenon));
const bad = (fault) => path.join(build, 'tests/bad', `bad-${fault}.so`);
const built = (name) => path.join(pluginFolder, `${name}.so`);

// Invented input names files: those must not lie where the command was given.
const workplace = scratch();

function verify(args, { limitMs = 120000 } = {}) {
  const { code, out, err } = run(['verify', '--json', ...args], { timeout: limitMs, cwd: workplace });
  assert.deepEqual(fs.readdirSync(workplace), []);
  assert.ok(code === 0 || code === 1, `${args}: ${code} ${err}`);
  const reports = JSON.parse(out);
  for (const report of reports) assert.equal(report.checks.length, reports[0].checks.length, 'every check has an outcome');
  return { code, reports, report: reports[0] };
}

const withOutcome = (report, outcome) => report.checks.filter((check) => check.outcome === outcome);
const told = (checks) => checks.map((check) => `${check.id}: ${check.detail}`).join('\n');

// What a plugin needs that has no defaults.
const site = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../config/demo/site/auralis');
const configs = { 'scraper-boss.so': { brand: 'boss', site }, 'scraper-structured.so': { brand: 'auralis', site } };

const shipped = fs.readdirSync(path.join(build, 'plugins')).filter((name) => name.endsWith('.so'));
for (const file of [...shipped.map((name) => path.join(build, 'plugins', name)), built('hello'), built('plain-c')]) {
  const name = path.basename(file);
  test(`${name} passes`, () => {
    const config = path.join(scratch(), 'config.json');
    fs.writeFileSync(config, JSON.stringify(configs[name] ?? {}));
    const { code, report } = verify([file, '--config', config]);
    assert.equal(told([...withOutcome(report, 'failed'), ...withOutcome(report, 'warning')]), '');
    assert.equal(code, 0);
    const skipped = withOutcome(report, 'skipped').map((check) => check.id);
    assert.deepEqual(skipped.filter((id) => !/^(message|column|route)\./.test(id)), []);
  });
}

test('a plugin with messages, columns and routes passes every check', () => {
  const { code, report } = verify([bad('sound')]);
  assert.equal(told(report.checks.filter((check) => check.outcome !== 'ok')), '');
  assert.equal(code, 0);
});

// Fault, the check that finds it, what it says. Further checks that fail of necessity follow.
const faults = [
  [built('exports-more'), 'file.exports', /also exports .*helper/],
  [built('exports-unique'), 'file.unique', /shared_by_all_copies/],
  [built('no-entry'), 'file.exports', /exports no tenon_entry/, 'file.entry'],
  [built('not-a-plugin'), 'manifest.format', /not a tenon plugin: it has no manifest/],
  [built('wrong-major'), 'file.entry', /built for version 2\.0 of the plugin interface, this host speaks 1\.0/, 'life.load'],
  [built('aborts'), 'life.load', /SIGABRT.*\n(.*\n)*.*end_the_process/],
  [built('no-create'), 'life.load', /without create/],
  [built('create-throws'), 'life.start', /a misfortune of the library's own/],
  ['wrong-magic', 'file.entry', /magic is 0x12345678/, 'life.load'],
  ['lazy', 'file.hardening', /no -z relro.*no -z now/],
  ['stays-for-good', 'file.unique', /linked to stay \(-z nodelete\)/, 'life.unload'],
  ['executable-stack', 'file.hardening', /executable stack/],
  ['searches-elsewhere', 'file.search-path', /searches \/opt\/somewhere/],
  ['needs-a-library', 'file.libraries', /libtenon-nowhere\.so\.7 is not there/, 'life.load'],
  ['undefined-symbol', 'file.symbols', /tenon_host_secret/, 'life.load'],
  ['thread-local-destructor', 'file.thread-local', /__cxa_thread_atexit/, 'life.unload'],
  ['broken-schema', 'manifest.schemas', /measure's input at #\/type/],
  ['bad-example', 'manifest.examples', /measure's input at #\/properties\/name\/examples/],
  ['needs-config', 'manifest.config', /^plugins\.needs-config\.config: the key "key" is missing$/],
  ['bad-interface-id', 'manifest.format', /requires\[0\]\.interface: "no-major"/],
  ['manifest-is-no-json', 'manifest.format', /./],
  ['fails-in-init', 'life.load', /failed in init: the licence has run out/],
  ['lacks-a-table', 'life.load', /no table tenon\.message\/1/],
  ['reads-beyond-ids', 'life.query', /beyond its size/],
  ['fails-in-create', 'life.start', /failed to configure: .*the moon is in the wrong house/],
  ['crashes-in-start', 'life.start', /SIGSEGV.*\n(.*\n)*.*crash \(.*bad\.c:\d+\)/],
  ['overflows-in-start', 'life.start', /stack overflow/],
  ['hangs-in-start', 'life.start', /start was not done within 1000 ms/],
  ['exits-in-start', 'life.start', /ended itself with exit code 7/, 'file.imports'],
  ['exits-unseen', 'life.start', /exit code 0/],
  ['fails-its-probe', 'life.probe', /the tank is empty/],
  ['fails-in-stop', 'life.stop', /failed to stop: .*the door is jammed/],
  ['hangs-in-stop', 'life.stop', /stop was not done within 1000 ms/],
  ['throws-in-stop', 'life.stop', /thrown in stop/],
  ['throws-in-destroy', 'life.stop', /thrown in destroy/],
  ['frees-twice', 'life.stop', /double free/],
  ['starts-once', 'life.again', /the lock of the last run is still there/],
  ['one-at-a-time', 'life.together', /the name is taken/, 'isolated.start'],
  ['leaves-thread', 'life.threads', /a thread named .* still runs/],
  ['leaves-descriptor', 'life.descriptors', /\/dev\/null/],
  ['handles-signals', 'life.process', /handler of SIGUSR1/, 'file.imports'],
  ['sets-locale', 'life.process', /locale from C to/],
  ['sets-umask', 'life.process', /umask from 0022 to 0000/],
  ['sets-environment', 'life.process', /BAD_PLUGIN/],
  ['changes-folder', 'life.process', /current folder from \/.+ to \//],
  ['leaks', 'life.memory', /20\d{4} bytes more after each/],
  ['stays-mapped', 'life.unload', /still mapped/],
  ['answers-another-type', 'message.valid', /does not match its schema: size: .*integer/, 'message.invalid', 'message.threads'],
  ['answers-no-json', 'message.valid', /no JSON/, 'message.invalid', 'message.threads'],
  ['answers-nothing', 'message.valid', /wrote no output/, 'message.invalid', 'message.threads'],
  ['fails-without-reason', 'message.valid', /failed with status 3 and no message/, 'message.invalid', 'message.threads'],
  ['unknown-status', 'message.valid', /it returned 77, which is no status/, 'message.invalid', 'message.threads'],
  ['throws-in-call', 'message.valid', /an exception escaped: thrown in a call/, 'message.invalid', 'message.threads'],
  ['is-alone', 'message.threads', /SIGABRT/],
  ['counts-alone', 'column.threads', /SIGABRT/],
  ['handles-alone', 'route.threads', /SIGABRT/],
  ['crashes-on-long-input', 'message.invalid', /SIGSEGV.*\nwhile: bad\.sizes\/1 measure, case \d+/],
  ['hangs-on-odd-input', 'message.invalid', /hung(.*\n)*.*sleep_for_ever/],
  ['trusts-batches', 'column.batches', /SIGSEGV/, 'column.threads'],
  ['writes-bad-batches', 'column.batches', /malformed batch/, 'column.threads'],
  ['gives-no-answer', 'route.requests', /500: .*gave no answer/, 'route.threads'],
  ['stops-half-way', 'route.requests', /its answer was not finished/, 'route.threads'],
  ['needs-others', 'manifest.requires', /demo\.greeter\/1/],
  ['needs-network', 'isolated.start', /there is no network/],
];

for (const [fault, check, reason, ...further] of faults) {
  const file = fault.startsWith('/') ? fault : bad(fault);
  test(`${path.basename(file)} is refused by ${check}`, () => {
    const { code, report } = verify([...(fault.startsWith('hangs') ? ['--time-limit', '1'] : []), file]);
    assert.equal(code, 1);
    const failed = withOutcome(report, 'failed');
    const found = failed.find((one) => one.id === check);
    assert.ok(found, told(failed));
    assert.match(found.detail, reason);
    const others = failed.map((one) => one.id).filter((id) => id !== check && !further.includes(id));
    assert.deepEqual(others, [], told(failed));
    assert.ok(found.remedy.length > 20);
  });
}

// A copy of a library whose bytes `change` has changed.
function changed(name, library, change) {
  const file = path.join(scratch(), name);
  fs.writeFileSync(file, change(fs.readFileSync(library)));
  return file;
}

test('a file that is cut off is refused by file.whole', () => {
  const { report } = verify([changed('cut.so', bad('sound'), (bytes) => bytes.subarray(0, bytes.length - 5000))]);
  assert.match(told(withOutcome(report, 'failed')), /^file\.whole: .*truncated/);
});

test('a need for a newer C library is refused by file.oldest-libc', () => {
  const newer = changed('newer.so', built('hello'), (bytes) => Buffer.from(bytes.toString('latin1').replace(/GLIBC_2\.\d\d\0/g, 'GLIBC_2.99\0'), 'latin1'));
  const { report } = verify([newer, '--static']);
  assert.match(told(withOutcome(report, 'failed')), /^file\.oldest-libc: it needs GLIBC_2\.99 of libc\.so\.6, and the oldest glibc supported is 2\.36/);
  const older = verify([bad('sound'), '--static', '--oldest-glibc', '2.2']);
  assert.match(told(withOutcome(older.report, 'failed')), /^file\.oldest-libc: /);
});

test('what rule 10 forbids is refused by file.imports, what is doubtful is a warning', () => {
  assert.match(told(withOutcome(verify([bad('exits-in-start'), '--static']).report, 'failed')), /^file\.imports: it imports exit$/);
  const { code, report } = verify([bad('sets-locale'), '--static']);
  assert.equal(code, 0);
  assert.match(told(withOutcome(report, 'warning')), /^file\.imports: it imports setlocale/);
});

test('a key that the host does not know is a warning, with the one that may be meant', () => {
  const { code, report } = verify([bad('misspelt-key'), '--static']);
  assert.equal(code, 0);
  assert.equal(told(withOutcome(report, 'warning')), 'manifest.keys: titel: unknown key; did you mean "title"?');
});

test('what needs another library runs with it', () => {
  const together = verify([bad('needs-others'), '--with', built('hello')]);
  assert.equal(told(together.report.checks.filter((check) => check.outcome !== 'ok')), '');
});

test('a configuration is taken from a file, and its mistakes are told by line', () => {
  const file = path.join(scratch(), 'config.yaml');
  fs.writeFileSync(file, 'key: value\n');
  assert.equal(verify([bad('needs-config'), '--config', file]).code, 0);
  fs.writeFileSync(file, '\nkey: 7\n');
  const { report } = verify([bad('needs-config'), '--config', file]);
  assert.match(told(withOutcome(report, 'failed')), /^manifest\.config: .*config\.yaml:2:6: .*key/);
});

test('a deployment configures the library and those given with it', () => {
  const folder = scratch();
  const file = path.join(folder, 'deployment.yaml');
  const write = (key) => fs.writeFileSync(file, `plugins:\n  other: {library: needs-config, config: {key: value}}\n  needs-config:\n    config: {key: ${key}}\n`);
  write('value');
  assert.equal(verify([bad('needs-config'), '-c', file]).code, 0);
  write('7');
  assert.equal(verify([bad('needs-config'), '-c', file]).code, 0, 'the first instance of the library');
  const second = verify([bad('needs-config'), '-c', file, '--instance', 'needs-config']);
  assert.match(told(withOutcome(second.report, 'failed')), /^manifest\.config: .*deployment\.yaml:4:19: .*key/);
  assert.match(told(withOutcome(verify([bad('sound'), '-c', file]).report, 'failed')), /deployment\.yaml has no instance of the library sound/);
  const provider = verify([bad('sound'), '--with', bad('needs-config')]);
  assert.match(told(withOutcome(provider.report, 'failed')), /^manifest\.config: plugins\.needs-config\.config/);
});

test('what the child wrote before it ended is told', () => {
  const { report } = verify([bad('exits-in-start')]);
  assert.match(told(withOutcome(report, 'failed')), /it said:\n {2}this is the end/);
});

test('the same seed finds the same case, another seed others', () => {
  const caseOf = (seed) => /case \d+.*/.exec(told(withOutcome(verify([bad('crashes-on-long-input'), '--seed', seed]).report, 'failed')))[0];
  assert.equal(caseOf('5'), caseOf('5'));
  assert.notEqual(caseOf('5'), caseOf('6'));
});

test('the report for people names check, reason, place, remedy and seed', () => {
  const { code, out } = run(['verify', '--seed', '9', bad('crashes-in-start')]);
  assert.equal(code, 1);
  assert.match(out, /failed {2}life\.start .*\n {10}SIGSEGV.*\n( {10}.*\n)*? {10} +crash \(.*bad\.c:\d+\)\n( {10}.*\n)* {10}Remedy: /);
  assert.match(out, /\nFAILED: \d+ ok, 1 failed, 0 warnings, \d+ skipped; seed 9\n$/);
  assert.doesNotMatch(out, / ok {6}file/);
  assert.match(run(['verify', '--verbose', bad('sound')]).out, /\n {2}ok {6}file\.whole/);
});

test('JUnit has a suite for each library and a case for each check', () => {
  const file = path.join(scratch(), 'junit.xml');
  const { code } = run(['verify', '--static', '--junit', file, bad('sound'), bad('searches-elsewhere'), bad('broken-schema')]);
  assert.equal(code, 1);
  const xml = fs.readFileSync(file, 'utf8');
  const { report } = verify([bad('sound'), '--static']);
  assert.equal(xml.match(/<testsuite /g).length, 3);
  assert.equal(xml.match(/<testcase /g).length, 3 * report.checks.length);
  assert.match(xml, /name="file\.search-path: [^"]*">\s*<failure message="it searches \/opt\/somewhere">/);
  assert.match(xml, /<failure message="measure&apos;s input|<failure message="measure's input/);
  const well = spawnSync('xmllint', ['--noout', file], { encoding: 'utf8' });
  if (!well.error) assert.equal(well.status, 0, well.stderr);
});

test('misuse is told, with exit code 2', () => {
  for (const args of [[], ['--seed', 'x', bad('sound')], ['--time-limit', '0', bad('sound')], ['--oldest-glibc', 'old', bad('sound')], ['--with', 'nowhere.so', bad('sound')], ['--instance', 'x', bad('sound')], ['--nonsense']]) {
    const { code, err } = run(['verify', ...args]);
    assert.equal(code, 2, `${args}: ${err}`);
    assert.match(err, /^tenon: verify: /);
  }
});

test('its code cannot write to the files of who runs it', () => {
  const home = scratch();
  const { out } = run(['verify', '--json', bad('writes-home')], { env: { ...process.env, HOME: home } });
  const [report] = JSON.parse(out);
  if (!report.notes.some((note) => /no Landlock/.test(note))) assert.deepEqual(fs.readdirSync(home), []);
});

test('nothing of it stays behind', () => {
  const folder = scratch();
  run(['verify', '--time-limit', '1', bad('hangs-in-start'), bad('leaves-thread')], { env: { ...process.env, TMPDIR: folder } });
  assert.deepEqual(fs.readdirSync(folder), []);
});

test('every check has a plugin that it refuses', () => {
  const { report } = verify([bad('sound'), '--static']);
  const covered = new Set([...faults.map(([, check]) => check), 'file.whole', 'file.oldest-libc', 'file.imports', 'manifest.keys']);
  assert.deepEqual(report.checks.map((check) => check.id).filter((id) => !covered.has(id)), []);
});
