import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = ['contracts', 'models']

/**
 * Changes when c360.yaml, a contract or a model does: their names, sizes, times and places on the disk. It is asked for at
 * every request, and does not wait: a dozen looks take a tenth of a millisecond, and would otherwise queue behind queries.
 */
export function projectStamp(root: string): string {
  const folders = FOLDERS.map((folder) =>
    (orNothing(() => readdirSync(join(root, folder))) ?? []).map((name) => join(folder, name)),
  )
  const files = ['c360.yaml', ...folders.flat()].filter((name) => /\.(ya?ml|sql)$/.test(name)).sort()
  return files
    .map((file) => {
      const found = orNothing(() => statSync(join(root, file)))
      return `${file} ${found?.size} ${found?.mtimeMs} ${found?.ino}`
    })
    .join('\n')
}

/** What is not there or may not be read is told by whoever reads it. */
function orNothing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
