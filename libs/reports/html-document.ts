import type { Block, Cell, Column, ReportContent } from './content.js';
import { renderChart } from './render-chart.js';
import { COLOURS, DARK, heat } from './theme.js';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);

const NAMES = Object.keys(COLOURS) as (keyof typeof COLOURS)[];
const variables = (colours: typeof COLOURS): string =>
  NAMES.map((name) => `--${name}:${colours[name]}`).join(';');

/** Charts are drawn in the light colours; here each follows the page. */
const CHART_COLOURS = NAMES.map(
  (name) =>
    `svg [fill="${COLOURS[name]}"]{fill:var(--${name})}svg [stroke="${COLOURS[name]}"]{stroke:var(--${name})}`,
).join('');

const STYLE = `:root{color-scheme:light dark;--page:#fff;${variables(COLOURS)}}
@media (prefers-color-scheme:dark){:root{--page:#12171d;${variables(DARK)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:2.5rem 1.25rem;background:var(--page);color:var(--ink);font:15px/1.5 Roboto,system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:2rem;line-height:1.15;margin:.2rem 0}h2{font-size:1.2rem;margin:2.4rem 0 .6rem}
h1,h2,th,td,li,p,dd{overflow-wrap:anywhere}
.eyebrow,.subtitle,.note,dt,thead th,small,figcaption,footer{color:var(--muted)}
.eyebrow{font-size:.75rem;letter-spacing:.1em;margin:0}.subtitle{margin:0 0 1.2rem}.note,footer{font-size:.8rem}
dl{display:grid;grid-template-columns:7rem 1fr;gap:.1rem 1rem;font-size:.875rem;margin:0}dd{margin:0}
.summary{background:var(--wash);border-left:3px solid var(--accent);border-radius:4px;padding:.8rem 1.1rem;margin:1.4rem 0 0}.summary p{margin:.3rem 0}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem;margin-bottom:.6rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:.4rem .45rem;border-bottom:1px solid var(--faint);font-variant-numeric:tabular-nums;vertical-align:middle}
thead th{font-weight:400;font-size:.78rem;border-bottom-color:var(--muted);vertical-align:bottom}
tbody th{font-weight:400;min-width:8rem}.left{text-align:left}.right{text-align:right;white-space:nowrap}.center{text-align:center}
small{display:block;font-size:.78rem}.heat{border:2px solid var(--page);border-radius:4px}.heat small{color:inherit;font-size:.72rem;line-height:1.25}
.none{background:var(--wash)}.charts{display:flex;flex-wrap:wrap;gap:1rem}figure{flex:1 1 22rem;margin:0}
figcaption{font-size:.8rem;font-weight:600}figure svg{width:100%;height:auto}td svg{display:block;margin:auto}
li{margin:.3rem 0}ul{padding-left:1.2rem}footer{margin-top:3rem;border-top:1px solid var(--faint);padding-top:.6rem}
${CHART_COLOURS}
@media print{@page{margin:14mm}body{padding:0;max-width:none;font-size:11px}:root{color-scheme:light;--page:#fff;${variables(COLOURS)}}
h2{break-after:avoid}tr,figure,.summary{break-inside:avoid}.scroll{overflow:visible}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`;

/** A report as one file that needs no script and nothing from elsewhere. */
export function htmlDocument(report: ReportContent): string {
  const { title, subtitle, facts, summary, sections, runId } = report;
  const pictures = pictureMaker();
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Benchmark report: ${escaped(title)}</title><style>${STYLE}</style></head><body><main>
<header><p class="eyebrow">BENCHMARK REPORT</p><h1>${escaped(title)}</h1><p class="subtitle">${escaped(subtitle)}</p>
<dl>${facts.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>
<div class="summary">${summary.map((text) => `<p>${escaped(text)}</p>`).join('')}</div></header>
${sections
  .map(
    ({ heading, blocks }) =>
      `<section><h2>${escaped(heading)}</h2>${blocks.map((block) => drawn(block, pictures)).join('')}</section>`,
  )
  .join('\n')}
</main><footer>Run ${escaped(runId)}</footer></body></html>
`;
}

/** Draws pictures with ids that are unique in the document: the text is their title, the description what they show. */
type Picture = (draw: (id: string) => string, title: string, description: string) => string;

function pictureMaker(): Picture {
  let drawnSoFar = 0;
  return (draw, title, description) => {
    const id = `picture${++drawnSoFar}`;
    return draw(id).replace(
      /^<svg([^>]*)>/,
      (_, attributes: string) =>
        `<svg${attributes} role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${escaped(title)}</title><desc id="${id}-desc">${escaped(description)}</desc>`,
    );
  };
}

function drawn(block: Block, picture: Picture): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escaped(block.text)}</p>`;
    case 'note':
      return `<p class="note">${escaped(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`;
    case 'charts':
      return `<div class="charts">${block.charts
        .map(
          (chart) =>
            `<figure><figcaption>${escaped(chart.title)}</figcaption>${picture((id) => renderChart(chart, id), chart.title, chart.description)}</figure>`,
        )
        .join('')}</div>`;
    case 'table':
      return `<div class="scroll"><table><caption>${escaped(block.label)}</caption><thead><tr>${block.columns
        .map(({ label, align }) => `<th scope="col" class="${align}">${escaped(label)}</th>`)
        .join('')}</tr></thead><tbody>${block.rows
        .map(
          (row) => `<tr>${row.map((cell, i) => tableCell(cell, block.columns[i]!, picture)).join('')}</tr>`,
        )
        .join('')}</tbody></table></div>`;
  }
}

function tableCell(cell: Cell, { align, names, label }: Column, picture: Picture): string {
  const { text, details = [], strong, svg, heat: share } = typeof cell === 'string' ? { text: cell } : cell;
  const [open, close] = names ? ['th scope="row"', 'th'] : ['td', 'td'];
  if (svg) return `<${open} class="${align}">${picture(() => svg, label, text)}</${close}>`;
  const colours = share == null ? undefined : heat(share);
  const classes = share === undefined ? align : `${align} heat${colours ? '' : ' none'}`;
  const style = colours ? ` style="background:${colours.fill};color:${colours.ink}"` : '';
  const main = strong ? `<strong>${escaped(text)}</strong>` : escaped(text);
  const below = details.map((detail) => `<small>${escaped(detail)}</small>`).join('');
  return `<${open} class="${classes}"${style}>${main}${below}</${close}>`;
}
