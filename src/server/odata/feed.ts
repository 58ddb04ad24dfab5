import { createHash } from 'node:crypto'
import { C360Error } from '../../errors.ts'
import type { Hosted } from '../projects/hosted.ts'
import { goldColumns } from '../reading/gold-columns.ts'
import type { Lease } from '../reading/snapshot.ts'
import { type Edm, edmOf } from './edm.ts'
import { odataName, quotedName } from './names.ts'

export interface FeedColumn {
  /** As OData names it. */
  readonly name: string
  /** As gold names it. */
  readonly column: string
  readonly edm: Edm
  readonly description: string
  readonly isKey: boolean
  /** A contact: shown masked, and nothing is ordered by it. */
  readonly isMasked: boolean
  /** A contact or a name: its values may not be in an address. */
  readonly isPersonal: boolean
}

/** A table of gold as an entity set. */
export interface FeedTable {
  readonly name: string
  readonly table: string
  readonly description: string
  readonly columns: readonly FeedColumn[]
}

export interface Feed {
  readonly tables: readonly FeedTable[]
  /** Of what is read and what of it is masked: the same for as long as every answer is the same. */
  readonly stamp: string
}

/** Every table of the version that has a key somebody may see. */
export async function feedOf(lease: Lease, hosted: Hosted, signal: AbortSignal): Promise<Feed> {
  const [{ catalogue }, contacts] = await Promise.all([hosted.prepared(), hosted.contacts()])
  const tables: FeedTable[] = []
  for (const table of Object.keys(lease.manifest.models).sort()) {
    const model = catalogue.find(({ name }) => name === table)
    const grain = model?.grain ?? []
    const described = new Map(model?.columns.map(({ name, description }) => [name, description]))
    const columns = (await goldColumns(lease, table, signal)).map(
      ({ name, engineType }): FeedColumn => ({
        name: odataName(name),
        column: name,
        edm: contacts.isContact(table, name) ? edmOf('VARCHAR') : edmOf(engineType),
        description: described.get(name) ?? '',
        isKey: grain.includes(name),
        isMasked: contacts.isContact(table, name),
        isPersonal: contacts.isPersonal(table, name),
      }),
    )
    const keys = columns.filter(({ isKey }) => isKey)
    // Masked values of two people may be the same, so such a key tells no rows apart.
    if (keys.length === 0 || keys.length < grain.length || keys.some(({ isMasked }) => isMasked)) continue
    tables.push({ name: odataName(table), table, description: model?.description ?? '', columns })
  }
  return { tables, stamp: stampOf(lease, tables) }
}

function stampOf({ version, manifest }: Lease, tables: readonly FeedTable[]): string {
  const masked = tables.map(({ table, columns }) => [
    table,
    columns.filter(({ isMasked }) => isMasked).map(({ column }) => column),
  ])
  const text = JSON.stringify([version, manifest.createdAt, masked])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** NOT_FOUND for a name that is no entity set. */
export function tableNamed({ tables }: Feed, name: string): FeedTable {
  const found = tables.find((table) => table.name === name)
  if (found) return found
  throw new C360Error('NOT_FOUND', `There is no entity set ${quotedName(name)}.`, {
    hint: 'The service document lists them; a table whose key is masked is none.',
  })
}
