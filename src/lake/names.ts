import { C360Error } from '../errors.ts'

/**
 * A column name every reader of the table takes without quoting trouble: letters, digits and `_`, made from the
 * original, and different from every name in `taken` also when case is ignored.
 */
export function physicalName(original: string, taken: ReadonlySet<string>): string {
  const word = original.replaceAll(/[^\p{L}\p{N}\p{M}_]+/gu, '_')
  const trimmed = word === original ? word : word.replaceAll(/^_+|_+$/g, '')
  const base = trimmed === '' ? 'column' : trimmed
  const used = new Set([...taken].map((name) => name.toLowerCase()))
  let name = base
  for (let n = 2; used.has(name.toLowerCase()); n++) name = `${base}_${n}`
  return name
}

/** A file's path as the log writes it: percent-encoded, segment by segment. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/**
 * A path of the log as a path below the table. Fails with LAKE_UNSUPPORTED where the file lies elsewhere
 * (shallow clones), LAKE_DAMAGED where the encoding is broken; `file` is the log file that says so.
 */
export function decodePath(encoded: string, file: string): string {
  const path = decoded(encoded, file)
  const outside = /^([a-z][a-z\d+.-]*:|[/\\])/i.test(encoded) || path.split(/[/\\]/).includes('..')
  if (outside)
    throw new C360Error('LAKE_UNSUPPORTED', `${file} names a data file outside the table's folder.`)
  return path
}

function decoded(encoded: string, file: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw new C360Error(
      'LAKE_DAMAGED',
      `${file} has a data file's path that is not percent-encoded properly.`,
    )
  }
}
