import { useQuery } from '@tanstack/react-query';
import { HostError, getCrash, getCrashes, getPlugin, getPlugins } from './api';

// Asked for again and again, but only while the document is to be seen: a hidden one asks nothing and
// catches up when it is shown again.
const live = (refetchInterval: number) => ({
  refetchInterval,
  refetchIntervalInBackground: false,
  refetchOnWindowFocus: 'always' as const,
  staleTime: 0,
});
const stateEveryMs = 2_000;
const crashesEveryMs = 4_000;

export const keys = {
  all: ['host', 'instances'] as const,
  plugin: (id: string) => ['host', 'instances', id] as const,
  crashes: ['host', 'crashes'] as const,
  reports: ['host', 'crash-report'] as const,
};

export function usePlugins() {
  return useQuery({ queryKey: keys.all, queryFn: ({ signal }) => getPlugins(signal), ...live(stateEveryMs) });
}

export function usePlugin(id: string) {
  return useQuery({
    queryKey: keys.plugin(id),
    queryFn: ({ signal }) => getPlugin(id, signal),
    ...live(stateEveryMs),
  });
}

export function useCrashes() {
  return useQuery({ queryKey: keys.crashes, queryFn: ({ signal }) => getCrashes(signal), ...live(crashesEveryMs) });
}

/** One report; `token` is null until the reader has given it. A report never changes. */
export function useCrash(id: string, token: string | null) {
  return useQuery({
    queryKey: [...keys.reports, id],
    queryFn: ({ signal }) => {
      if (token === null) {
        throw new HostError(401, 'No token', 'The report needs the host’s token.');
      }
      return getCrash(id, token, signal);
    },
    enabled: token !== null,
    staleTime: Infinity,
  });
}
