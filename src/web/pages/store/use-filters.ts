import type { Filters } from '../../../semantic/types.ts'
import { usePage } from '../../use-page.ts'

/** The page's filters for one store: the store of the address takes the place of any chosen elsewhere. */
export const useStoreFilters = (id: string, ...except: string[]): Filters => {
  const page = usePage()
  const filters = page.filters('store', ...except)
  return { ...filters, values: { ...filters.values, store: [id] } }
}
