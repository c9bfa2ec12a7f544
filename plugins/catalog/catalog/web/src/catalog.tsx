import type { PageProps } from '@tenon/page';
import { Route, Routes } from 'react-router-dom';
import { CatalogContext } from './context';
import { ListPage } from './list/list-page';
import { ProductPage } from './product/product-page';
import { NotHere } from './ui/not-here';

/** The catalog plugin's pages, mounted by the console below `basePath`. */
export default function Catalog({ basePath }: PageProps) {
  return (
    <CatalogContext value={{ basePath }}>
      <Routes>
        <Route path={basePath}>
          <Route index element={<ListPage />} />
          <Route path="products/:key" element={<ProductPage />} />
          <Route path="*" element={<NotHere />} />
        </Route>
      </Routes>
    </CatalogContext>
  );
}
