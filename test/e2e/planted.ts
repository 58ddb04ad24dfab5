import { cp, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunResult } from '../../src/run/run.ts'
import { type Defect, readDefects } from '../../src/samples/index.ts'
import { projectIn, type TestProject } from '../support/project.ts'

interface Reason {
  readonly column: string | null
  readonly reason: string
}

/** An example over generated files, after its first run: what was planted, and what became of it. */
export interface Planted<M> extends AsyncDisposable {
  readonly project: TestProject
  readonly manifest: M
  readonly result: RunResult
  readonly defects: readonly Defect[]
  /** By `keyOf` file and row. */
  readonly quarantined: ReadonlyMap<string, readonly Reason[]>
  readonly fates: ReadonlyMap<string, string>
}

/** A row of a landing file by the number it has there. */
const keyOf = (file: string, row: unknown): string => `${file}:${row}`

/** The example `name` with files that `generate` writes into its landing folder. */
export async function planted<M>(
  name: string,
  generate: (landing: string, manifest: string) => Promise<M>,
): Promise<Planted<M>> {
  const root = await mkdtemp(join(tmpdir(), `c360-${name}-`))
  const example = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
  for (const part of ['c360.yaml', 'contracts'])
    await cp(join(example, part), join(root, part), { recursive: true })
  await mkdir(join(root, 'landing'))
  const folder = join(root, 'manifest')
  const manifest = await generate(join(root, 'landing'), folder)
  const project = projectIn(root)
  const result = await project.run()
  const defects: Defect[] = []
  for await (const defect of readDefects(folder)) defects.push(defect)
  return {
    project,
    manifest,
    result,
    defects,
    ...(await outcomes(project, result)),
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  }
}

async function outcomes(project: TestProject, result: RunResult) {
  const files = new Map(
    Object.entries(result.manifest?.accounts ?? {}).flatMap(([source, list]) =>
      list.map(({ path, delivery }): [string, string] => [`${source}/${delivery}`, path]),
    ),
  )
  const held = await project.query(
    'select _source_file as f, _row_number as r, reasons from silver.quarantine',
  )
  const fates = await project.query(
    'select source, _delivery as d, _row_number as r, fate from silver._fates',
  )
  return {
    quarantined: new Map(
      held.map(({ f, r, reasons }) => [keyOf(String(f), r), JSON.parse(String(reasons)) as Reason[]]),
    ),
    fates: new Map(
      fates.map(({ source, d, r, fate }) => [keyOf(files.get(`${source}/${d}`) ?? '', r), String(fate)]),
    ),
  }
}

/** Defects whose record has another fate than it should, or another reason than its own. */
export function misjudged({ defects, quarantined, fates }: Planted<unknown>): unknown[] {
  return defects.flatMap((defect) => {
    const key = keyOf(defect.file, defect.row)
    const reasons = quarantined.get(key)
    const fate = reasons ? 'quarantined' : (fates.get(key) ?? 'kept')
    const expected = [{ column: defect.column ?? null, reason: defect.reason }]
    const wrong = fate !== defect.fate || (reasons && JSON.stringify(reasons) !== JSON.stringify(expected))
    return wrong ? [{ ...defect, found: fate, reasons }] : []
  })
}

/** Records held back or replaced in which nothing was planted. */
export function wronged({ defects, quarantined, fates }: Planted<unknown>): string[] {
  const guilty = new Set(
    defects.filter(({ fate }) => fate !== 'kept').map(({ file, row }) => keyOf(file, row)),
  )
  return [...quarantined.keys(), ...fates.keys()].filter((key) => !guilty.has(key))
}
