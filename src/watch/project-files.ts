import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Changes when c360.yaml, a contract or a model does: their names, sizes and times. */
export async function projectToken(root: string): Promise<string> {
  const folders = await Promise.all(
    ['contracts', 'models'].map(async (folder) =>
      (await readdir(join(root, folder)).catch(() => [])).map((name) => join(folder, name)),
    ),
  )
  const names = ['c360.yaml', ...folders.flat()].filter((name) => /\.(ya?ml|sql)$/.test(name)).sort()
  const texts = names.map(async (name) => {
    const info = await stat(join(root, name)).catch(() => undefined)
    return `${name} ${info?.size} ${info?.mtimeMs}`
  })
  return (await Promise.all(texts)).join('\n')
}
