import { useQuery } from '@tanstack/react-query';
import * as v from 'valibot';

// Only paths of this host: the console never loads code or styles from elsewhere.
const localPath = v.pipe(v.string(), v.regex(/^\/(?!\/)/, 'must be a path that starts with a single "/"'));

const Page = v.object({
  instance: v.string(),
  path: v.pipe(
    localPath,
    v.transform((path) => path.replace(/\/+$/, '')),
  ),
  title: v.string(),
  module: localPath,
  styles: v.optional(v.array(localPath), []),
});
const PageList = v.object({ items: v.array(Page) });

/** A page that a plugin instance adds to the console. */
export type Page = v.InferOutput<typeof Page>;

export function usePages() {
  return useQuery({ queryKey: ['host', 'pages'], queryFn: ({ signal }) => fetchPages(signal), staleTime: 5 * 60_000 });
}

async function fetchPages(signal: AbortSignal): Promise<Page[]> {
  const response = await fetch('/api/host/pages', { signal, headers: { Accept: 'application/json' } });
  if (!response.ok) {
    throw new Error(`The host answered ${response.status} to the request for its pages.`);
  }
  return v.parse(PageList, await response.json()).items;
}

/** The page with the longest path that holds `pathname`, by whole segments. */
export function findPage(pages: readonly Page[], pathname: string): Page | undefined {
  return pages
    .filter((page) => pathname === page.path || pathname.startsWith(`${page.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}
