/** An address to send the browser to, which may be a path of our own server; null for anything but http(s). */
export function webAddress(address: string, origin: string): URL | null {
  try {
    const url = new URL(address, origin);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
  } catch {
    return null;
  }
}
