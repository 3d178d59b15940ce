import { cacheExchange, createClient, fetchExchange, type Client } from '@urql/core';
import { session } from '../session';
import { authorizedFetch } from './authorizedFetch';
import { Attempts, newUuid } from './attempts';

/** A client, with an empty cache, that asks for messages in one language. */
export function createApiClient(language: string): Client {
  return createClient({
    url: '/graphql',
    exchanges: [cacheExchange, fetchExchange],
    fetch: authorizedFetch(session, language, (input, init) => window.fetch(input, init)),
    preferGetMethod: false,
  });
}

export const attempts = new Attempts(sessionStorage, newUuid);
