import { C360Error } from '../errors.ts'
import type { Add, MetaData, Protocol } from './actions.ts'
import { type Field, parseSchema } from './schema.ts'

/** What this writer gives its own tables: everything any reader of Delta understands. */
export const ownProtocol: Protocol = { minReaderVersion: 1, minWriterVersion: 2 }

/** What a table asks of those who use it. */
interface Demands {
  readonly protocol: Protocol
  readonly metaData: MetaData
}

/** Writer features that ask nothing of an append, once `assertWritable` has found no invariant in the schema. */
const harmless = new Set(['appendOnly', 'invariants'])

const unsupported = (message: string): C360Error => new C360Error('LAKE_UNSUPPORTED', message)

/** Fails with LAKE_UNSUPPORTED unless every row can be read from the Parquet files alone. */
export function assertReadable({ protocol, metaData }: Demands, table: string): void {
  const { minReaderVersion, readerFeatures } = protocol
  if (minReaderVersion !== 1 && !(minReaderVersion === 3 && (readerFeatures ?? []).length === 0))
    throw unsupported(
      `${table} needs a reader of Delta protocol ${minReaderVersion}${featureList(readerFeatures)}; c360 reads 1.`,
    )
  if (metaData.format.provider !== 'parquet')
    throw unsupported(`${table} is stored as ${metaData.format.provider}.`)
  if (metaData.partitionColumns.length > 0)
    throw unsupported(`${table} is partitioned by ${metaData.partitionColumns.join(', ')}.`)
}

/** Fails with LAKE_UNSUPPORTED where an append would have to keep rules this writer does not know. */
export function assertWritable(demands: Demands, table: string): void {
  assertReadable(demands, table)
  const { minWriterVersion, writerFeatures } = demands.protocol
  const unknown = (writerFeatures ?? []).filter((feature) => !harmless.has(feature))
  if (minWriterVersion > 2 && !(minWriterVersion === 7 && unknown.length === 0))
    throw unsupported(
      `${table} needs a writer of Delta protocol ${minWriterVersion}${featureList(unknown)}; c360 writes 2.`,
    )
  const ruled = parseSchema(demands.metaData.schemaString, table).find(hasRule)
  if (ruled)
    throw unsupported(
      `Column ${ruled.name} of ${table} has a rule (not null, invariant) that another tool set.`,
    )
}

const hasRule = ({ nullable, metadata }: Field): boolean =>
  !nullable || metadata?.['delta.invariants'] != null

const featureList = (features: readonly string[] | null | undefined): string =>
  features && features.length > 0 ? ` (${features.join(', ')})` : ''

/** Fails with LAKE_UNSUPPORTED where rows of a file are marked as deleted outside of it. */
export function assertWhole(add: Add, where: string): void {
  if (add.deletionVector != null) throw unsupported(`${where} marks deleted rows by a deletion vector.`)
}
