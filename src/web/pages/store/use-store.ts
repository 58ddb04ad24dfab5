import { api } from '../../api.ts'
import type { GoldTable } from '../../api-types.ts'
import type { Result } from '../../http.ts'
import { type Loaded, useLoad } from '../../query.ts'
import { useSession } from '../../session.tsx'

export interface StoreInfo {
  readonly label: string
  readonly place: string
  /** As the source writes them; null where it does not. */
  readonly openingHours: string | null
  readonly timeZone: string | null
}

const step = 1000

/** What is known of a store; null for an id that no store has. */
export const useStore = (id: string): Loaded<StoreInfo | null> => {
  const { version } = useSession()
  return useLoad(['store', id], (signal) => find(id, version, signal))
}

/** The table knows no filter, so it is read page by page until the store comes. */
const find = async (
  id: string,
  version: number | null,
  signal: AbortSignal,
): Promise<Result<StoreInfo | null>> => {
  for (let offset = 0; ; offset += step) {
    const page = { offset, limit: step, order: 'store_id', ...(version === null ? {} : { version }) }
    const got = await api.gold('dim_stores', page, signal)
    if (!got.ok) return got
    const info = infoIn(got.data, id)
    if (info || offset + step >= got.data.total) return { ok: true, data: info ?? null }
  }
}

const infoIn = ({ table }: GoldTable, id: string): StoreInfo | undefined => {
  const at = new Map(table.columns.map(({ name }, index) => [name, index]))
  const text = (row: readonly unknown[], column: string): string | null => {
    const cell = row[at.get(column) ?? -1]
    return cell === null || cell === undefined ? null : String(cell)
  }
  const row = table.rows.find((one) => text(one, 'store_id') === id)
  if (!row) return undefined
  return {
    label: text(row, 'location') ?? id,
    place: [text(row, 'city'), text(row, 'state')].filter((one) => one !== null).join(', '),
    openingHours: text(row, 'opening_hours'),
    timeZone: text(row, 'time_zone'),
  }
}
