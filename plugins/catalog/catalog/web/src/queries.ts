import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  ApiError,
  type Feedback,
  type Kind,
  type ProductQuery,
  getBrands,
  getProduct,
  getProducts,
  getRelationships,
  postFeedback,
} from './api';

const firstCursor: string | null = null;

export function useBrands() {
  return useInfiniteQuery({
    queryKey: ['catalog', 'brands'],
    queryFn: ({ pageParam, signal }) => getBrands(pageParam, signal),
    initialPageParam: firstCursor,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useProducts(query: ProductQuery) {
  return useInfiniteQuery({
    queryKey: ['catalog', 'products', query],
    queryFn: ({ pageParam, signal }) => getProducts(query, pageParam, signal),
    initialPageParam: firstCursor,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}

export function useProduct(key: string) {
  return useQuery({ queryKey: ['catalog', 'product', key], queryFn: ({ signal }) => getProduct(key, signal) });
}

// The first view holds what the exports hold; "load more" pages the rest of the ranking.
const firstView: Record<Kind, number> = { necessity: 5, accessory: 8, related: 6 };
const laterPage = 12;

export function useRelationships(key: string, kind: Kind, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['catalog', 'relationships', key, kind],
    queryFn: ({ pageParam, signal }) =>
      getRelationships(key, kind, pageParam === null ? firstView[kind] : laterPage, pageParam, signal),
    initialPageParam: firstCursor,
    getNextPageParam: (page) => page.next_cursor,
    enabled,
  });
}

const feedbackRefused = ['catalog', 'feedback-refused'];

/** Sends votes; `available` turns false for good once the host has said that it takes none. */
export function useFeedback(key: string) {
  const client = useQueryClient();
  const { data: refused } = useQuery({ queryKey: feedbackRefused, queryFn: () => false, staleTime: Infinity });
  const mutation = useMutation({
    mutationFn: (feedback: Feedback) => postFeedback(key, feedback),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 404) {
        client.setQueryData(feedbackRefused, true);
      }
    },
  });
  return { available: refused !== true, ...mutation };
}
