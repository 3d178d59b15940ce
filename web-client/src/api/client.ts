import { cacheExchange, createClient, fetchExchange, type Client } from '@urql/core';
import { reader } from '../session';
import { authorizedFetch, type TokenSource } from './authorizedFetch';
import { Attempts, newUuid } from './attempts';

/** A client, with an empty cache, that asks for messages in one language and as one reader. */
export function createApiClient(language: string, source: TokenSource = reader): Client {
  return createClient({
    url: '/graphql',
    exchanges: [cacheExchange, fetchExchange],
    fetch: authorizedFetch(source, language, (input, init) => window.fetch(input, init)),
    preferGetMethod: false,
  });
}

export const attempts = new Attempts(sessionStorage, newUuid);
