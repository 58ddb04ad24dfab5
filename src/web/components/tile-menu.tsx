import type { Query } from '../../semantic/types.ts'
import { strings } from '../strings.ts'
import { Icon, type IconName } from './icon.tsx'
import { Popover } from './popover.tsx'
import { useExport, useFilterText } from './use-export.ts'

/** Table view, exports and explanation of a tile. */
export const TileMenu = ({
  title,
  query,
  isTable,
  onTable,
  onExplain,
}: {
  title: string
  query: Query
  isTable: boolean
  onTable: () => void
  onExplain: () => void
}) => {
  const save = useExport()
  const filterText = useFilterText()
  const exported = (format: 'csv' | 'xlsx' | 'parquet') => () =>
    void save({ kind: 'query', query }, title, format, filterText(query.filters))
  const items: readonly { icon: IconName; label: string; act: () => void }[] = [
    {
      icon: isTable ? 'chart' : 'table',
      label: isTable ? strings.tile.showPicture : strings.tile.showTable,
      act: onTable,
    },
    { icon: 'info', label: strings.tile.explain, act: onExplain },
    { icon: 'download', label: strings.tile.exportCsv, act: exported('csv') },
    { icon: 'download', label: strings.tile.exportXlsx, act: exported('xlsx') },
    { icon: 'download', label: strings.tile.exportParquet, act: exported('parquet') },
  ]
  return (
    <Popover className="icon-button tile-menu" label={strings.tile.menu(title)} button={<Icon name="more" />}>
      {(close) => (
        <ul className="menu">
          {items.map(({ icon, label, act }) => (
            <li key={label}>
              <button
                type="button"
                onClick={() => {
                  close()
                  act()
                }}
              >
                <Icon name={icon} size={14} />
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  )
}
