// Compares the binary interface of two folders of headers: a probe with one exported variable for each struct is built
// from either, and abidiff (libabigail) reads their debugging information. Structs that no symbol reaches would be
// invisible to it. Run by itself: node tests/abi/gate.mjs OLD_INCLUDE NEW_INCLUDE
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The C headers as one text, without comments. */
function headersOf(include) {
  const folder = join(include, 'tenon');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.h'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
    .replace(/\/\*[^]*?\*\//g, ' ');
}

/** Structs by name with the text between their braces. */
const structsOf = (text) =>
  new Map([...text.matchAll(/\bstruct (tn_\w+) \{([^}]*)\}/g)].map(([, name, body]) => [name, body]));

/** What plugins were compiled with: numbers, and texts such as the ids of tables. */
function constantsOf(text) {
  const numbers = [];
  const texts = [];
  for (const [, name, value] of text.matchAll(/^#define (TN_\w+) (.+?) *$/gm)) {
    if (/^"[^"]*"$/.test(value)) texts.push(`${name}_is_${value.slice(1, -1).replace(/\W/g, '_')}`);
    else if (/^\(?[-+0-9(]/.test(value)) numbers.push(name);
  }
  return { numbers, texts };
}

function probeOf(include) {
  const text = headersOf(include);
  const { numbers, texts } = constantsOf(text);
  const structs = [...structsOf(text).keys()];
  // Pointers, so that a struct that grows leaves the size of its symbol as it is. One enumeration for each constant, so that
  // one that is gone is a symbol that is gone.
  return [
    '#include <tenon/tenon.h>',
    ...structs.map((name) => `extern const struct ${name}* probe_${name}; const struct ${name}* probe_${name};`),
    ...numbers.map((name) => `enum value_of_${name} { ${name}_has_its_value = ${name} }; enum value_of_${name} probe_${name};`),
    ...texts.map((name) => `char probe_${name};`),
    '',
  ].join('\n');
}

/** Structs that say their size may grow at their end; those that lie in other structs may not. */
function growing(include) {
  const structs = structsOf(headersOf(include));
  const isPart = (name) => [...structs.values()].some((body) => new RegExp(`\\b${name} \\w+[;\\[]`).test(body));
  return new Set([...structs].filter(([name, body]) => /^\s*uint32_t struct_size;/.test(body) && !isPart(name)).map(([name]) => name));
}

/** Whether a change of one type, as abidiff tells it, only adds members behind the last one. */
function onlyGrows(change, mayGrow) {
  const [head, size, ...lines] = change.split('\n');
  const name = /^'struct (\w+) at /.exec(head)?.[1];
  const grown = /^ {2}type size changed from (\d+) to \d+ \(in bits\)$/.exec(size);
  return (
    mayGrow.has(name) &&
    grown !== null &&
    lines.every((line) => {
      const at = /^ {4}'.*', at offset (\d+) \(in bits\) at /.exec(line);
      return at ? Number(at[1]) >= Number(grown[1]) : /^ {2}\d+ data member insertions?:$/.test(line);
    })
  );
}

function run(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.error) throw done.error;
  return done;
}

function build(folder, name, include) {
  const source = join(folder, `${name}.c`);
  const library = join(folder, `${name}.so`);
  writeFileSync(source, probeOf(include));
  const built = run('cc', ['-std=c11', '-g', '-O0', '-shared', '-fPIC', '-fno-eliminate-unused-debug-types', `-I${include}`, source, '-o', library]);
  if (built.status !== 0) throw new Error(`the probe of ${include} does not compile:\n${built.stderr}`);
  return library;
}

/** What a plugin built with the headers `before` would meet otherwise with `after`, change by change. */
export function breaks(before, after) {
  const folder = mkdtempSync(join(tmpdir(), 'tenon-abi.'));
  try {
    const done = run('abidiff', ['--leaf-changes-only', '--no-added-syms', build(folder, 'before', before), build(folder, 'after', after)]);
    if (done.status & 3) throw new Error(`abidiff failed: ${done.stdout}${done.stderr}`);
    if (done.status === 0) return [];
    const [, ...changes] = done.stdout.trim().split(/\n\n+/);
    if (changes.length === 0) throw new Error(`abidiff tells of changes, but not which: ${done.stdout}`);
    const mayGrow = growing(before);
    return changes.filter((change) => !onlyGrows(change, mayGrow));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = breaks(process.argv[2], process.argv[3]);
  process.stdout.write(found.length ? `${found.join('\n\n')}\n` : 'no break\n');
  process.exitCode = found.length ? 1 : 0;
}
