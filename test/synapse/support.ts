import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Contract } from '../../src/project/types.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import type { Places } from '../../src/synapse/places.ts'
import { type Workspace, workspace } from '../../src/synapse/workspace.ts'
import type { ReadFiles, Value } from './evaluate.ts'
import { parseScript, type Script } from './script.ts'

export const PLACES: Places = {
  storage: 'https://acme.dfs.core.windows.net',
  container: 'data',
  landing: 'landing/',
  server: 'acme.database.windows.net',
  database: 'shop',
  login: { user: 'loader', secret: 'sql-password' },
  vault: 'https://acme.vault.azure.net/',
  schema: 'synapse',
}

export const examples = ['retail', 'choice', 'unified'] as const
export type Example = (typeof examples)[number]

export const exampleRoot = (name: Example): string =>
  fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))

/** The workspaces of the examples. */
export async function exampleWorkspaces(): Promise<ReadonlyMap<Example, Workspace>> {
  const made = new Map<Example, Workspace>()
  for (const name of examples)
    made.set(name, workspace(await loadProjectOrFail(exampleRoot(name)), PLACES, 'Eastern Standard Time'))
  return made
}

// biome-ignore lint/suspicious/noExplicitAny: files are read as JSON of no type of ours, which is the point
export type Json = any

export const jsonFiles = (files: ReadonlyMap<string, string>): [string, Json][] =>
  [...files].filter(([path]) => path.endsWith('.json')).map(([path, text]) => [path, JSON.parse(text)])

export const jsonAt = (files: ReadonlyMap<string, string>, path: string): Json => {
  const text = files.get(path)
  if (text === undefined) throw new Error(`no ${path} among ${[...files.keys()].join(', ')}`)
  return JSON.parse(text)
}

export const scriptOf = (files: ReadonlyMap<string, string>, source: string): Script =>
  parseScript(jsonAt(files, `dataflow/load_${source}.json`).properties.typeProperties.scriptLines.join('\n'))

interface Syntax {
  readonly columnDelimiter: string
  readonly quoteChar: string
  readonly escapeChar: string
}

/** Records of a delimited text, blank lines left out, as the dataset's settings have it. */
export function records(text: string, { columnDelimiter, quoteChar, escapeChar }: Syntax): string[][] {
  const found: string[][] = []
  let [record, cell, quoted]: [string[], string, boolean] = [[], '', false]
  const endCell = () => {
    record.push(cell)
    cell = ''
  }
  const endRecord = () => {
    endCell()
    if (record.length > 1 || record[0] !== '') found.push(record)
    record = []
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (quoted && character === escapeChar && text[at + 1] === quoteChar) {
      cell += quoteChar
      at++
    } else if (quoted && character === quoteChar) quoted = false
    else if (quoted) cell += character
    else if (character === quoteChar && cell === '') quoted = true
    else if (character === columnDelimiter) endCell()
    else if (character === '\n') endRecord()
    else if (character !== '\r') cell += character
  }
  if (cell !== '' || record.length > 0) endRecord()
  return found
}

/** One row of a file, and where it stands: 1 = the first behind the header. */
export interface Placed {
  readonly file: string
  readonly row: number
}

/** Reads landing files as a flow does; `take` decides which rows there are, and what was taken is listed in `taken`. */
export function landingReader(
  landing: string,
  files: ReadonlyMap<string, string>,
  source: string,
  take: (placed: Placed) => boolean = () => true,
): { readonly read: ReadFiles; readonly taken: Placed[] } {
  const taken: Placed[] = []
  const flow = jsonAt(files, `dataflow/load_${source}.json`).properties.typeProperties
  const read: ReadFiles = (stream, wildcards) => {
    const { dataset } = flow.sources.find(({ name }: Json) => name === stream)
    const { typeProperties } = jsonAt(files, `dataset/${dataset.referenceName}.json`).properties
    const names = readdirSync(landing).filter((name) =>
      wildcards.some((wildcard) => wildcardPattern(wildcard).test(`landing/${name}`)),
    )
    return names.sort().flatMap((file) => {
      const [header = [], ...rows] = records(textOf(join(landing, file), typeProperties), typeProperties)
      return rows.flatMap((cells, at) => {
        const placed = { file, row: at + 1 }
        if (!take(placed)) return []
        taken.push(placed)
        const named = Object.fromEntries(header.map((name, n) => [name, cells[n] ?? '']))
        return [{ path: `/data/landing/${file}`, cells: named }]
      })
    })
  }
  return { read, taken }
}

/** What a file says, unpacked and decoded as its dataset has it. */
function textOf(path: string, { compressionCodec, encodingName }: Json): string {
  const bytes = readFileSync(path)
  const plain = compressionCodec === 'gzip' ? gunzipSync(bytes) : bytes
  return new TextDecoder(encodingName).decode(plain)
}

/** The wildcards of Hadoop's file systems that flows use. */
const wildcardPattern = (wildcard: string): RegExp =>
  new RegExp(
    `^${wildcard
      .replaceAll(/[.+()|$]/g, '\\$&')
      .replaceAll('?', '[^/]')
      .replaceAll('*', '[^/]*')}$`,
  )

/** A value as silver shows it in `shownSql`. */
export function shown(value: Value | undefined): string | null {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) return String(value)
  if ('hundredths' in value) {
    const digits = String(value.hundredths < 0n ? -value.hundredths : value.hundredths).padStart(3, '0')
    return `${value.hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
  }
  if ('day' in value) return new Date(value.day).toISOString().slice(0, 10)
  return 'instant' in value ? String(value.instant) : null
}

export const shownSql = (field: string, type: string): string =>
  `${type === 'timestamp' ? `cast(epoch_ms("${field}") as varchar)` : `cast("${field}" as varchar)`} as "${field}"`

export const contractOf = (contracts: readonly Contract[], source: string): Contract => {
  const found = contracts.find((contract) => contract.source === source)
  if (!found) throw new Error(`no contract ${source}`)
  return found
}
