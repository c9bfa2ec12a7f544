import { createContext, use } from 'react';

interface CatalogContextValue {
  basePath: string;
}

export const CatalogContext = createContext<CatalogContextValue>({ basePath: '/catalog' });

/** Builds the path of a product's page. */
export function useProductPath(): (id: string) => string {
  const { basePath } = use(CatalogContext);
  return (id) => `${basePath}/products/${encodeURIComponent(id)}`;
}

export function useBasePath(): string {
  return use(CatalogContext).basePath;
}
