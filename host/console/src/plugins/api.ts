import * as v from 'valibot';

const text = v.optional(v.string(), '');
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const maybeCount = v.optional(count, 0);
const list = <Item extends v.GenericSchema>(item: Item) => v.optional(v.array(item), []);

const Layer = v.object({ name: v.string(), active: v.boolean(), detail: text });
const Denial = v.object({
  permission: text,
  detail: v.string(),
  yaml_path: text,
  yaml_value: text,
  syscall: text,
  count: maybeCount,
});
const Reload = v.object({
  at: v.string(),
  from: count,
  to: count,
  from_version: text,
  to_version: text,
  outcome: v.string(),
  reason: text,
  swap_us: maybeCount,
});
const Signature = v.object({
  status: v.string(),
  key: text,
  signer: text,
  signed_at: text,
  reason: text,
  warning: text,
});
const Plugin = v.object({
  id: v.string(),
  library: text,
  version: text,
  state: v.string(),
  reason: text,
  since: text,
  runtime: text,
  generation: count,
  trial: maybeCount,
  earlier_version: text,
  left_mapped: maybeCount,
  required: v.optional(v.boolean(), false),
  calls: count,
  errors: count,
  running: count,
  file: text,
  signature: v.nullish(Signature, null),
  restarts: maybeCount,
  pid: maybeCount,
  sandbox: list(Layer),
  denials: list(Denial),
  provides: list(v.string()),
  routes: list(v.string()),
  reloads: list(Reload),
});
const PluginList = v.object({ items: v.array(Plugin) });

const CrashSummary = v.object({
  id: v.string(),
  instance: v.string(),
  generation: count,
  version: text,
  time: v.string(),
  cause: v.string(),
  summary: text,
});
const CrashList = v.object({ items: v.array(CrashSummary) });

const Frame = v.object({
  module: text,
  build_id: text,
  offset: text,
  function: text,
  file: text,
  line: maybeCount,
  inlined: v.optional(v.boolean(), false),
});
const Fault = v.object({
  signal: text,
  reason: text,
  address: text,
  program_counter: text,
  system_call: v.nullish(v.number(), null),
  sender_pid: v.nullish(v.number(), null),
  thread_id: maybeCount,
  thread: text,
  activity: text,
});
const Crash = v.object({
  id: v.string(),
  instance: v.string(),
  plugin: v.object({ id: text, version: text, provides: list(v.string()) }),
  generation: count,
  pid: maybeCount,
  time: v.string(),
  uptime_ms: maybeCount,
  cause: v.string(),
  summary: text,
  message: text,
  exit_code: v.nullish(v.number(), null),
  fault: v.nullish(Fault, null),
  frames: list(Frame),
  notes: list(v.string()),
  log_lines: list(v.string()),
});

const Problem = v.object({ title: text, detail: text, correlationId: text });

export type Plugin = v.InferOutput<typeof Plugin>;
export type Signature = v.InferOutput<typeof Signature>;
export type Layer = v.InferOutput<typeof Layer>;
export type Denial = v.InferOutput<typeof Denial>;
export type Reload = v.InferOutput<typeof Reload>;
export type CrashSummary = v.InferOutput<typeof CrashSummary>;
export type Crash = v.InferOutput<typeof Crash>;
export type Fault = v.InferOutput<typeof Fault>;
export type Frame = v.InferOutput<typeof Frame>;

/** What a part of the calls tries first, and what makes the host go back. */
export interface Canary {
  share_percent: number;
  duration_ms: number;
  min_calls: number;
  max_error_percent: number;
  max_latency_factor: number;
}

export interface ReloadOrder {
  /** None: the file that the instance came from, as it is now. */
  file?: string;
  canary?: Canary;
}

/** A refusal by the host, with what its problem document said. */
export class HostError extends Error {
  override readonly name = 'HostError';
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly correlationId = '',
  ) {
    super(detail || title);
  }
}

export async function getPlugins(signal: AbortSignal): Promise<Plugin[]> {
  return (await ask('/api/host/plugins', PluginList, { signal })).items;
}

export function getPlugin(id: string, signal: AbortSignal): Promise<Plugin> {
  return ask(pluginPath(id), Plugin, { signal });
}

/** The latest first: the host lists them as their reports were finished. */
export async function getCrashes(signal: AbortSignal): Promise<CrashSummary[]> {
  const { items } = await ask('/api/host/crashes', CrashList, { signal });
  return items.sort((a, b) => b.time.localeCompare(a.time));
}

export function getCrash(id: string, token: string, signal: AbortSignal): Promise<Crash> {
  return ask(`/api/host/crashes/${encodeURIComponent(id)}`, Crash, { signal, headers: authorization(token) });
}

export function putReload(id: string, order: ReloadOrder, token: string): Promise<Reload> {
  return ask(pluginPath(id), Reload, change('PUT', order, token));
}

export function postRollback(id: string, token: string): Promise<Reload> {
  return ask(`${pluginPath(id)}/rollback`, Reload, change('POST', {}, token));
}

function pluginPath(id: string): string {
  return `/api/host/plugins/${encodeURIComponent(id)}`;
}

function authorization(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

function change(method: string, body: object, token: string): RequestInit {
  return {
    method,
    headers: { 'Content-Type': 'application/json', ...authorization(token) },
    body: JSON.stringify(body),
  };
}

async function ask<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
  init: RequestInit,
): Promise<v.InferOutput<Schema>> {
  const response = await reach(path, {
    // Reports and states are never kept by the browser, and a token goes to no other address.
    cache: 'no-store',
    redirect: 'error',
    ...init,
    headers: { Accept: 'application/json', ...init.headers },
  });
  if (!response.ok) {
    throw await refusal(response);
  }
  const parsed = v.safeParse(schema, await response.json());
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const where = v.getDotPath(issue) ?? 'the document';
    throw new HostError(response.status, 'The answer could not be read', `${path}: ${where}: ${issue.message}`);
  }
  return parsed.output;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'AbortError') {
      throw failure;
    }
    throw new HostError(0, 'The host cannot be reached', 'It may have been stopped, or the connection is gone.');
  }
}

async function refusal(response: Response): Promise<HostError> {
  const body: unknown = await response.json().catch(() => ({}));
  const parsed = v.safeParse(Problem, body);
  const problem = parsed.success ? parsed.output : { title: '', detail: '', correlationId: '' };
  return new HostError(
    response.status,
    problem.title || `The host answered ${response.status}`,
    problem.detail,
    problem.correlationId || (response.headers.get('X-Correlation-ID') ?? ''),
  );
}
