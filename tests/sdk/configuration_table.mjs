// The table of configuration keys, made from the host's schema. Run by itself it prints the table for
// sdk/docs/configuration.md; the test of the documents compares the two.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { source } from './support.mjs';

const hostSchema = () => JSON.parse(readFileSync(join(source, 'host/config/host_schema.json'), 'utf8'));

function valuesOf(node) {
  if (node.enum) return node.enum.join(', ');
  const type = [node.type].flat().filter((name) => name !== 'null').join(' or ');
  if (type === 'array') return 'list';
  if (type === 'object') return 'map';
  return node.minimum === undefined ? type : `${type}, ${node.minimum} to ${node.maximum}`;
}

/** Keys in the order of the schema, depth first, as table lines. */
export function configurationTable() {
  const schema = hostSchema();
  const resolve = ({ $ref, ...node }) => ($ref ? { ...resolve(schema.$defs[$ref.replace('#/$defs/', '')]), ...node } : node);
  const lines = ['| key | values | default | meaning |', '| --- | --- | --- | --- |'];
  const walk = (path, given) => {
    const node = resolve(given);
    const inner = node.additionalProperties && typeof node.additionalProperties === 'object' ? resolve(node.additionalProperties) : null;
    const children = Object.entries(node.properties ?? {});
    if (path && children.length === 0 && !inner?.properties) {
      const shown = node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``;
      lines.push(`| \`${path}\` | ${valuesOf(node)} | ${shown} | ${node.description ?? ''} |`);
    }
    for (const [name, child] of children) walk(path ? `${path}.${name}` : name, child);
    if (inner?.properties) walk(`${path}.${node['x-key'] ?? 'ID'}`, inner);
  };
  walk('', schema);
  return lines.join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(configurationTable());
