import { createRequire } from 'node:module';
import { Injectable } from '@nestjs/common';
import pdfmake from 'pdfmake';
import type { RunView } from '#libs/runs';
import { reportDocument } from './report-document.js';

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

@Injectable()
export class ReportRenderer {
  /** The report of a run as PDF; the same run gives the same bytes. */
  pdf(run: RunView): Promise<Buffer> {
    return pdfmake.createPdf(reportDocument(run)).getBuffer();
  }
}
