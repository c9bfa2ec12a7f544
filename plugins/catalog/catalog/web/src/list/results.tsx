import { Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ProductList } from '../api';
import { LoadMore } from '../ui/load-more';
import classes from './list-page.module.css';
import { ProductCard } from './product-card';

interface ResultsProps {
  pages: ProductList[];
  /** The products shown still answer the previous question. */
  stale: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  onLoadMore: () => void;
}

export function Results({ pages, stale, hasMore, loadingMore, onLoadMore }: ResultsProps) {
  const grid = useRef<HTMLUListElement>(null);
  const focusFrom = useRef<number | null>(null);
  const products = pages.flatMap((page) => page.items);

  // The keyboard goes on with the first product that was added.
  useEffect(() => {
    if (focusFrom.current !== null && products.length > focusFrom.current) {
      grid.current?.children[focusFrom.current]?.querySelector('a')?.focus();
      focusFrom.current = null;
    }
  }, [products.length]);

  if (products.length === 0) {
    return (
      <div className={classes.nothing}>
        <Text fw={600}>No product matches</Text>
        <Text c="dimmed" size="sm">
          Try fewer words, or take off a filter.
        </Text>
      </div>
    );
  }
  return (
    <>
      <ul ref={grid} className={classes.grid} data-stale={stale || undefined}>
        {products.map((product) => (
          <li key={product.id}>
            <ProductCard product={product} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <LoadMore
          what="products"
          shown={products.length}
          total={pages[0]?.total ?? products.length}
          loading={loadingMore}
          onLoad={() => {
            focusFrom.current = products.length;
            onLoadMore();
          }}
        />
      )}
    </>
  );
}
