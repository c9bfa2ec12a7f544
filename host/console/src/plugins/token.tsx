import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, createContext, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { HostError } from './api';
import { keys } from './queries';
import { TokenDialog } from './token-dialog';

interface HostToken {
  /** Null: the reader has not given it, or has taken it back. */
  token: string | null;
  /**
   * Runs `use` with the token, asking the reader for it first when there is none, and anew when the
   * host refuses it. Undefined: the reader did not want to give it.
   */
  withToken: <Answer>(purpose: string, use: (token: string) => Promise<Answer>) => Promise<Answer | undefined>;
  give: (token: string) => void;
  forget: () => void;
}

const Context = createContext<HostToken | null>(null);

interface Question {
  purpose: string;
  refused: boolean;
  answer: (token: string | null) => void;
}

/**
 * Keeps the host's token in the memory of this document and nowhere else: it ends with a reload, and
 * neither storage, cookies, addresses nor the query cache ever hold it.
 */
export function TokenProvider({ children }: { children: ReactNode }) {
  const [token, setToken] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const held = useRef<string | null>(null);
  const client = useQueryClient();

  const give = useCallback((next: string) => {
    held.current = next;
    setToken(next);
  }, []);
  const forget = useCallback(() => {
    held.current = null;
    setToken(null);
    client.removeQueries({ queryKey: keys.reports });
  }, [client]);

  const withToken = useCallback<HostToken['withToken']>(
    async (purpose, use) => {
      for (let refused = false; ; refused = true) {
        const known =
          held.current ??
          (await new Promise<string | null>((answer) => setQuestion({ purpose, refused, answer })));
        setQuestion(null);
        if (known === null) {
          return undefined;
        }
        try {
          const answer = await use(known);
          give(known);
          return answer;
        } catch (failure) {
          const status = failure instanceof HostError ? failure.status : 0;
          if (status !== 401) {
            if (status > 0) {
              give(known); // whatever it refused, it was not the token
            }
            throw failure;
          }
          forget();
        }
      }
    },
    [forget, give],
  );

  const value = useMemo(() => ({ token, withToken, give, forget }), [token, withToken, give, forget]);
  return (
    <Context value={value}>
      {children}
      <TokenDialog
        opened={question !== null}
        purpose={question?.purpose ?? ''}
        refused={question?.refused ?? false}
        onGive={(next) => question?.answer(next)}
        onCancel={() => question?.answer(null)}
      />
    </Context>
  );
}

export function useHostToken(): HostToken {
  const value = useContext(Context);
  if (value === null) {
    throw new Error('useHostToken is used outside of TokenProvider');
  }
  return value;
}
