import { buildModel } from './model/build.ts'
import { type MadeRows, modelFiles } from './model/tmdl.ts'
import type { FileTree, Model, ModelWish } from './model/types.ts'
import { uuidOf } from './names.ts'
import { jsonText, reportFiles } from './report/files.ts'
import { PAGES } from './report/pages.ts'
import { type Empty, shownPages } from './report/shown.ts'
import type { Page } from './report/types.ts'
import { MAKES, type Source } from './source/types.ts'

export interface ProjectWish extends Omit<ModelWish, 'hasMade'> {
  readonly source: Source
  /** The SELECTs of the rows that gold does not keep, in the words of the source; for files, the names of the files. */
  readonly made: MadeRows
  readonly empty: Empty
}

export interface PowerBiProject {
  readonly model: Model
  readonly pages: readonly Page[]
  readonly files: FileTree
}

const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric'

/** A whole Power BI project as texts: the same wish gives the same files, byte for byte. */
export function powerBiProject(wish: ProjectWish): PowerBiProject {
  const model = buildModel({ ...wish, hasMade: MAKES.includes(wish.source.kind) })
  const pages = shownPages(PAGES, model, wish.empty)
  const below = (folder: string, files: ReadonlyMap<string, string>) =>
    [...files].map(([path, text]) => [`${folder}/${path}`, text] as const)
  const { name } = wish
  const [modelFolder, reportFolder] = [`${name}.SemanticModel`, `${name}.Report`]
  const files: [string, string][] = [
    [
      `${name}.pbip`,
      jsonText({
        $schema: `${SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json`,
        version: '1.0',
        artifacts: [{ report: { path: reportFolder } }],
        settings: { enableAutoRecovery: true },
      }),
    ],
    ['.gitignore', '**/.pbi/localSettings.json\n**/.pbi/cache.abf\ndata/\n'],
    [`${modelFolder}/.platform`, platform(name, 'SemanticModel')],
    [
      `${modelFolder}/definition.pbism`,
      jsonText({
        $schema: `${SCHEMAS}/item/semanticModel/definitionProperties/1.0.0/schema.json`,
        version: '4.2',
        settings: {},
      }),
    ],
    ...below(`${modelFolder}/definition`, modelFiles(model, wish.source, wish.made)).map(
      ([path, text]): [string, string] => [path, text],
    ),
    [`${reportFolder}/.platform`, platform(name, 'Report')],
    ...below(reportFolder, reportFiles(name, pages)).map(([path, text]): [string, string] => [path, text]),
  ]
  return { model, pages, files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))) }
}

const platform = (name: string, type: 'SemanticModel' | 'Report'): string =>
  jsonText({
    $schema: `${SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json`,
    metadata: { type, displayName: name },
    config: { version: '2.0', logicalId: uuidOf(name, type) },
  })
