import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { REPORT_FORMATS, type ReportFormat } from '#libs/reports';

export class ReportQuery extends createZodDto(
  z.object({
    format: z.enum(REPORT_FORMATS).optional().describe('By default HTML where `Accept` names it, else PDF'),
  }),
) {}

/** Of what a client accepts, the first that there is. */
export const reportFormat = ({ format }: ReportQuery, accept = ''): ReportFormat =>
  format ?? (/application\/pdf|text\/html/.exec(accept)?.[0] === 'text/html' ? 'html' : 'pdf');

/** HTML is to be looked at, PDF to be kept. */
export function sendReport(
  reply: FastifyReply,
  report: Buffer,
  format: ReportFormat,
  runId: string,
): StreamableFile {
  const html = format === 'html';
  void reply
    .header('content-type', html ? 'text/html; charset=utf-8' : 'application/pdf')
    .header('vary', 'accept')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    .header(
      'content-disposition',
      `${html ? 'inline' : 'attachment'}; filename="benchmark_report_${runId}.${format}"`,
    );
  return new StreamableFile(report);
}
