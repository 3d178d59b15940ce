import type { ApiDocument } from './document';

export interface ApiAnswer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** One bare request outside the cached client, for what must not depend on the session it is about. */
export async function postGraphql<Data, Variables>(
  document: ApiDocument<Data, Variables>,
  variables: Variables,
  accessToken?: string,
): Promise<ApiAnswer<Data>> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  return (await response.json()) as ApiAnswer<Data>;
}
