import * as v from 'valibot';

const root = '/api/catalog';

const text = v.nullish(v.string(), '');
const optionalText = v.nullish(v.string(), null);
const cursor = v.nullish(v.string(), null);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
// An absent list and an empty one mean the same to a reader.
const list = <Item extends v.GenericSchema>(item: Item) => v.nullish(v.array(item), []);
const scalarAsText = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));

const Brand = v.object({ id: v.string(), name: v.string(), logo_url: text, products: count });
const BrandList = v.object({ items: v.array(Brand), next_cursor: cursor, total: v.nullish(count, null) });

const summary = {
  id: v.string(),
  sku: text,
  name: v.string(),
  brand: text,
  price: optionalText,
  currency: text,
  category: text,
  image_url: text,
  logo_url: text,
  in_stock: v.nullish(v.boolean(), null),
};
const ProductSummary = v.object({ ...summary, universal_category: text });

const FacetCounts = v.nullish(v.record(v.string(), count), {});
const Facets = v.object({ brand: FacetCounts, universal_category: FacetCounts, in_stock: FacetCounts });
const ProductList = v.object({
  items: v.array(ProductSummary),
  next_cursor: cursor,
  total: count,
  facets: v.optional(Facets),
});

const OfficialMedia = v.object({
  url: v.string(),
  type: v.picklist(['pdf', 'image', 'video', 'link']),
  label: text,
  source_domain: text,
});

/** Images of the gallery are plain addresses. */
const GalleryImage = v.pipe(
  v.string(),
  v.transform((url): v.InferOutput<typeof OfficialMedia> => ({ url, type: 'image', label: '', source_domain: '' })),
);
const Provenance = v.object({ source: text, url: text, source_domain: text, time: text });
const Product = v.object({
  ...summary,
  universal_category: text,
  description: text,
  url: text,
  official_manuals: list(OfficialMedia),
  official_gallery: list(GalleryImage),
  official_videos: list(OfficialMedia),
  official_specs: v.nullish(v.record(v.string(), scalarAsText), {}),
  provenance: v.nullish(v.record(v.string(), Provenance), {}),
});

const Why = v.object({
  rules: list(v.object({ id: v.string(), points: v.number(), matched: list(v.string()) })),
  declared: v.nullish(
    v.object({
      kind: text,
      sentence: text,
      source_url: text,
      position: v.nullish(scalarAsText, ''),
      content_hash: text,
    }),
    null,
  ),
  pinned: v.nullish(v.boolean(), false),
});
const Relationship = v.object({ ...summary, score: v.number(), why: Why });
const RelationshipList = v.object({ items: v.array(Relationship), next_cursor: cursor, total: count });

const Candidate = v.object({ ...summary, name: v.nullish(v.string(), '') });
const Problem = v.object({
  title: text,
  detail: text,
  correlationId: text,
  candidates: v.fallback(list(Candidate), []),
});

export type Brand = v.InferOutput<typeof Brand>;
export type ProductSummary = v.InferOutput<typeof ProductSummary>;
export type ProductList = v.InferOutput<typeof ProductList>;
export type Facets = v.InferOutput<typeof Facets>;
export type OfficialMedia = v.InferOutput<typeof OfficialMedia>;
export type Provenance = v.InferOutput<typeof Provenance>;
export type Product = v.InferOutput<typeof Product>;
export type Why = v.InferOutput<typeof Why>;
export type Relationship = v.InferOutput<typeof Relationship>;
export type Candidate = v.InferOutput<typeof Candidate>;
export type Kind = 'necessity' | 'accessory' | 'related';

export const sorts = ['relevance', 'name', 'price', '-price'] as const;
export type Sort = (typeof sorts)[number];

export function isSortName(text: string): text is Sort {
  return (sorts as readonly string[]).includes(text);
}

/** What the list page asks for; empty text means "any". */
export interface ProductQuery {
  q: string;
  brand: string;
  category: string;
  min_price: string;
  max_price: string;
  in_stock: boolean;
  sort: Sort | '';
}

/** A refusal by the host, with what its problem document said. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly correlationId: string,
    readonly candidates: readonly Candidate[] = [],
  ) {
    super(detail || title);
  }
}

export function getBrands(after: string | null, signal: AbortSignal) {
  return get('/brands', { limit: '200', cursor: after }, BrandList, signal);
}

/** The orders a question can have, the usual one first: only a search has better and worse matches. */
export function sortsFor(query: Pick<ProductQuery, 'q'>): readonly Sort[] {
  return query.q ? sorts : sorts.filter((sort) => sort !== 'relevance');
}

/** The order in force: the chosen one where the question has it, else the usual one. */
export function sortOf(query: Pick<ProductQuery, 'q' | 'sort'>): Sort {
  const offered = sortsFor(query);
  return offered.find((sort) => sort === query.sort) ?? (query.q ? 'relevance' : 'name');
}

export function getProducts(query: ProductQuery, after: string | null, signal: AbortSignal) {
  const { in_stock, ...texts } = query;
  const parameters = {
    ...texts,
    sort: sortOf(query),
    in_stock: in_stock ? 'true' : '',
    limit: '24',
    cursor: after,
  };
  return get('/products', parameters, ProductList, signal);
}

export function getProduct(key: string, signal: AbortSignal) {
  return get(productPath(key), {}, Product, signal);
}

export function getRelationships(key: string, kind: Kind, limit: number, after: string | null, signal: AbortSignal) {
  const parameters = { kind, limit: String(limit), cursor: after };
  return get(`${productPath(key)}/relationships`, parameters, RelationshipList, signal);
}

export interface Feedback {
  kind: Kind;
  /** The id of the product that was recommended. */
  target: string;
  helpful: boolean;
}

export async function postFeedback(key: string, feedback: Feedback): Promise<void> {
  const response = await request(`${root}${productPath(key)}/feedback`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(feedback),
  });
  if (!response.ok) {
    throw await refusal(response);
  }
}

function productPath(key: string): string {
  return `/products/${encodeURIComponent(key)}`;
}

async function get<Schema extends v.GenericSchema>(
  path: string,
  parameters: Record<string, string | null>,
  schema: Schema,
  signal: AbortSignal,
): Promise<v.InferOutput<Schema>> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value) {
      search.set(name, value);
    }
  }
  const query = search.size > 0 ? `?${search}` : '';
  const response = await request(root + path + query, { signal, headers: { Accept: 'application/json' } });
  if (!response.ok) {
    throw await refusal(response);
  }
  const parsed = v.safeParse(schema, await response.json());
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const where = v.getDotPath(issue) ?? 'the document';
    throw new ApiError(
      response.status,
      'The answer could not be read',
      `${path}: ${where}: ${issue.message}`,
      response.headers.get('X-Correlation-ID') ?? '',
    );
  }
  return parsed.output;
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'AbortError') {
      throw failure;
    }
    throw new ApiError(0, 'The host cannot be reached', 'Check the connection and try again.', '');
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => ({}));
  const parsed = v.safeParse(Problem, body);
  const problem = parsed.success ? parsed.output : { title: '', detail: '', correlationId: '', candidates: [] };
  return new ApiError(
    response.status,
    problem.title || `The host answered ${response.status}`,
    problem.detail,
    problem.correlationId || (response.headers.get('X-Correlation-ID') ?? ''),
    problem.candidates,
  );
}
