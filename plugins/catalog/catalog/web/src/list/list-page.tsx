import { Button, CloseButton, NativeSelect, Skeleton, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { type ProductQuery, type Sort, isSortName, sortOf, sortsFor } from '../api';
import { useProducts } from '../queries';
import { Failure } from '../ui/failure';
import { ActiveFilters } from './active-filters';
import { Filters } from './filters';
import classes from './list-page.module.css';
import { Results } from './results';
import { useProductQuery } from './query';

/** `/catalog`: search and filters beside the grid of products. */
export function ListPage() {
  const { query, change, linkTo } = useProductQuery();
  const products = useProducts(query);
  const first = products.data?.pages[0];
  const [filtersShown, filters] = useDisclosure(false);
  return (
    <div className={classes.page}>
      <title>Catalog · tenon</title>
      <header className={classes.head}>
        <Title order={1} size="h2">
          Catalog
        </Title>
        <Text c="dimmed" size="sm" role="status">
          {first ? `${first.total.toLocaleString()} ${first.total === 1 ? 'product' : 'products'}` : ''}
        </Text>
      </header>
      <div className={classes.bar} role="search">
        <SearchBox value={query.q} onChange={(q) => change({ q })} />
        <SortSelect query={query} onChange={(sort) => change({ sort })} />
        <Button
          className={classes.filterToggle}
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} />}
          aria-expanded={filtersShown}
          aria-controls="catalog-filters"
          onClick={filters.toggle}
        >
          Filters
        </Button>
      </div>
      <div className={classes.body}>
        <aside
          id="catalog-filters"
          aria-label="Filters"
          className={classes.filters}
          data-shown={filtersShown || undefined}
        >
          <Filters query={query} facets={first?.facets} change={change} linkTo={linkTo} />
        </aside>
        <section aria-label="Products" className={classes.results} aria-busy={products.isFetching}>
          <ActiveFilters query={query} change={change} />
          {products.isPending && <ResultSkeleton />}
          {products.isError && <Failure error={products.error} onRetry={() => void products.refetch()} />}
          {products.isSuccess && (
            <Results
              pages={products.data.pages}
              stale={products.isPlaceholderData}
              hasMore={products.hasNextPage}
              loadingMore={products.isFetchingNextPage}
              onLoadMore={() => void products.fetchNextPage()}
            />
          )}
        </section>
      </div>
    </div>
  );
}

function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const report = useDebouncedCallback(onChange, 250);
  // Going back or clearing the filters changes the address without typing.
  useEffect(() => setTyped(value), [value]);
  const set = (next: string) => {
    setTyped(next);
    report(next.trim());
  };
  return (
    <TextInput
      className={classes.search}
      type="search"
      aria-label="Search products"
      placeholder="Search by name, brand, SKU or description"
      dir="auto"
      leftSection={<IconSearch size={16} />}
      rightSection={typed && <CloseButton size="sm" aria-label="Clear the search" onClick={() => set('')} />}
      value={typed}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

const sortLabels: Record<Sort, string> = {
  relevance: 'Best match',
  name: 'Name',
  price: 'Price, lowest first',
  '-price': 'Price, highest first',
};

function SortSelect({ query, onChange }: { query: ProductQuery; onChange: (sort: Sort) => void }) {
  return (
    <NativeSelect
      aria-label="Sort by"
      value={sortOf(query)}
      data={sortsFor(query).map((sort) => ({ value: sort, label: sortLabels[sort] }))}
      onChange={(event) => {
        if (isSortName(event.currentTarget.value)) {
          onChange(event.currentTarget.value);
        }
      }}
    />
  );
}

function ResultSkeleton() {
  return (
    <div className={classes.grid} role="status" aria-label="Loading products">
      {Array.from({ length: 12 }, (_, index) => (
        <Skeleton key={index} height={250} radius="md" />
      ))}
    </div>
  );
}
