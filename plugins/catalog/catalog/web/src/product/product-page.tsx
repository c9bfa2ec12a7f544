import { Anchor, Breadcrumbs, Container, Skeleton } from '@mantine/core';
import { Link, useParams } from 'react-router-dom';
import { ApiError, type Product } from '../api';
import { useBasePath } from '../context';
import { useProduct } from '../queries';
import { RelationshipSection } from '../relationships/section';
import { Failure } from '../ui/failure';
import { NotHere } from '../ui/not-here';
import { Chooser } from './chooser';
import { Details } from './details';
import { MediaBar } from './media-bar';
import { ProductHeader } from './product-header';
import classes from './product-page.module.css';
import { Summary } from './summary';

/** `/catalog/products/{key}`: everything known about one product. */
export function ProductPage() {
  const { key = '' } = useParams();
  const product = useProduct(key);
  if (product.isPending) {
    return <ProductSkeleton />;
  }
  if (product.isError) {
    return <ProductFailure itemKey={key} error={product.error} onRetry={() => void product.refetch()} />;
  }
  return <ProductView key={product.data.id} product={product.data} />;
}

function ProductView({ product }: { product: Product }) {
  return (
    <article className={classes.page}>
      <title>{`${product.name} · Catalog · tenon`}</title>
      <Trail product={product} />
      <ProductHeader product={product} />
      <div className={classes.columns}>
        <section aria-label="Product" className={classes.panel}>
          <Summary product={product} />
        </section>
        <section aria-label="Details and specifications" className={classes.panel}>
          <Details product={product} />
        </section>
        <section aria-label="Official media" className={classes.panel}>
          <MediaBar product={product} />
        </section>
      </div>
      <RelationshipSection itemKey={product.id} kind="necessity" />
      <RelationshipSection itemKey={product.id} kind="accessory" />
      <RelationshipSection itemKey={product.id} kind="related" />
    </article>
  );
}

function Trail({ product }: { product: Product }) {
  const basePath = useBasePath();
  const category = product.universal_category;
  return (
    <nav aria-label="Breadcrumb" className={classes.trail}>
      <Breadcrumbs separatorMargin={6}>
        <Anchor component={Link} to={basePath} size="sm">
          Catalog
        </Anchor>
        {category && (
          <Anchor component={Link} to={`${basePath}?category=${encodeURIComponent(category)}`} size="sm">
            {category}
          </Anchor>
        )}
      </Breadcrumbs>
    </nav>
  );
}

interface ProductFailureProps {
  itemKey: string;
  error: Error;
  onRetry: () => void;
}

function ProductFailure({ itemKey, error, onRetry }: ProductFailureProps) {
  if (error instanceof ApiError && error.status === 409 && error.candidates.length > 0) {
    return <Chooser itemKey={itemKey} candidates={error.candidates} />;
  }
  if (error instanceof ApiError && error.status === 404) {
    return <NotHere title="Product not found" detail={error.detail || `No product has the key ${itemKey}.`} />;
  }
  return (
    <Container size="sm" py={60}>
      <Failure error={error} onRetry={onRetry} />
    </Container>
  );
}

function ProductSkeleton() {
  return (
    <div className={classes.page} role="status" aria-label="Loading the product">
      <Skeleton height={92} mb="md" />
      <div className={classes.columns}>
        <Skeleton height={420} />
        <Skeleton height={420} />
        <Skeleton height={420} />
      </div>
    </div>
  );
}
