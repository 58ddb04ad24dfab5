import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Remote } from '../../engines/engine.ts'
import { C360Error, type Problem } from '../../errors.ts'
import type { EngineIngest, Project, Setting } from '../../project/types.ts'

/** How an engine that reads the landing files itself names their place; undefined where they come through this program. */
export async function landingUrlOf(
  { landing }: Project,
  { ingest, landingUrl }: EngineIngest,
  text: (setting: Setting) => Promise<string>,
): Promise<string | undefined> {
  if (ingest === 'runner') return undefined
  return landingUrl === undefined ? azureUrl(landing) : text(landingUrl)
}

/** `az://account/container/path` as Spark names it. */
export function azureUrl(landing: string): string {
  const [, account = '', container = '', path = ''] = /^az:\/\/([^/]+)\/([^/]+)\/?(.*)$/.exec(landing) ?? []
  return `abfss://${container}@${account}.dfs.core.windows.net/${path}`.replace(/\/+$/, '')
}

/** PROJECT_INVALID where the engine is to read landing files of a format it cannot read as the runner would. */
export function refuseFormats({ root, contracts }: Project, { files, where }: Remote): void {
  if (!files) return
  const problems: Problem[] = contracts.flatMap(({ file, source, format }) => {
    const why = files.refuses(format)
    if (why === undefined) return []
    const message = `${source}: ${where} is to read the files itself, and ${why}`
    const hint =
      'write `ingest: runner` for the target in c360.yaml, or have the files exported as CSV in UTF-8 or as Parquet'
    return [{ code: 'ingest_format', message, hint, file, line: formatLine(root, file) }]
  })
  if (problems.length > 0)
    throw new C360Error('PROJECT_INVALID', `${where} cannot read these sources:`, { problems })
}

/** Line of `format:` in a contract, else of `files:`, by which the format is guessed. */
export function formatLine(root: string, file: string): number {
  const lines = readFileSync(join(root, file), 'utf8').split('\n')
  const at = ['format:', 'files:'].map((key) => lines.findIndex((line) => line.startsWith(key)))
  return (at.find((index) => index >= 0) ?? 0) + 1
}
