import type { JsonFormat } from '../../project/types.ts'
import type { ReadOptions } from '../limits.ts'
import { type TextFile, textFile } from '../text-file.ts'
import { Window } from '../window.ts'
import { jsonLimits } from './limits.ts'
import { RecordReader } from './record-reader.ts'

/** A JSON file at its beginning. Close the window when done. */
export function openRecords(
  path: string,
  format: JsonFormat,
  options: ReadOptions,
): { text: TextFile; window: Window; reader: RecordReader } {
  const text = textFile(path, format, options)
  const window = new Window(text.chunks)
  return { text, window, reader: new RecordReader(window, jsonLimits(options), pathOf(format)) }
}

const pathOf = ({ records }: JsonFormat): string[] => records?.split('.') ?? []
