import { join } from 'node:path'
import { csvLine, type Fields, type Line } from './dirt.ts'
import type { Defect } from './manifest.ts'
import { PlantedFile, type Sink } from './planted-file.ts'
import type { Random } from './random.ts'
import { TextFile } from './text-file.ts'

/** A CSV file in the making. */
export type CsvFile = PlantedFile<Fields, Line>

export async function createCsvFile(
  folder: string,
  name: string,
  header: readonly string[],
  random: Random,
  report: (defect: Defect) => void,
): Promise<CsvFile> {
  const file = await TextFile.create(join(folder, name))
  file.append(`${csvLine(header)}\n`)
  return new PlantedFile(csvSink(name, file), csvLine, random, report)
}

const csvSink = (name: string, file: TextFile): Sink<Line> => ({
  place: (row) => ({ file: name, row }),
  write(line) {
    if (typeof line === 'string') file.append(line)
    else file.appendBytes(line)
    file.append('\n')
  },
  blank: () => file.append('\n'),
  drain: () => file.drain(),
  publish: () => file.publish(),
  discard: () => file.discard(),
})
