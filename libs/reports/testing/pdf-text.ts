import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF as pdfmake writes them, page after page, without any white space: PDF places words and has no spaces
 * to speak of.
 */
export function pdfText(pdf: Buffer): string {
  const file = pdf.toString('latin1');
  const bodies = new Map(
    [...file.matchAll(/(\d+) 0 obj\n(.*?)\nendobj/gs)].map(([, id, body]) => [id, body!]),
  );
  const fonts = new Map(
    [...file.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => {
      const toUnicode = /\/ToUnicode (\d+) 0 R/.exec(bodies.get(id) ?? '')?.[1];
      return [name, characters(inflated(bodies.get(toUnicode) ?? ''))];
    }),
  );
  let font: string[] = [];
  const text = [...file.matchAll(/\/Contents (\d+) 0 R/g)]
    .flatMap(([, id]) => [...inflated(bodies.get(id) ?? '').matchAll(/\/(F\d+) \S+ Tf|\[(.*?)\] TJ/g)])
    .map(([, name, glyphs]) => {
      if (name !== undefined) font = fonts.get(name) ?? [];
      return (glyphs?.match(/(?<=<[\da-f]*)[\da-f]{4}/g) ?? [])
        .map((glyph) => font[parseInt(glyph, 16)] ?? '')
        .join('');
    });
  return text.join('').replace(/\s/g, '');
}

function inflated(body: string): string {
  const start = body.indexOf('stream\n') + 'stream\n'.length;
  return inflateSync(Buffer.from(body.slice(start, body.lastIndexOf('\nendstream')), 'latin1')).toString(
    'latin1',
  );
}

/** Glyph → characters, from a ToUnicode map with ranges from 0 on. */
const characters = (map: string): string[] =>
  [...map.matchAll(/\[(.*)\]/g)].flatMap(([, list]) =>
    [...list!.matchAll(/<([^>]*)>/g)].map(([, units]) =>
      String.fromCharCode(...units!.split(' ').map((unit) => parseInt(unit, 16))),
    ),
  );
