import * as v from 'valibot';

/** A JSON Schema, as far as it is shown. */
export interface Schema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  description?: string | undefined;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  items?: Schema | undefined;
  additionalProperties?: boolean | Schema | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  default?: unknown;
  examples?: unknown[] | undefined;
  format?: string | undefined;
  pattern?: string | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  contentMediaType?: string | undefined;
}

const text = v.optional(v.string());
/** Plugins write their schemas: a keyword with something else in it is as none, and hides no other. */
const maybe = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined);
const Schema: v.GenericSchema<unknown, Schema> = v.union([
  v.looseObject({
    $ref: maybe(v.string()),
    type: maybe(v.union([v.string(), v.array(v.string())])),
    description: maybe(v.string()),
    properties: maybe(v.record(v.string(), v.lazy(() => Schema))),
    required: maybe(v.array(v.string())),
    items: maybe(v.lazy(() => Schema)),
    additionalProperties: maybe(v.union([v.boolean(), v.lazy(() => Schema)])),
    anyOf: maybe(v.array(v.lazy(() => Schema))),
    oneOf: maybe(v.array(v.lazy(() => Schema))),
    enum: maybe(v.array(v.unknown())),
    const: v.optional(v.unknown()),
    default: v.optional(v.unknown()),
    examples: maybe(v.array(v.unknown())),
    format: maybe(v.string()),
    pattern: maybe(v.string()),
    minimum: maybe(v.number()),
    maximum: maybe(v.number()),
    contentMediaType: maybe(v.string()),
  }),
  v.pipe(
    v.boolean(), // anything, or nothing at all
    v.transform((): Schema => ({})),
  ),
]);

const Content = v.record(v.string(), v.object({ schema: v.optional(Schema), example: v.optional(v.unknown()) }));
const Parameter = v.object({
  name: v.string(),
  in: v.picklist(['path', 'query']),
  required: v.optional(v.boolean(), false),
  description: v.optional(v.string(), ''),
  schema: v.optional(Schema, {}),
});
const Operation = v.object({
  operationId: v.string(),
  summary: v.optional(v.string(), ''),
  tags: v.optional(v.array(v.string()), []),
  parameters: v.optional(v.array(Parameter), []),
  requestBody: v.optional(v.object({ content: Content })),
  responses: v.record(v.string(), v.object({ description: text, content: v.optional(Content) })),
  security: v.optional(v.array(v.unknown()), []),
});
const Document = v.object({
  info: v.object({ title: v.string(), version: v.string() }),
  tags: v.optional(v.array(v.object({ name: v.string(), description: v.optional(v.string(), '') })), []),
  paths: v.record(v.string(), v.record(v.string(), Operation)),
  components: v.optional(v.object({ schemas: v.optional(v.record(v.string(), Schema), {}) }), {}),
});

export type Parameter = v.InferOutput<typeof Parameter>;

/** What is sent or answered: its media type, its schema, an example. */
export interface Media {
  type: string;
  schema?: Schema | undefined;
  example?: unknown;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  parameters: Parameter[];
  body: Media | null;
  answer: Media | null;
  needsToken: boolean;
}

export interface Group {
  name: string;
  description: string;
  operations: Operation[];
}

export interface Api {
  title: string;
  version: string;
  groups: Group[];
  schemas: Record<string, Schema>;
}

export async function fetchApi(signal: AbortSignal): Promise<Api> {
  const response = await fetch('/openapi.json', { signal, headers: { Accept: 'application/json' } });
  if (!response.ok) {
    throw new Error(`The host answered ${response.status} to the request for its API.`);
  }
  return apiOf(v.parse(Document, await response.json()));
}

function apiOf(document: v.InferOutput<typeof Document>): Api {
  const groups = new Map<string, Group>(document.tags.map((tag) => [tag.name, { ...tag, operations: [] }]));
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = operation.tags[0] ?? 'host';
      const group = groups.get(name) ?? { name, description: '', operations: [] };
      groups.set(name, group);
      group.operations.push({
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        parameters: operation.parameters,
        body: mediaOf(operation.requestBody?.content),
        answer: mediaOf(operation.responses['200']?.content),
        needsToken: operation.security.length > 0,
      });
    }
  }
  return {
    ...document.info,
    groups: [...groups.values()].filter(({ operations }) => operations.length > 0),
    schemas: document.components.schemas ?? {},
  };
}

function mediaOf(content: v.InferOutput<typeof Content> | undefined): Media | null {
  const [first] = Object.entries(content ?? {});
  return first ? { type: first[0], ...first[1] } : null;
}

const place = '#/components/schemas/';

/** The schema that a reference leads to; itself where it is none, or leads nowhere. */
export function resolve(schema: Schema, schemas: Record<string, Schema>): Schema {
  let found: Schema = schema;
  // A reference may lead to another one, and two may lead to each other.
  for (let steps = 0; found.$ref?.startsWith(place) && steps < 8; ++steps) {
    const next = partOf(schemas, found.$ref.slice(place.length));
    if (!next) {
      break;
    }
    found = next;
  }
  return found;
}

function partOf(schemas: Record<string, Schema>, pointer: string): Schema | undefined {
  let part: unknown = schemas;
  for (const token of pointer.split('/')) {
    const name = decoded(token).replaceAll('~1', '/').replaceAll('~0', '~');
    part = typeof part === 'object' && part !== null && Object.hasOwn(part, name) ? (part as Record<string, unknown>)[name] : undefined;
  }
  return typeof part === 'object' && part !== null ? part : undefined;
}

/** Percent-encoded text, or the text itself where it is not that. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
