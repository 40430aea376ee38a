/** One part of a user's message. An image is a data URL of base64, never an address: nothing is fetched for a model. */
export type ContentPart = { type: 'text'; text: string } | { type: 'image'; image: string };

/** What providers take. */
const DATA_URL = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/]+={0,2})$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** How the first bytes of each format look in base64. */
const MEDIA_TYPES = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
] as const;

/** The words of a message; images have none. */
export const textOf = (content: string | ContentPart[]): string =>
  typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : '')).join('');

/** The data URL of an image given as one or as bare base64; null for anything else. */
export function imageDataUrl(image: string): string | null {
  if (DATA_URL.test(image)) return image;
  const mediaType = MEDIA_TYPES.find(([start]) => image.startsWith(start))?.[1];
  return mediaType !== undefined && BASE64.test(image) ? `data:${mediaType};base64,${image}` : null;
}

/** The two halves of an image's data URL. */
export function imageSource(image: string): { mediaType: string; data: string } {
  const comma = image.indexOf(',');
  return { mediaType: image.slice('data:'.length, image.indexOf(';')), data: image.slice(comma + 1) };
}
