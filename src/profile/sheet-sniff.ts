import type { XlsxFormat } from '../project/types.ts'
import { scanFile } from '../sources/formats.ts'
import type { Scan } from '../sources/scan.ts'
import { looksLikeData } from './csv-sniff.ts'

/** How one sheet of a workbook is to be read. */
export interface SheetSniff {
  readonly format: XlsxFormat
  /** As many as there are; only needed without a header. */
  readonly columns: number
  readonly evidence: string
}

/** Rows a header is looked for in. */
const ABOVE = 20

/**
 * Where the header of a sheet stands: in its first row, below some lines with a title, or nowhere. A sheet that cannot be
 * read is described as if it had one: whoever reads it gets the reason.
 */
export async function sniffSheet(url: string, sheet: string): Promise<SheetSniff> {
  const format: XlsxFormat = { type: 'xlsx', sheet, header: true, decimal: '.', thousands: '' }
  const evidence = `sheet ${sheet} of a workbook`
  const first = await scanned(url, format)
  if (first === undefined) return { format, columns: 0, evidence }
  if (isTitle(first)) {
    const below = await headerBelow(url, format, first)
    return below === undefined
      ? { format, columns: 0, evidence }
      : {
          format: below,
          columns: 0,
          evidence: `${evidence}, its header in row ${below.headerRow}, below a title`,
        }
  }
  if (first.header.length < 2 || !looksLikeData(first.header)) return { format, columns: 0, evidence }
  return {
    format: { ...format, header: false },
    columns: first.header.length,
    evidence: `${evidence}; its first row looks like data: no header`,
  }
}

async function scanned(url: string, format: XlsxFormat): Promise<Scan | undefined> {
  const outcome = await scanFile(url, format, {})
  return outcome.ok ? outcome.scan : undefined
}

/** Most rows are wider than the first. */
const isTitle = ({ records, malformed }: Scan): boolean => records > 0 && malformed * 2 > records

async function headerBelow(url: string, format: XlsxFormat, first: Scan): Promise<XlsxFormat | undefined> {
  for (let headerRow = 2; headerRow <= ABOVE; headerRow++) {
    const candidate: XlsxFormat = { ...format, headerRow }
    const found = await scanned(url, candidate)
    const wider = found !== undefined && found.header.length > first.header.length
    if (wider && !isTitle(found) && !looksLikeData(found.header)) return candidate
  }
  return undefined
}
