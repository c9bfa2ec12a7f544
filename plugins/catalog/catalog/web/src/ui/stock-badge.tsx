import { Badge } from '@mantine/core';
import classes from './stock-badge.module.css';

/** Says what is known about stock; nothing when nothing is known. */
export function StockBadge({ inStock, onlyOut = false }: { inStock: boolean | null; onlyOut?: boolean }) {
  if (inStock === null || (inStock && onlyOut)) {
    return null;
  }
  return (
    <Badge variant="default" radius="sm" size="sm" className={inStock ? classes.in : classes.out}>
      {inStock ? 'In stock' : 'Out of stock'}
    </Badge>
  );
}
