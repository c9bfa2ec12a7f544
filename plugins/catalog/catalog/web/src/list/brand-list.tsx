import { Button, Skeleton, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Brand } from '../api';
import { useBrands } from '../queries';
import { Failure } from '../ui/failure';
import { ProductImage } from '../ui/product-image';
import { Choice } from './choice';
import type { FiltersProps } from './filters';
import classes from './filters.module.css';

const worthSearching = 12;

/** Every brand with the number of its products that the other filters leave. */
export function BrandList({ query, facets, linkTo }: Omit<FiltersProps, 'change'>) {
  const brands = useBrands();
  const [wanted, setWanted] = useState('');
  if (brands.isPending) {
    return <Skeleton height={160} />;
  }
  if (brands.isError) {
    return <Failure error={brands.error} onRetry={() => void brands.refetch()} />;
  }
  const all = brands.data.pages.flatMap((page) => page.items);
  const shown = all.filter((brand) => brand.name.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase()));
  const countOf = (brand: Brand) =>
    facets ? (facets.brand[brand.id] ?? facets.brand[brand.name] ?? 0) : brand.products;
  return (
    <>
      {all.length > worthSearching && (
        <TextInput
          size="xs"
          mb={6}
          aria-label="Find a brand"
          placeholder="Find a brand"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <ul className={classes.choices} data-tall>
        {shown.map((brand) => (
          <Choice
            key={brand.id}
            chosen={query.brand === brand.id}
            count={countOf(brand)}
            to={linkTo({ brand: query.brand === brand.id ? '' : brand.id })}
          >
            {brand.logo_url && (
              <span className={classes.logo}>
                <ProductImage address={brand.logo_url} alt="" fit="logo" />
              </span>
            )}
            <span dir="auto">{brand.name}</span>
          </Choice>
        ))}
      </ul>
      {brands.hasNextPage && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={brands.isFetchingNextPage}
          onClick={() => void brands.fetchNextPage()}
        >
          More brands
        </Button>
      )}
    </>
  );
}
