import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { RouterProvider, createBrowserRouter } from 'react-router-dom';
import { ConsoleFailure, PageFailure } from './failure';
import { Layout } from './layout';
import { PageOutlet } from './page-outlet';
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
        <RouterProvider router={router} />
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
      children: [{ path: '*', element: <PageOutlet />, errorElement: <PageFailure /> }],
    },
  ]);
}
