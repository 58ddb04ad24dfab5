import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error, fromSystemError } from '../errors.ts'
import type { ItemType, LocalItem, LocalProject } from './types.ts'

/** The files of a Power BI project by path, as an export made them or a folder holds them. */
export type Files = ReadonlyMap<string, Buffer>

/** What a folder holds of a project: `X.SemanticModel/` and `X.Report/`. Data and what editors leave is not read. */
export async function readFolder(folder: string): Promise<Files> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    const items = entries.filter((entry) => entry.isDirectory() && ITEM.test(entry.name))
    const files = new Map<string, Buffer>()
    for (const { name } of items)
      for (const path of await below(join(folder, name)))
        files.set(`${name}/${path}`, await readFile(join(folder, name, path)))
    return files
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new C360Error('NOT_FOUND', `There is no folder ${folder}.`, { hint: EXPORT_FIRST })
    throw fromSystemError(error, `reading ${folder}`)
  }
}

const EXPORT_FIRST = '`c360 export powerbi --out DIR` writes one.'
const ITEM = /\.(SemanticModel|Report)$/
const IGNORED = /(^|\/)(\.pbi|\.git)\/|(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/

async function below(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !IGNORED.test(path))
    .sort()
}

/** The model and the report among the files. NOT_FOUND, CONFLICT when there are several of a kind. */
export function projectOf(files: Files): LocalProject {
  return {
    model: itemOf(files, 'SemanticModel', 'definition.pbism'),
    report: itemOf(files, 'Report', 'definition.pbir'),
  }
}

function itemOf(files: Files, type: ItemType, needed: string): LocalItem {
  const folders = [...new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''))].filter((name) =>
    name.endsWith(`.${type}`),
  )
  const [folder, ...more] = folders
  if (folder === undefined || !files.has(`${folder}/${needed}`))
    throw new C360Error('NOT_FOUND', `There is no *.${type} folder with a ${needed} there.`, {
      hint: EXPORT_FIRST,
    })
  if (more.length > 0)
    throw new C360Error('CONFLICT', `There is more than one *.${type} folder: ${folders.join(', ')}.`, {
      hint: 'Leave one of each kind.',
    })
  const parts = [...files]
    .filter(([path]) => path.startsWith(`${folder}/`))
    .map(([path, content]) => [path.slice(folder.length + 1), content] as const)
    .filter(([path]) => path !== '.platform')
  return {
    type,
    name: nameIn(files.get(`${folder}/.platform`)) ?? folder.replace(ITEM, ''),
    parts: new Map(parts),
  }
}

/** The name the item has in a workspace stands in `.platform`. */
function nameIn(platform: Buffer | undefined): string | undefined {
  try {
    const { metadata } = JSON.parse(platform?.toString() ?? '{}') as {
      readonly metadata?: { readonly displayName?: unknown }
    }
    return typeof metadata?.displayName === 'string' ? metadata.displayName : undefined
  } catch {
    return undefined
  }
}
