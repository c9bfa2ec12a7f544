import type { Product } from '../api';
import { ProductImage } from '../ui/product-image';
import classes from './summary.module.css';

/** The left column: the picture and what identifies the product. */
export function Summary({ product }: { product: Product }) {
  const facts: [string, string][] = [
    ['SKU', product.sku],
    ['Brand', product.brand],
    ['Category', product.universal_category],
    ['Dealer’s category', product.category],
  ];
  return (
    <>
      <div className={classes.image}>
        <ProductImage address={product.image_url} alt={product.name} />
      </div>
      <dl className={classes.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}
