export interface Photo {
  /** What the API calls it: a file's id, or an address. */
  key: string;
  url: string;
}

/** Where a file that everybody may see is read. */
export function fileUrl(id: string): string {
  return `/files/${encodeURIComponent(id)}`;
}

/** An address of the file service, at the server that this page came from. */
export function here(url: string): string {
  const { pathname, search } = new URL(url, window.location.origin);
  return pathname + search;
}

export function isOurs({ url }: Photo): boolean {
  return url.startsWith('/files/');
}

/** A smaller picture of a photo that the file service keeps. */
export function smallUrl(photo: Photo): string {
  return isOurs(photo) ? `${photo.url}${photo.url.includes('?') ? '&' : '?'}width=160` : photo.url;
}

/** The photos of a review. */
export function photosOf(review: { photoUrls: readonly string[]; photoFileIds: readonly string[] }): Photo[] {
  return [
    ...review.photoFileIds.map((id) => ({ key: id, url: fileUrl(id) })),
    ...review.photoUrls.map((url) => ({ key: url, url })),
  ];
}
