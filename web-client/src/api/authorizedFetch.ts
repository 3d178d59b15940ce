export interface TokenSource {
  token(): Promise<string | null>;
  refresh(): Promise<string | null>;
}

/**
 * A `fetch` that carries the session: it adds the access token and, when the server answers UNAUTHENTICATED
 * in spite of one, refreshes once and sends the same request again.
 */
export function authorizedFetch(source: TokenSource, language: string, send: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const attempt = (token: string | null) => {
      const headers = new Headers(init?.headers);
      headers.set('accept-language', language);
      if (token !== null) headers.set('authorization', `Bearer ${token}`);
      return send(input, { ...init, headers });
    };
    const token = await source.token();
    const response = await attempt(token);
    if (token === null || !(await saysUnauthenticated(response))) return response;
    const renewed = await source.refresh();
    return renewed === null ? response : attempt(renewed);
  };
}

async function saysUnauthenticated(response: Response): Promise<boolean> {
  if (response.status === 401) return true;
  const text = await response.clone().text();
  if (!text.includes('UNAUTHENTICATED')) return false;
  try {
    const body = JSON.parse(text) as { errors?: { extensions?: { code?: string } }[] };
    return body.errors?.some((error) => error.extensions?.code === 'UNAUTHENTICATED') ?? false;
  } catch {
    return false;
  }
}
