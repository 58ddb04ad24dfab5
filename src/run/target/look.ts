import { createHash } from 'node:crypto'
import type { EngineField, EngineFile, EngineFiles, Stretch } from '../../engines/files.ts'
import { C360Error, type Problem } from '../../errors.ts'
import type { LakeColumn } from '../../lake/types.ts'
import type { Delivery } from '../../plan/types.ts'
import { headerLine } from '../../sources/header-line.ts'
import type { FileOutcome } from '../events.ts'
import { all } from '../execute.ts'
import { judge } from '../judge.ts'
import { formatHash, isUntouched, type LandingFile } from '../landing.ts'
import { masked } from '../masked.ts'
import { signalOf } from '../work.ts'
import type { TakenTable } from './files.ts'
import type { Reading } from './ingest.ts'

/** A landing file that is new to the target, as the engine's first look found it. */
export interface FoundFile {
  readonly landed: LandingFile
  readonly file: EngineFile
  readonly fields: readonly EngineField[]
  readonly stretches: readonly Stretch[]
  /** Physical column of each field. */
  readonly names: readonly string[]
  /** Columns the bronze table does not have yet. */
  readonly added: readonly { readonly name: string; readonly original: string }[]
  readonly delivery: Delivery
  readonly remarks: Pick<FileOutcome, 'newColumns' | 'missingColumns'>
}

export type LookThere =
  | { readonly kind: 'new'; readonly file: FoundFile }
  | { readonly kind: 'other'; readonly outcome: FileOutcome }

/** Has the engine look at a landing file and tells what it is to bronze. Writes nothing; of its content only the first line comes here. */
export async function lookThere(
  context: Reading,
  files: EngineFiles,
  bronze: TakenTable,
  landed: LandingFile,
): Promise<LookThere> {
  const { contract, entry } = landed
  const about = { source: contract.source, path: entry.path }
  const other = (outcome: FileOutcome): LookThere => ({ kind: 'other', outcome })
  const refused = (problem: Problem) =>
    other({ ...about, outcome: 'refused', problem: { ...problem, file: entry.path } })
  const before = bronze.deliveries.filter(({ path }) => path === entry.path).at(-1)
  if (before && isUntouched(before, entry) && before.format === formatHash(contract))
    return other({ ...about, outcome: 'known', delivery: before.delivery })
  const file: EngineFile = { url: `${files.landingUrl}/${entry.path}`, format: contract.format }
  const seen = await readBy(context, files, file, landed)
  if ('problem' in seen) return refused(seen.problem)
  const { fields, stretches } = seen
  const content = {
    sha256: contentOf(stretches),
    header: fields.map(({ name }) => name),
    are: 'records',
  } as const
  const judged = judge(landed, bronze, [], content)
  if (judged.kind === 'other') return judged
  const { names, added, remarks } = judged
  const delivery = newDelivery(context, bronze, landed, stretches)
  return {
    kind: 'new',
    file: { landed, file, fields, stretches, names, added: added.map(withOriginal), delivery, remarks },
  }
}

const withOriginal = ({ name, original }: LakeColumn) => ({ name, original: original ?? name })

type Seen =
  | { readonly fields: readonly EngineField[]; readonly stretches: readonly Stretch[] }
  | { readonly problem: Problem }

async function readBy(
  context: Reading,
  files: EngineFiles,
  file: EngineFile,
  landed: LandingFile,
): Promise<Seen> {
  try {
    const head = await headOf(context, files, file, landed)
    if ('problem' in head) return head
    const rows = await all(context.session, files.scan(file, head.fields), signalOf(context).signal)
    const stretches = rows.map(stretchFrom)
    const open = stretches.some((stretch) => stretch.open > 0)
    if (open && (await goesOn(context, files, file, head.fields))) return { problem: brokenLines }
    return { fields: head.fields, stretches }
  } catch (error) {
    if (!(error instanceof C360Error) || error.code !== 'SQL_FAILED') throw error
    return { problem: unreadable(context, error) }
  }
}

async function goesOn(
  context: Reading,
  files: EngineFiles,
  file: EngineFile,
  fields: readonly EngineField[],
): Promise<boolean> {
  const [row = {}] = await all(context.session, files.goesOn(file, fields), signalOf(context).signal)
  return Number(row.n) > 0
}

const stretchFrom = (row: Readonly<Record<string, unknown>>): Stretch => ({
  block: Number(row.block),
  first: Number(row.first),
  records: Number(row.records),
  open: Number(row.open),
  hash: String(row.hash),
})

async function headOf(
  context: Reading,
  files: EngineFiles,
  file: EngineFile,
  { contract: { format, columns } }: LandingFile,
): Promise<{ readonly fields: readonly EngineField[] } | { readonly problem: Problem }> {
  const rows = await all(context.session, files.head(file), signalOf(context).signal)
  if (format.type !== 'csv')
    return { fields: rows.map((row) => ({ name: String(row.col_name), type: String(row.data_type) })) }
  const line = rows[0]?.line
  const header = await headerLine(line === undefined ? undefined : String(line), format, columns.length)
  return header.ok ? { fields: header.names.map((name) => ({ name })) } : { problem: header.problem }
}

/** Of the records in their order, as the engine has them: there is no hash of the file's bytes to be had. */
const contentOf = (stretches: readonly Stretch[]): string =>
  createHash('sha256')
    .update(stretches.map(({ block, records, hash }) => `${block} ${records} ${hash}`).join('\n'))
    .digest('hex')

function newDelivery(
  { runId }: Reading,
  bronze: TakenTable,
  { contract, entry: { path, size, modified } }: LandingFile,
  stretches: readonly Stretch[],
): Delivery {
  const headers = contract.format.type === 'csv' && contract.format.header ? 1 : 0
  const records = stretches.reduce((sum, stretch) => sum + stretch.records, 0)
  return {
    delivery: (bronze.deliveries.at(-1)?.delivery ?? 0) + 1,
    ...{ path, size, modified },
    sha256: contentOf(stretches),
    rows: Math.max(0, records - headers),
    malformed: 0,
    blankLines: 0,
    format: formatHash(contract),
    runId,
    urls: [path],
  }
}

const brokenLines: Problem = {
  code: 'open_quotes',
  message: 'Lines of the file end inside quotes, and the engine reads it line by line.',
  hint: 'Have it exported without line breaks inside fields or as Parquet, or write `ingest: runner`.',
}

const unreadable = ({ remote }: Reading, error: C360Error): Problem => ({
  code: 'unreadable_file',
  message: `${remote.where} cannot read the file: ${masked(error.message)}`,
  hint: 'Check `landing_url` of the target, its right to read there, and `format` in the contract.',
})
