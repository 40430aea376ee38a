import { createRequire } from 'node:module';
import pdfmake from 'pdfmake';
import type { Deductions } from '#libs/analytics';
import type { RunView } from '#libs/runs';
import type { BestPair } from './best-pair.js';
import { htmlDocument } from './html-document.js';
import { pdfDocument } from './pdf-document.js';
import { reportContent } from './report-content.js';

const fontFile = (style: string): string =>
  createRequire(import.meta.url).resolve(`pdfmake/fonts/Roboto/Roboto-${style}.ttf`);

const ROBOTO = {
  normal: fontFile('Regular'),
  bold: fontFile('Medium'),
  italics: fontFile('Italic'),
  bolditalics: fontFile('MediumItalic'),
};

// pdfmake is one object for the process: nothing is fetched, and no file is read but the fonts.
pdfmake.setFonts({ Roboto: ROBOTO });
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => Object.values(ROBOTO).includes(path));

/** Draws what a report says; the same run gives the same bytes. */
export const renderPdf = (
  run: RunView,
  pair: BestPair | null = null,
  deductions: Deductions | null = null,
): Promise<Buffer> => pdfmake.createPdf(pdfDocument(reportContent(run, pair, deductions))).getBuffer();

/** Likewise. */
export const renderHtml = (
  run: RunView,
  pair: BestPair | null = null,
  deductions: Deductions | null = null,
): string => htmlDocument(reportContent(run, pair, deductions));
