import { Button, Group, Pill } from '@mantine/core';
import type { ProductQuery } from '../api';
import { useBrands } from '../queries';

interface ActiveFiltersProps {
  query: ProductQuery;
  change: (changes: Partial<ProductQuery>) => void;
}

const none = { brand: '', category: '', min_price: '', max_price: '', in_stock: false };

/** The filters in force, each with a way to take it off. */
export function ActiveFilters({ query, change }: ActiveFiltersProps) {
  const brands = useBrands().data?.pages.flatMap((page) => page.items) ?? [];
  const brandName = brands.find(({ id }) => id === query.brand)?.name ?? query.brand;
  const active: { label: string; clear: Partial<ProductQuery> }[] = [];
  if (query.brand) active.push({ label: brandName, clear: { brand: '' } });
  if (query.category) active.push({ label: query.category, clear: { category: '' } });
  if (query.min_price) active.push({ label: `from ${query.min_price}`, clear: { min_price: '' } });
  if (query.max_price) active.push({ label: `up to ${query.max_price}`, clear: { max_price: '' } });
  if (query.in_stock) active.push({ label: 'in stock', clear: { in_stock: false } });
  if (active.length === 0) {
    return null;
  }
  return (
    <Group gap="xs" mb="sm" role="group" aria-label="Active filters">
      {active.map(({ label, clear }) => (
        <Pill
          key={label}
          size="md"
          withRemoveButton
          onRemove={() => change(clear)}
          removeButtonProps={{ 'aria-label': `Remove the filter ${label}`, 'aria-hidden': false, tabIndex: 0 }}
        >
          {label}
        </Pill>
      ))}
      <Button variant="subtle" size="compact-sm" onClick={() => change(none)}>
        Clear all
      </Button>
    </Group>
  );
}
