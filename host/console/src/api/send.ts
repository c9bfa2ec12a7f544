import { HostError } from '../plugins/api';
import type { Operation } from './document';

/** An answer as it came, whatever its status. */
export interface Answer {
  status: number;
  statusText: string;
  type: string;
  text: string;
  took: number;
}

const longest = 200_000;

/** The address with the parameters in it; empty ones of the query are left out. */
export function addressOf({ path, parameters }: Operation, values: Record<string, string>): string {
  let address = path;
  const query = new URLSearchParams();
  for (const { name, in: place } of parameters) {
    const value = values[name] ?? '';
    if (place === 'path') {
      address = address.replace(`{${name}}`, value.split('/').map(encodeURIComponent).join('/'));
    } else if (value !== '') {
      query.set(name, value);
    }
  }
  return query.size > 0 ? `${address}?${query}` : address;
}

/** Sends it; a 401 is an error, so that the token can be asked for. */
export async function send(operation: Operation, address: string, body: string, token: string | null): Promise<Answer> {
  const began = performance.now();
  let response: Response;
  try {
    response = await fetch(address, {
      method: operation.method,
      cache: 'no-store',
      redirect: 'error', // a token goes to no other address
      headers: {
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...(operation.body && { 'Content-Type': operation.body.type }),
      },
      ...(operation.body && { body }),
    });
  } catch {
    throw new HostError(0, 'The host cannot be reached', 'It may have been stopped, or the connection is gone.');
  }
  const text = await response.text();
  if (response.status === 401) {
    throw new HostError(401, 'Unauthorized', 'The host did not accept the token.');
  }
  return {
    status: response.status,
    statusText: response.statusText,
    type: response.headers.get('Content-Type') ?? '',
    text: text.length > longest ? `${text.slice(0, longest)}\n… ${text.length - longest} more characters` : pretty(text),
    took: Math.round(performance.now() - began),
  };
}

export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
