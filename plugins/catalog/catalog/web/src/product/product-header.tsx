import { Button, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { hostOf, linkAddress } from '../addresses';
import type { Product } from '../api';
import { formatPrice } from '../format';
import { ProductImage } from '../ui/product-image';
import { StockBadge } from '../ui/stock-badge';
import classes from './product-header.module.css';

/** Brand, name, status and price, and the way to the dealer. */
export function ProductHeader({ product }: { product: Product }) {
  const dealer = linkAddress(product.url);
  return (
    <header className={classes.header}>
      {product.logo_url && (
        <span className={classes.logo}>
          <ProductImage address={product.logo_url} alt="" fit="logo" />
        </span>
      )}
      <div className={classes.names}>
        <p className={classes.brand} dir="auto">
          {product.brand}
        </p>
        <Title order={1} className={classes.name} dir="auto">
          {product.name}
        </Title>
      </div>
      <div className={classes.offer}>
        <StockBadge inStock={product.in_stock} />
        <span className={classes.price}>{formatPrice(product.price, product.currency)}</span>
        {dealer && (
          <Button
            component="a"
            href={dealer}
            target="_blank"
            rel="noopener noreferrer"
            rightSection={<IconExternalLink size={16} aria-hidden />}
          >
            {`Buy at ${hostOf(dealer)}`}
          </Button>
        )}
      </div>
    </header>
  );
}
