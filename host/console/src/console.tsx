import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { RouterProvider, createBrowserRouter } from 'react-router-dom';
import { ApiPage } from './api/api-page';
import { ConsoleFailure, PageFailure } from './failure';
import { Layout } from './layout';
import { PageOutlet } from './page-outlet';
import { CrashPage } from './plugins/crash-page';
import { apiPath, pluginsPath } from './plugins/paths';
import { PluginPage } from './plugins/plugin-page';
import { PluginsPage } from './plugins/plugins-page';
import { TokenProvider } from './plugins/token';
import { theme } from './theme';

/** The whole console: theme, query cache and router around the layout. */
export function Console() {
  const [queryClient] = useState(createQueryClient);
  const [router] = useState(createRouter);
  const [schemeManager] = useState(() => localStorageColorSchemeManager({ key: 'tenon-color-scheme' }));
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={schemeManager}
      // Both would write <style> elements; the build puts the variables into a stylesheet instead.
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <TokenProvider>
          <RouterProvider router={router} />
        </TokenProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 30_000, gcTime: 10 * 60_000, refetchOnWindowFocus: false },
    },
  });
}

function createRouter() {
  return createBrowserRouter([
    {
      element: <Layout />,
      errorElement: <ConsoleFailure />,
      children: [
        { path: pluginsPath, element: <PluginsPage />, errorElement: <PageFailure /> },
        { path: `${pluginsPath}/:id`, element: <PluginPage />, errorElement: <PageFailure /> },
        { path: `${pluginsPath}/:instance/crashes/:crash`, element: <CrashPage />, errorElement: <PageFailure /> },
        { path: apiPath, element: <ApiPage />, errorElement: <PageFailure /> },
        { path: '*', element: <PageOutlet />, errorElement: <PageFailure /> },
      ],
    },
  ]);
}
