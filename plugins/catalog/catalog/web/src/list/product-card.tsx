import { Link } from 'react-router-dom';
import type { ProductSummary } from '../api';
import { useProductPath } from '../context';
import { formatPrice } from '../format';
import { ProductImage } from '../ui/product-image';
import { StockBadge } from '../ui/stock-badge';
import classes from './product-card.module.css';

/** A product in the result grid; the whole card is its link. */
export function ProductCard({ product }: { product: ProductSummary }) {
  const path = useProductPath();
  return (
    <article className={classes.card}>
      <div className={classes.image}>
        <ProductImage address={product.image_url} alt="" />
        <span className={classes.stock}>
          <StockBadge inStock={product.in_stock} onlyOut />
        </span>
      </div>
      <div className={classes.text}>
        <p className={classes.brand} dir="auto">
          {product.brand}
        </p>
        <h2 className={classes.name} dir="auto">
          <Link to={path(product.id)} className={classes.link}>
            {product.name}
          </Link>
        </h2>
        <p className={classes.category} dir="auto">
          {product.category || product.universal_category}
        </p>
        <p className={classes.price}>{formatPrice(product.price, product.currency)}</p>
      </div>
    </article>
  );
}
