import type { Problem } from '../../errors.ts'
import { Refusal } from '../refusal.ts'
import { limitsOf } from './limits.ts'
import { refuseOtherFiles } from './other-files.ts'
import { readWorkbook } from './workbook.ts'
import { openZip } from './zip.ts'

export type SheetList =
  | { readonly ok: true; readonly sheets: readonly { readonly name: string; readonly hidden: boolean }[] }
  | { readonly ok: false; readonly problem: Problem }

/**
 * The sheets of a workbook that have rows, in their order. A file that is no workbook is a Problem without `file`.
 * Throws C360Error (NO_ACCESS) or the system's own error.
 */
export async function listSheets(path: string): Promise<SheetList> {
  try {
    await refuseOtherFiles(path, {})
    const limits = limitsOf({})
    await using zip = await openZip(path, limits, {})
    const { sheets } = await readWorkbook(zip, limits)
    const usable = sheets.filter(({ type }) => type === 'worksheet')
    return { ok: true, sheets: usable.map(({ name, hidden }) => ({ name, hidden })) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ok: false, problem: error.problem }
  }
}
