import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { Candidate, Kind } from '../api';
import { useProductPath } from '../context';
import { formatPrice } from '../format';
import { ProductImage } from '../ui/product-image';
import { StockBadge } from '../ui/stock-badge';
import classes from './card.module.css';

interface RelationshipCardProps {
  /** `ghost` is one quiet line for tight places. */
  variant: Kind | 'ghost';
  product: Candidate;
  headingLevel: 2 | 3;
  /** The relation, shown above the name; not part of a ghost. */
  claim?: ReactNode;
  /** Buttons of the card's own; they stay reachable above the link that covers the card. */
  footer?: ReactNode;
}

/** A product as it relates to another one; the whole card leads to it, in stock or not. */
export function RelationshipCard({ variant, product, headingLevel, claim, footer }: RelationshipCardProps) {
  const path = useProductPath();
  const Heading = headingLevel === 2 ? 'h2' : 'h3';
  const name = (
    <Heading className={classes.name} dir="auto">
      <Link to={path(product.id)} className={classes.link}>
        {product.name}
      </Link>
    </Heading>
  );
  if (variant === 'ghost') {
    return (
      <article className={classes.ghost}>
        {name}
        <span className={classes.meta} dir="auto">
          {[product.brand, product.sku].filter(Boolean).join(' · ')}
        </span>
        {product.price !== null && (
          <span className={classes.price}>{formatPrice(product.price, product.currency)}</span>
        )}
      </article>
    );
  }
  return (
    <article className={classes.card} data-kind={variant}>
      <div className={classes.claim}>
        {claim}
        <StockBadge inStock={product.in_stock} onlyOut />
      </div>
      <div className={classes.middle}>
        <Picture product={product} />
        <div className={classes.text}>
          <p className={classes.meta} dir="auto">
            {product.brand}
          </p>
          {name}
          <p className={classes.meta} dir="auto">
            {product.category}
          </p>
          <p className={classes.price}>{formatPrice(product.price, product.currency)}</p>
        </div>
      </div>
      {footer && <div className={classes.footer}>{footer}</div>}
    </article>
  );
}

// The brand's logo at rest; the product itself under the pointer or the keyboard focus.
function Picture({ product }: { product: Candidate }) {
  const both = product.logo_url !== '' && product.image_url !== '';
  return (
    <div className={classes.picture} data-both={both || undefined}>
      {product.logo_url && (
        <span className={classes.logo}>
          <ProductImage address={product.logo_url} alt="" fit="logo" />
        </span>
      )}
      {(product.image_url || !product.logo_url) && (
        <span className={classes.image}>
          <ProductImage address={product.image_url} alt="" />
        </span>
      )}
    </div>
  );
}
