import type { ExportRequest } from '../api-types.ts'
import { strings } from '../strings.ts'
import { Icon } from './icon.tsx'
import { Popover } from './popover.tsx'
import { useExport } from './use-export.ts'

/** CSV, Excel or Parquet of something. */
export const ExportButton = ({
  what,
  title,
  filters,
}: {
  what: ExportRequest['what']
  title: string
  /** In words, for the file. */
  filters?: string
}) => {
  const save = useExport()
  return (
    <Popover
      className="button button-plain"
      button={
        <>
          <Icon name="download" size={15} />
          {strings.tile.export}
        </>
      }
    >
      {(close) => (
        <ul className="menu">
          {(['csv', 'xlsx', 'parquet'] as const).map((format) => (
            <li key={format}>
              <button
                type="button"
                onClick={() => {
                  close()
                  void save(what, title, format, filters)
                }}
              >
                {strings.formats[format]}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  )
}
