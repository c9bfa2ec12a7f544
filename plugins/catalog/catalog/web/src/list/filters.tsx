import { Group, NumberInput, Switch, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { Facets, ProductQuery } from '../api';
import { BrandList } from './brand-list';
import { Choice } from './choice';
import classes from './filters.module.css';

// The catalog's fixed set; every product is mapped to one of these.
const universalCategories = [
  'Keys & Pianos',
  'Drums & Percussion',
  'Guitars & Amps',
  'Studio & Recording',
  'Live Sound',
  'DJ & Production',
  'Software & Cloud',
  'Accessories',
];

export interface FiltersProps {
  query: ProductQuery;
  /** Counts of what the filters leave; absent while the host has not said. */
  facets: Facets | undefined;
  change: (changes: Partial<ProductQuery>) => void;
  linkTo: (changes: Partial<ProductQuery>) => string;
}

export function Filters({ query, facets, change, linkTo }: FiltersProps) {
  const inStock = facets?.in_stock['true'];
  return (
    <>
      <FilterGroup title="Availability">
        <Switch
          label={`In stock only${inStock === undefined ? '' : ` (${inStock})`}`}
          checked={query.in_stock}
          onChange={(event) => change({ in_stock: event.currentTarget.checked })}
        />
      </FilterGroup>
      <FilterGroup title="Price">
        <Group gap="xs" grow wrap="nowrap">
          <PriceInput label="Lowest price" hint="from" value={query.min_price} onChange={(min_price) => change({ min_price })} />
          <PriceInput label="Highest price" hint="to" value={query.max_price} onChange={(max_price) => change({ max_price })} />
        </Group>
      </FilterGroup>
      <FilterGroup title="Category">
        <ul className={classes.choices}>
          {universalCategories.map((category) => (
            <Choice
              key={category}
              chosen={query.category === category}
              count={facets && (facets.universal_category[category] ?? 0)}
              to={linkTo({ category: query.category === category ? '' : category })}
            >
              {category}
            </Choice>
          ))}
        </ul>
      </FilterGroup>
      <FilterGroup title="Brand">
        <BrandList query={query} facets={facets} linkTo={linkTo} />
      </FilterGroup>
    </>
  );
}

function FilterGroup({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={classes.group} aria-label={title}>
      <Text component="h2" className={classes.title}>
        {title}
      </Text>
      {children}
    </section>
  );
}

interface PriceInputProps {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
}

function PriceInput({ label, hint, value, onChange }: PriceInputProps) {
  const [typed, setTyped] = useState(value);
  const report = useDebouncedCallback(onChange, 400);
  useEffect(() => setTyped(value), [value]);
  return (
    <NumberInput
      size="sm"
      hideControls
      aria-label={label}
      placeholder={hint}
      min={0}
      decimalScale={2}
      thousandSeparator=","
      value={typed}
      onChange={(next) => {
        setTyped(String(next));
        report(String(next));
      }}
    />
  );
}
