/** The picture that a line of an order keeps. Its title stands beside it, so it says nothing of its own. */
export const lineImage = (url: string | null) => (url === null ? null : { url, alt: '', width: 160, height: 160 });
