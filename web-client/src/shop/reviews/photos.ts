export interface ReviewPhotos {
  photoUrls: readonly string[];
  photoFileIds: readonly string[];
}

export interface Photo {
  /** What the API calls it: a file's id, or an address. */
  key: string;
  url: string;
}

/** Where a review's photo that the file service keeps is read. */
export function fileUrl(id: string): string {
  return `/files/${encodeURIComponent(id)}`;
}

export function photosOf({ photoFileIds, photoUrls }: ReviewPhotos): Photo[] {
  return [...photoFileIds.map((id) => ({ key: id, url: fileUrl(id) })), ...photoUrls.map((url) => ({ key: url, url }))];
}
