import type { WrittenContract } from './contract-shape.ts'
import { checkLookups } from './lookup.ts'
import { reject } from './shape.ts'
import type { Contract } from './types.ts'
import type { YamlFile } from './yaml.ts'

/** A contract on its way: what was written, and what came of it so far. */
export interface Draft {
  readonly path: string
  readonly source: string
  readonly file: YamlFile
  readonly written: WrittenContract
  readonly contract: Contract | undefined
}

/** What only all contracts together can get wrong. */
export function checkAcross(drafts: readonly Draft[], currency: string | undefined): void {
  checkSources(drafts)
  checkFiles(drafts)
  checkCircles(drafts)
  checkLookups(drafts)
  for (const { written, file } of drafts)
    for (const { name, value, line } of written.values.set ?? [])
      if (
        written.values.entity === 'transaction' &&
        name === 'currency' &&
        currency !== undefined &&
        value !== undefined &&
        value !== currency
      )
        reject(
          { file, label: '', line },
          'bad_value',
          `\`set\` gives the currency ${value.slice(0, 60)}, and the project's is ${currency}`,
          'a project has one currency',
        )
}

function checkSources(drafts: readonly Draft[]): void {
  const first = new Map<string, Draft>()
  for (const draft of drafts) {
    const other = first.get(draft.source)
    if (!other) first.set(draft.source, draft)
    else
      reject(
        { file: draft.file, label: '', line: draft.written.lines.source ?? 1 },
        'duplicate_source',
        `the source \`${draft.source}\` is also that of ${other.path}`,
        'give one of them another `source`',
      )
  }
}

function checkFiles(drafts: readonly Draft[]): void {
  const readers = new Map<string, Draft[]>()
  for (const draft of drafts) {
    for (const { value: glob, line } of draft.written.values.files ?? []) {
      const others = readers.get(glob) ?? []
      readers.set(glob, [...others, draft])
      const other = others.find((reader) => !readOtherSheets(reader, draft))
      if (other !== undefined) rejectGlob(draft, other, glob, line)
    }
  }
}

function rejectGlob(draft: Draft, other: Draft, glob: string, line: number): void {
  const at = { file: draft.file, label: '', line }
  if (other === draft) reject(at, 'duplicate_files', `\`${glob}\` stands twice in \`files\``)
  else
    reject(
      at,
      'duplicate_files',
      `\`${glob}\` is also read by ${other.path}`,
      isWorkbook(draft) && isWorkbook(other)
        ? 'name a different `sheet` in the format of each'
        : 'one file belongs to one source: make the globs differ',
    )
}

const isWorkbook = ({ contract }: Draft): boolean => contract?.format.type === 'xlsx'

const sheetOf = ({ written }: Draft): string | undefined =>
  written.values.format?.values.sheet?.trim().toLowerCase()

/** One workbook may feed several sources, each from a sheet of its own. */
function readOtherSheets(a: Draft, b: Draft): boolean {
  const sheets = [sheetOf(a), sheetOf(b)]
  return !sheets.includes(undefined) && sheets[0] !== sheets[1]
}

interface Edge {
  readonly to: Draft
  readonly line: number
}

/** Rows that wait for their parents need the parents first: such references may not run in a circle. */
function checkCircles(drafts: readonly Draft[]): void {
  const done = new Set<Draft>()
  const follow = (draft: Draft, path: readonly Draft[]): void => {
    for (const { to, line } of done.has(draft) ? [] : waitsFor(draft, drafts)) {
      const from = [...path, draft].indexOf(to)
      if (from < 0) follow(to, [...path, draft])
      else {
        const circle = [...path, draft]
          .slice(from)
          .concat(to)
          .map(({ source }) => source)
        reject(
          { file: draft.file, label: '', line },
          'circle',
          `rows would wait for each other: ${circle.join(' -> ')}`,
          'write `orphan: infer` for one of these references',
        )
      }
    }
    done.add(draft)
  }
  for (const draft of drafts) follow(draft, [])
}

function waitsFor({ contract }: Draft, drafts: readonly Draft[]): Edge[] {
  return (contract?.columns ?? []).flatMap(({ references, line }) => {
    if (references?.orphan !== 'quarantine') return []
    const parents = drafts.filter(
      ({ contract: other }) => other?.entity === references.entity && other.idSpace === contract?.idSpace,
    )
    return parents.map((to) => ({ to, line }))
  })
}
