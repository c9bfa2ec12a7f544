import { Skeleton, Text, Title } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { Kind } from '../api';
import { useRelationships } from '../queries';
import { Failure } from '../ui/failure';
import { LoadMore } from '../ui/load-more';
import { RelationshipCard } from './card';
import { kinds } from './kinds';
import classes from './section.module.css';
import { Why } from './why';
import { Votes } from './votes';

/** One kind of relationship. Asks the host once it comes near the view; without any, it vanishes. */
export function RelationshipSection({ itemKey, kind }: { itemKey: string; kind: Kind }) {
  const { ref, near } = useNearView();
  const list = useRelationships(itemKey, kind, near);
  const grid = useRef<HTMLUListElement>(null);
  const focusFrom = useRef<number | null>(null);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? items.length;

  useEffect(() => {
    if (focusFrom.current !== null && items.length > focusFrom.current) {
      grid.current?.children[focusFrom.current]?.querySelector('a')?.focus();
      focusFrom.current = null;
    }
  }, [items.length]);

  if (list.isSuccess && items.length === 0) {
    return null;
  }
  const { title, hint, plural, Icon } = kinds[kind];
  return (
    <section ref={ref} className={classes.section} data-kind={kind} aria-labelledby={`section-${kind}`}>
      <header className={classes.head}>
        <Icon size={20} aria-hidden className={classes.icon} />
        <Title order={2} size="h4" id={`section-${kind}`}>
          {title}
        </Title>
        {list.isSuccess && <span className={classes.count}>{total.toLocaleString()}</span>}
        <Text size="sm" c="dimmed" className={classes.hint}>
          {hint}
        </Text>
      </header>
      {list.isPending && <SectionSkeleton title={title} />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && (
        <>
          <ul ref={grid} className={classes.grid}>
            {items.map((item) => (
              <li key={item.id}>
                <RelationshipCard
                  variant={kind}
                  product={item}
                  headingLevel={3}
                  claim={<Why item={item} kind={kind} from="claim" />}
                  footer={
                    <>
                      <Why item={item} kind={kind} from="question" />
                      <Votes itemKey={itemKey} kind={kind} item={item} />
                    </>
                  }
                />
              </li>
            ))}
          </ul>
          {list.hasNextPage && (
            <LoadMore
              what={plural}
              shown={items.length}
              total={total}
              loading={list.isFetchingNextPage}
              onLoad={() => {
                focusFrom.current = items.length;
                void list.fetchNextPage();
              }}
            />
          )}
        </>
      )}
    </section>
  );
}

// Once near, always near: a section that was asked for does not unload again.
function useNearView() {
  const { ref, entry } = useIntersection({ rootMargin: '300px' });
  const [near, setNear] = useState(false);
  const intersecting = entry?.isIntersecting ?? false;
  if (intersecting && !near) {
    setNear(true);
  }
  return { ref, near };
}

function SectionSkeleton({ title }: { title: string }) {
  return (
    <div className={classes.grid} role="status" aria-label={`Loading ${title.toLowerCase()}`}>
      {Array.from({ length: 4 }, (_, index) => (
        <Skeleton key={index} height={190} />
      ))}
    </div>
  );
}
