import type { JsonFormat } from '../../project/types.ts'
import { hashFile } from '../raw-file.ts'
import { Refusal } from '../refusal.ts'
import type { Scan, ScanOptions, ScanOutcome } from '../scan.ts'
import { openRecords } from './open.ts'
import { emptyJson, noObjects } from './refusals.ts'

/**
 * Reads a JSON file once, in bounded memory: an array of objects, the array under the format's `records`, or one object per
 * line. Its columns are the keys of all good records; those of nested objects are joined by dots. A file that cannot be used
 * at all is a Problem without `file`. Throws C360Error (CANCELLED, NO_ACCESS) or the system's own error.
 */
export async function scanJson(
  path: string,
  format: JsonFormat,
  options: ScanOptions = {},
): Promise<ScanOutcome> {
  try {
    return { ok: true, scan: await scanRecords(path, format, options) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { onProgress: _, ...quietly } = options
    return { ok: false, problem: error.problem, sha256: await hashFile(path, quietly) }
  }
}

async function scanRecords(path: string, format: JsonFormat, options: ScanOptions): Promise<Scan> {
  const { text, window, reader } = openRecords(path, format, options)
  const counts = { records: 0, malformed: 0, blankLines: 0 }
  try {
    for (;;) {
      const read = reader.read()
      if (read === 'end') break
      if (read === 'more') {
        await reader.fill()
        continue
      }
      window.start = reader.next
      if (read === 'blank') counts.blankLines++
      else counts.records++
      if (read === 'record' && reader.error) counts.malformed++
    }
    const header = reader.keys.header()
    if (header.length === 0) throw counts.records === 0 ? emptyJson() : noObjects()
    return {
      ...counts,
      sha256: text.raw.sha256(),
      bytes: text.raw.bytes(),
      header,
      shape: { kind: 'normalize', why: 'JSON' },
    }
  } finally {
    await window.close()
  }
}
