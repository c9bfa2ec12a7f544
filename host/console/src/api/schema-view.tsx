import type { Schema } from './document';
import { resolve } from './document';
import classes from './api.module.css';

const deepest = 6;
/** Of choices within choices, which multiply. */
const deepestKind = 3;

interface SchemaViewProps {
  schema: Schema;
  schemas: Record<string, Schema>;
  /** What it stands in: a schema may contain itself, and is shown once then. */
  within?: Schema[];
}

/** A schema as a list of its members, theirs below them. */
export function SchemaView({ schema, schemas, within = [] }: SchemaViewProps) {
  const shown = resolve(schema, schemas);
  const inner = innerOf(shown, schemas);
  return (
    <>
      {within.length === 0 && <p className={classes.type}>{wordsOf(shown, schemas)}</p>}
      {inner.properties && within.length < deepest && !within.includes(inner) && (
        <ul className={classes.members}>
          {Object.entries(inner.properties).map(([name, member]) => (
            <li key={name}>
              <code className={classes.name}>{name}</code>{' '}
              <span className={classes.type}>
                {wordsOf(resolve(member, schemas), schemas)}
                {inner.required?.includes(name) ? ', required' : ''}
              </span>
              <Description of={resolve(member, schemas)} />
              <SchemaView schema={member} schemas={schemas} within={[...within, inner]} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Description({ of: { description } }: { of: Schema }) {
  return description ? <span className={classes.description}>{description}</span> : null;
}

/** What the members are to be looked for in: a list shows those of its items, a choice those of its first object. */
function innerOf(schema: Schema, schemas: Record<string, Schema>, depth = 0): Schema {
  const { items, additionalProperties: others } = schema;
  if (schema.properties || depth > deepest) {
    return schema;
  }
  const inner = items ?? (typeof others === 'object' ? others : undefined);
  if (inner) {
    return innerOf(resolve(inner, schemas), schemas, depth + 1);
  }
  const branches = (schema.anyOf ?? schema.oneOf ?? []).map((branch) => innerOf(resolve(branch, schemas), schemas, depth + 1));
  return branches.find(({ properties }) => properties) ?? schema;
}

/** "list of text", "whole number, 1 to 200, 50 when absent". */
export function wordsOf(schema: Schema, schemas: Record<string, Schema>): string {
  return [kindOf(schema, schemas), rangeOf(schema), schema.format, patternOf(schema), defaultOf(schema)]
    .filter(Boolean)
    .join(', ');
}

const kinds: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  array: 'list',
  null: 'null',
};

function kindOf(schema: Schema, schemas: Record<string, Schema>, depth = 0): string {
  if (depth > deepestKind) {
    return '…';
  }
  if (schema.enum) {
    return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  }
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) {
    return branches.map((branch) => kindOf(resolve(branch, schemas), schemas, depth + 1)).join(' or ');
  }
  if (schema.contentMediaType) {
    return schema.contentMediaType;
  }
  if (schema.items) {
    return `list of ${kindOf(resolve(schema.items, schemas), schemas, depth + 1)}`;
  }
  const types = [schema.type ?? (schema.properties ? 'object' : [])].flat();
  return types.length > 0 ? types.map((type) => kinds[type] ?? type).join(' or ') : 'anything';
}

function rangeOf({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined) {
    return `${minimum} to ${maximum}`;
  }
  return minimum !== undefined ? `at least ${minimum}` : maximum !== undefined ? `at most ${maximum}` : '';
}

function patternOf({ pattern }: Schema): string {
  return pattern ? `like ${pattern}` : '';
}

function defaultOf(schema: Schema): string {
  return schema.default === undefined ? '' : `${JSON.stringify(schema.default)} when absent`;
}
