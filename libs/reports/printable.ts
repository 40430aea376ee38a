/** What the Roboto that comes with pdfmake can draw of letters and signs: Latin, Greek, Cyrillic. */
const NOT_DRAWABLE =
  /[^\u0020-\u007e\u00a0-\u017f\u0192\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u0486\u0488-\u0513\u1ea0-\u1ef9\u2010\u2011\u2013-\u2015\u2017-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u20ac\u2116\u2122\u2126\u2202\u2206\u2211\u2212\u221a\u221e\u2248\u2260\u2264\u2265\ufffd]/gu;

/** Text from outside as one line that the font can draw; each character that it lacks becomes U+FFFD. */
export const printable = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(NOT_DRAWABLE, '\ufffd')
    // A percent sign stays with its number.
    .replaceAll(' %', '\u00a0%');
