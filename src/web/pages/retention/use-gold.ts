import { api } from '../../api.ts'
import type { GoldTable } from '../../api-types.ts'
import { type Loaded, useLoad } from '../../query.ts'

/** A certified view as it stands. It is small: a row per month or place. */
export const useGold = (table: string): Loaded<GoldTable> =>
  useLoad(['gold', table], (signal) => api.gold(table, { limit: 1000 }, signal))
