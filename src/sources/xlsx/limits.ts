import { csvLimits, type ReadOptions } from '../limits.ts'

const MiB = 1024 * 1024

/** Excel's own bounds; no workbook it wrote has more. */
export const MAX_COLUMNS = 16_384
export const MAX_ROWS = 1_048_576

/** Bounds that keep time and memory in hand whatever a workbook contains. Sizes in bytes. */
export interface XlsxLimits {
  /** One part of the workbook (a sheet, the shared strings) may unpack to this much. */
  readonly inflated: number
  /** Above `ratioFrom` bytes, what a part unpacks to, or the copy made of it, may be this many times its packed size. */
  readonly ratio: number
  readonly ratioFrom: number
  /** A part that is held in memory as a whole: the list of sheets, the styles. */
  readonly smallPart: number
  /** The shared strings, held in memory for as long as a sheet is read. */
  readonly strings: number
  /** One tag, or one cell with all that is in it. */
  readonly cell: number
  /** The text of one row. */
  readonly record: number
  /** Files within the zip. */
  readonly entries: number
}

export const xlsxLimits: XlsxLimits = {
  inflated: 16 * 1024 * MiB,
  ratio: csvLimits.ratio,
  ratioFrom: csvLimits.ratioFrom,
  smallPart: 32 * MiB,
  strings: 1024 * MiB,
  cell: 4 * MiB,
  record: csvLimits.record,
  entries: 65_536,
}

/** A `record` or a packing bound given for every format holds here too. */
export function limitsOf({ limits = {} }: ReadOptions): XlsxLimits {
  const { record, inflated, ratio, ratioFrom } = { ...xlsxLimits, ...limits }
  return { ...xlsxLimits, record, inflated: Math.min(inflated, xlsxLimits.inflated), ratio, ratioFrom }
}
