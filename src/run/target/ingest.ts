import type { Remote, Session } from '../../engines/engine.ts'
import type { EngineFiles } from '../../engines/files.ts'
import type { BronzeTable } from '../../plan/types.ts'
import type { Contract } from '../../project/types.ts'
import type { Bronze } from '../bronze.ts'
import type { FileOutcome } from '../events.ts'
import { technicalColumns } from '../lake-state.ts'
import { awakened, type Landing, type LandingFile } from '../landing.ts'
import { EMPTY_BRONZE } from '../look.ts'
import { signalOf, type Work } from '../work.ts'
import { type TakenTable, TargetFiles } from './files.ts'
import { lookThere } from './look.ts'
import { take } from './take.ts'
import { widen } from './widen.ts'

export interface Reading extends Work {
  readonly remote: Remote
  readonly session: Session
}

/**
 * Has the engine read every new landing file into its bronze, where the lake has no part in it. A file counts once it stands in `_files`;
 * what a run left that died before is taken out first.
 */
export async function readThere(context: Reading, files: EngineFiles, landing: Landing): Promise<Bronze> {
  const taken = new TargetFiles(context.remote, context.session)
  const tables = await taken.read()
  const outcomes: FileOutcome[] = []
  const bring = async (fresh: Landing['fresh']) => {
    for (const contract of context.prepared.project.contracts) {
      const own = fresh.filter((file) => file.contract === contract)
      if (own.length > 0) outcomes.push(...(await readSource(context, files, taken, tables, contract, own)))
    }
  }
  await bring(landing.fresh)
  const again = awakened(landing, tables, [])
  await bring(again)
  const seen = landing.seen.filter((file) => !again.includes(file))
  return {
    state: { sources: tables, decisions: { list: [], urls: [] } },
    versions: {},
    files: outcomes,
    landing: { ...landing, fresh: [...landing.fresh, ...again], seen },
  }
}

/** What it brings is noted in `tables`. */
async function readSource(
  context: Reading,
  files: EngineFiles,
  taken: TargetFiles,
  tables: Record<string, TakenTable>,
  { source }: Contract,
  fresh: readonly LandingFile[],
): Promise<FileOutcome[]> {
  const { session, remote, onEvent } = context
  const d = remote.dialect
  const table = d.table('bronze', source)
  let bronze = tables[source] ?? EMPTY_BRONZE
  const newest = bronze.deliveries.at(-1)?.delivery ?? 0
  await session.execute([
    d.createTable(table, columnsOf(bronze)),
    `delete from ${table} where _delivery > ${newest}`,
  ])
  const outcomes: FileOutcome[] = []
  for (const landed of fresh) {
    onEvent({ type: 'scanning', source, path: landed.entry.path, size: landed.entry.size })
    const look = await lookThere(context, files, bronze, landed)
    const outcome = look.kind === 'other' ? look.outcome : await takeNew(look.file)
    outcomes.push(outcome)
    onEvent({ type: 'file', file: outcome })
  }
  return outcomes

  async function takeNew(file: Parameters<typeof take>[2]): Promise<FileOutcome> {
    const columns = [...bronze.columns, ...file.added]
    await widen(session, d, { table, columns: columnsOf({ columns }) }, signalOf(context))
    const { outcome, delivery } = await take(context, files, file, table)
    if (!delivery) return outcome
    await context.boundary('target.file_read')
    const { entry } = file.landed
    await taken.add(source, delivery, entry, columns)
    const done = { ...delivery, ...(entry.etag === undefined ? {} : { etag: entry.etag }) }
    bronze = { columns, deliveries: [...bronze.deliveries, done] }
    tables[source] = bronze
    return outcome
  }
}

/** Columns of the bronze table: those of the files as text, then those of every bronze table. */
const columnsOf = ({ columns }: Pick<BronzeTable, 'columns'>) => [
  ...columns.map(({ name }) => [name, 'text'] as const),
  ...technicalColumns.map(({ name, type }) => [name, TYPES[type]] as const),
]

const TYPES = { string: 'text', long: 'integer', timestamp: 'timestamp' } as const
