import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type ProductQuery, isSortName } from '../api';

/** The list's question as the address bar holds it, so that it can be shared and gone back to. */
export function useProductQuery() {
  const [parameters, setParameters] = useSearchParams();
  const query = useMemo(() => readQuery(parameters), [parameters]);

  const change = (changes: Partial<ProductQuery>) =>
    setParameters((now) => writeQuery({ ...readQuery(now), ...changes }), { replace: true, preventScrollReset: true });

  /** The search part of a link that makes `changes`. */
  const linkTo = (changes: Partial<ProductQuery>) => {
    const text = writeQuery({ ...query, ...changes }).toString();
    return text ? `?${text}` : '.';
  };
  return { query, change, linkTo };
}

function readQuery(parameters: URLSearchParams): ProductQuery {
  const text = (name: string) => parameters.get(name) ?? '';
  const sort = text('sort');
  return {
    q: text('q'),
    brand: text('brand'),
    category: text('category'),
    min_price: decimal(text('min_price')),
    max_price: decimal(text('max_price')),
    in_stock: text('in_stock') === 'true',
    sort: isSortName(sort) ? sort : '',
  };
}

function writeQuery({ in_stock, ...texts }: ProductQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...texts, in_stock: in_stock ? 'true' : '' })) {
    if (value) {
      parameters.set(name, value);
    }
  }
  return parameters;
}

function decimal(text: string): string {
  return /^\d+(\.\d+)?$/.test(text) ? text : '';
}
