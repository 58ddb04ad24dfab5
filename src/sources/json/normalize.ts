import type { FileHandle } from 'node:fs/promises'
import type { JsonFormat } from '../../project/types.ts'
import { CanonicalWriter } from '../canonical-writer.ts'
import { type Normalized, type NormalizeOptions, type NormalizeOutcome, writeCopy } from '../normalize.ts'
import { openRecords } from './open.ts'
import { Row } from './row.ts'

const SYNTAX = { delimiter: 0x2c, quote: 0x22, escape: 0x22 }

/**
 * Writes a canonical copy of a JSON file, as `normalizeCsv` does, with commas. Numbers keep their digits, with the format's decimal
 * separator; `true` and `false` are words; null, an empty object and a key that is not there are ''; arrays are JSON.
 * Throws C360Error (CANCELLED, DISK_FULL, NO_ACCESS) or the system's own error.
 */
export const normalizeJson = (
  path: string,
  format: JsonFormat,
  options: NormalizeOptions,
): Promise<NormalizeOutcome> => writeCopy(options.out, (out) => copyRecords(path, format, options, out))

async function copyRecords(
  path: string,
  format: JsonFormat,
  options: NormalizeOptions,
  out: FileHandle,
): Promise<Normalized> {
  const { text, window, reader } = openRecords(path, format, options)
  const writer = new CanonicalWriter(SYNTAX, options.fields)
  const row = new Row(options.fields, format)
  const counts = { records: 0, malformed: 0, blankLines: 0 }
  let quotedNewlines = false
  try {
    for (;;) {
      if (writer.isFull()) await writer.flush(out)
      const read = reader.read()
      if (read === 'end') break
      if (read === 'more') {
        await reader.fill()
        continue
      }
      window.start = reader.next
      if (read === 'blank') {
        counts.blankLines++
        continue
      }
      row.take(window.bytes, reader)
      writer.write(window.bytes, row, ++counts.records)
      if (reader.error) counts.malformed++
      if (row.spansLines) quotedNewlines = true
    }
    await writer.flush(out)
    return { ...counts, sha256: text.raw.sha256(), longest: writer.longest, quotedNewlines }
  } finally {
    await window.close()
  }
}
