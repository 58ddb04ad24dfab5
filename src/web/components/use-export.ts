import type { Filters } from '../../semantic/types.ts'
import type { ExportRequest } from '../api-types.ts'
import { addDays } from '../dates.ts'
import { download } from '../download.ts'
import { dimensionLabel, valueLabel } from '../labels.ts'
import { useFormat, useModel, useSession } from '../session.tsx'
import { strings } from '../strings.ts'
import { useToast } from './toast.tsx'

/** Filters in words, as an export and a drawer name them. */
export const useFilterText = (): ((filters: Filters | undefined) => string) => {
  const format = useFormat()
  const model = useModel()
  return (filters) =>
    [
      ...(filters?.range
        ? [`${format.day(filters.range.from)} to ${format.day(addDays(filters.range.to, -1))}`]
        : []),
      ...Object.entries(filters?.values ?? {}).map(
        ([name, values]) =>
          `${dimensionLabel(model, name)}: ${values.map((value) => valueLabel(name, value, format)).join(', ')}`,
      ),
    ].join('; ')
}

/** Saves a file from /api/export, pinned to the page's version, and says how it went. */
export const useExport = (): ((
  what: ExportRequest['what'],
  title: string,
  format: ExportRequest['format'],
  filters?: string,
) => Promise<void>) => {
  const tell = useToast()
  const { version } = useSession()
  return async (what, title, format, filters) => {
    const saved = await download({
      format,
      title,
      what,
      ...(filters ? { filters: filters.slice(0, 2000) } : {}),
      ...(version === null ? {} : { version }),
    })
    if (saved.ok) tell(strings.tile.exported(saved.data))
    else tell([saved.failure.message, saved.failure.hint].filter(Boolean).join(' '), 'failed')
  }
}
