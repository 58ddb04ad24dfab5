import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { C360Error, fromSystemError } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { prepare } from '../run/prepare.ts'
import { type BundleDefaults, databricksBundle } from '../run/target/bundle.ts'
import { azureUrl } from '../run/target/landing-url.ts'
import { text } from './command.ts'
import type { ExportKind } from './export.ts'
import { known } from './export-blanks.ts'

export const kind: ExportKind = {
  async run(context) {
    const prepared = await prepare(context.project)
    const files = await databricksBundle(prepared, bundleDefaults(prepared.project, text(context, 'target')))
    const out = resolve(text(context, 'out') ?? join(context.project, 'databricks'))
    for (const layer of ['silver', 'gold']) await sweep(join(out, 'sql', layer))
    for (const [path, content] of files) await write(join(out, path), content)
    context.note(`Wrote ${files.size} files below ${out}; next: \`databricks bundle validate\` there`)
    return 0
  },
}

/** Steps of an export before this one would be run as well; files with other names are somebody's. */
async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((found) => /^\d{3}_\w+\.sql$/.test(found))) await rm(join(folder, name))
}

async function write(path: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  } catch (error) {
    throw fromSystemError(error, `writing ${path}`)
  }
}

/** Of the target named, or of the only Databricks there is; a value that is looked up elsewhere is left to the bundle's variables. */
export function bundleDefaults({ targets, landing }: Project, name?: string): BundleDefaults {
  const named = name === undefined ? undefined : targets[name]
  if (name !== undefined && named?.engine !== 'databricks')
    throw new C360Error('NOT_FOUND', `There is no target \`${name}\` in Databricks in c360.yaml.`, {
      hint: 'Leave --target out to write the bundle with the usual names.',
    })
  const all = Object.values(targets).filter((target) => target.engine === 'databricks')
  const target = named?.engine === 'databricks' ? named : all.length === 1 ? all[0] : undefined
  const arrives = landing.startsWith('az://') ? azureUrl(landing) : '/Volumes/main/c360/landing'
  return {
    catalog: known(target?.catalog, 'main'),
    schemaPrefix: target?.schemaPrefix ?? 'c360_',
    landing: known(target?.landingUrl, arrives),
  }
}
