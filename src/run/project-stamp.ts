import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDERS = ['contracts', 'models']

/** Changes when c360.yaml, a contract or a model does: their names, sizes, times and places on the disk. */
export async function projectStamp(root: string): Promise<string> {
  const folders = await Promise.all(
    FOLDERS.map(async (folder) =>
      (await readdir(join(root, folder)).catch(() => [])).map((name) => join(folder, name)),
    ),
  )
  const files = ['c360.yaml', ...folders.flat()].filter((name) => /\.(ya?ml|sql)$/.test(name)).sort()
  const stamps = files.map(async (file) => {
    const found = await stat(join(root, file)).catch(() => undefined)
    return `${file} ${found?.size} ${found?.mtimeMs} ${found?.ino}`
  })
  return (await Promise.all(stamps)).join('\n')
}
