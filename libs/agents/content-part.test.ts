import { describe, expect, it } from 'vitest';
import { imageDataUrl, imageSource, textOf } from './content-part.js';

/** The first bytes of each format, by their specifications. */
const FIRST_BYTES = {
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/jpeg': [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10],
  'image/gif': [...Buffer.from('GIF89a'), 1, 0],
  'image/webp': [...Buffer.from('RIFF'), 4, 0, 0, 0, ...Buffer.from('WEBP')],
};

describe('an image', () => {
  it.each(Object.entries(FIRST_BYTES))('of type %s is known by its first bytes', (mediaType, bytes) => {
    const data = Buffer.from(bytes).toString('base64');
    const url = `data:${mediaType};base64,${data}`;
    expect(imageDataUrl(data)).toBe(url);
    expect(imageDataUrl(url)).toBe(url);
    expect(imageSource(url)).toEqual({ mediaType, data });
  });

  it.each([
    'https://example.com/a.png',
    'file:///etc/passwd',
    'data:image/svg+xml;base64,PHN2Zz4=',
    'data:text/html;base64,PGI+',
    'data:image/png,raw',
    'data:image/png;base64,',
    'iVBORw0KGgo=\n',
    'iVBORw0KGgo" onload="',
    'QUJD',
    '',
  ])('is not %j', (image) => {
    expect(imageDataUrl(image)).toBeNull();
  });
});

it('textOf leaves images out', () => {
  expect(textOf('as it is')).toBe('as it is');
  const image = { type: 'image', image: 'data:image/png;base64,iVBORw0KGgo=' } as const;
  expect(textOf([{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }])).toBe('ab');
});
