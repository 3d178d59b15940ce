/** Where to go after signing in: a page of this app, never another site. */
export function nextPage(params: URLSearchParams): string {
  const next = params.get('next');
  if (next === null || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  return next;
}
