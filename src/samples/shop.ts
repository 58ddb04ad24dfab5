import { type CsvFile, createCsvFile } from './csv-file.ts'
import { Schedule } from './dirt.ts'
import { type allKinds, fileNames, headers, type Source } from './kinds.ts'
import type { Defect } from './manifest.ts'
import type { Plan } from './options.ts'
import { Random } from './random.ts'

/** What every part of the retail generator works with. */
export interface Shop extends Plan {
  readonly files: Readonly<Record<Source, CsvFile>>
  readonly kinds: ReturnType<typeof allKinds>
}

export const sources = Object.keys(headers) as Source[]

export const stream = ({ seed }: { readonly seed: number }, name: string): Random => new Random(seed, name)

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
    createCsvFile(folder, fileNames[source], headers[source], new Random(seed, `echo/${source}`), report)
  const opened = await Promise.allSettled(
    sources.map(async (source) => [source, await open(source)] as const),
  )
  const files = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = opened.find((one) => one.status === 'rejected')
  if (!failed) return Object.fromEntries(files) as Record<Source, CsvFile>
  await Promise.all(files.map(([, file]) => file.discard()))
  throw failed.reason
}
