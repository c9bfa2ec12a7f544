import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { PageModule } from '@tenon/page';
import { Suspense } from 'react';
import { Navigate, useLocation } from 'react-router-dom';
import { Message } from './message';
import { MountedPage } from './mounted-page';
import { NotFound } from './not-found';
import { type Page, findPage, usePages } from './pages';
import { pluginsPath } from './plugins/paths';

/** Shows the plugin page that owns the current path. */
export function PageOutlet() {
  const { pathname } = useLocation();
  const pages = usePages();
  if (pages.isPending) {
    return <Waiting />;
  }
  if (pages.isError) {
    return (
      <Message title="The list of pages could not be loaded" onRetry={() => void pages.refetch()}>
        {pages.error.message}
      </Message>
    );
  }
  const first = pages.data[0];
  if (pathname === '/') {
    return first ? <Navigate to={first.path} replace /> : <Navigate to={pluginsPath} replace />;
  }
  const page = findPage(pages.data, pathname);
  return page ? <PluginPage key={page.path} page={page} /> : <NotFound />;
}

function PluginPage({ page }: { page: Page }) {
  const { data: module } = useQuery({
    queryKey: ['host', 'page-module', page.module],
    queryFn: () => importModule(page.module),
    staleTime: Infinity,
    gcTime: Infinity,
    throwOnError: true,
  });
  if (module === undefined) {
    return <Waiting />;
  }
  const Component = module.default;
  return (
    <Suspense fallback={<Waiting />}>
      {page.styles.map((href) => (
        <link key={href} rel="stylesheet" href={href} precedence="page" />
      ))}
      {Component ? (
        <Component basePath={page.path} />
      ) : (
        <MountedPage mount={module.mount} basePath={page.path} />
      )}
    </Suspense>
  );
}

type LoadedModule =
  | { default: NonNullable<PageModule['default']> }
  | { default: undefined; mount: NonNullable<PageModule['mount']> };

async function importModule(url: string): Promise<LoadedModule> {
  const module = (await import(/* @vite-ignore */ url)) as PageModule;
  if (module.default) {
    return { default: module.default };
  }
  if (module.mount) {
    return { default: undefined, mount: module.mount };
  }
  throw new Error(`The page module ${url} exports neither a default component nor "mount".`);
}

function Waiting() {
  return (
    <Center mih="40vh">
      <Loader aria-label="Loading the page" />
    </Center>
  );
}
