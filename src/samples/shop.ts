import type { Day } from './calendar.ts'
import { CsvFile } from './csv-file.ts'
import { Schedule } from './dirt.ts'
import { type allKinds, fileNames, headers, type Source } from './kinds.ts'
import type { Defect } from './manifest.ts'
import { Random } from './random.ts'

/** What every part of the generator works with. */
export interface Shop {
  readonly seed: number
  readonly dirt: boolean
  readonly customers: number
  /** How many sales there are in the period. */
  readonly sales: number
  readonly months: number
  readonly first: Day
  readonly last: Day
  readonly files: Readonly<Record<Source, CsvFile>>
  readonly kinds: ReturnType<typeof allKinds>
}

export const sources = Object.keys(headers) as Source[]

export const stream = ({ seed }: Shop, name: string): Random => new Random(seed, name)

/** The dirt of one file; `atLeast` records are sure to be written to it. */
export const scheduleOf = (shop: Shop, source: Source, atLeast: number): Schedule =>
  new Schedule(shop.dirt ? shop.kinds[source] : [], stream(shop, `dirt/${source}`), atLeast)

/** Opens the nine files; what was opened is discarded when one fails. */
export async function openFiles(
  folder: string,
  seed: number,
  report: (defect: Defect) => void,
): Promise<Record<Source, CsvFile>> {
  const open = (source: Source) =>
    CsvFile.create(folder, fileNames[source], headers[source], new Random(seed, `echo/${source}`), report)
  const opened = await Promise.allSettled(
    sources.map(async (source) => [source, await open(source)] as const),
  )
  const files = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = opened.find((one) => one.status === 'rejected')
  if (!failed) return Object.fromEntries(files) as Record<Source, CsvFile>
  await Promise.all(files.map(([, file]) => file.discard()))
  throw failed.reason
}
