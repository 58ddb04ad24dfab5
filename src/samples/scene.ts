import type { Day } from './calendar.ts'
import type { CellKind } from './cell-kinds.ts'
import { type Book, bookColumns, bookHeaders, type bookKinds, bookNames } from './choice-kinds.ts'
import { Schedule } from './dirt.ts'
import type { Ledger } from './ledger.ts'
import type { Defect } from './manifest.ts'
import { Random } from './random.ts'
import { createWorkbookFile, type WorkbookFile } from './workbook-file.ts'

/** What every part works with that writes into the four workbooks. */
export interface Scene {
  readonly seed: number
  readonly dirt: boolean
  readonly first: Day
  readonly last: Day
  readonly files: Readonly<Record<Book, WorkbookFile>>
  readonly kinds: ReturnType<typeof bookKinds>
  readonly ledger: Ledger
}

export const books = Object.keys(bookHeaders) as Book[]

export const sceneStream = ({ seed }: { readonly seed: number }, name: string): Random =>
  new Random(seed, `workbooks/${name}`)

/** The dirt of one workbook; `atLeast` records are sure to be written to it. */
export const sceneSchedule = (scene: Scene, book: Book, atLeast: number): Schedule<CellKind> =>
  new Schedule(scene.dirt ? scene.kinds[book] : [], sceneStream(scene, `dirt/${book}`), atLeast)

export function openBooks(
  folder: string,
  seed: number,
  report: (defect: Defect) => void,
): Record<Book, WorkbookFile> {
  const open = (book: Book) =>
    createWorkbookFile(
      folder,
      bookNames[book],
      bookColumns(book),
      sceneStream({ seed }, `echo/${book}`),
      report,
    )
  return Object.fromEntries(books.map((book) => [book, open(book)])) as Record<Book, WorkbookFile>
}
