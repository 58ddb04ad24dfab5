import { useMemo, useState } from 'react'
import type { Tables } from '../../api-types.ts'
import { Badge } from '../../components/badge.tsx'
import { IconButton } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { useFormat } from '../../session.tsx'
import { sqlStrings as strings } from '../../strings/sql.ts'

type TableInfo = Tables['tables'][number]

interface Props {
  readonly tables: readonly TableInfo[]
  readonly onAsk: (table: TableInfo) => void
  readonly onInsert: (text: string) => void
}

/** Schemas, tables and columns; a table is asked with one click, a column is put into the statement. */
export const Tree = ({ tables, onAsk, onInsert }: Props) => {
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const shown = useMemo(() => tables.filter((table) => fits(table, wanted)), [tables, wanted])
  return (
    <div className="tree">
      <input
        type="search"
        placeholder={strings.find}
        aria-label={strings.find}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="tree-list">
        {shown.length === 0 ? <p className="muted">{strings.nothingFound}</p> : null}
        {(['gold', 'silver'] as const).map((schema) => {
          const mine = shown.filter((table) => table.schema === schema)
          if (mine.length === 0) return null
          return (
            <section key={schema} aria-label={strings.schemas[schema]}>
              <h3 title={strings.schemaHints[schema]}>
                {strings.schemas[schema]} <small>{mine.length}</small>
              </h3>
              <ul>
                {mine.map((table) => (
                  <TableItem
                    key={table.name}
                    table={table}
                    wanted={wanted}
                    onAsk={onAsk}
                    onInsert={onInsert}
                  />
                ))}
              </ul>
            </section>
          )
        })}
      </div>
    </div>
  )
}

const fits = ({ name, columns }: TableInfo, wanted: string): boolean =>
  wanted === '' ||
  name.includes(wanted) ||
  columns.some((column) => column.name.toLowerCase().includes(wanted))

const TableItem = ({
  table,
  wanted,
  onAsk,
  onInsert,
}: { table: TableInfo; wanted: string } & Omit<Props, 'tables'>) => {
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const isShown = isOpen || (wanted.length > 2 && !table.name.includes(wanted))
  return (
    <li>
      <div className="tree-table">
        <button
          type="button"
          aria-expanded={isShown}
          title={table.description}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isShown ? 'chevron' : 'right'} size={12} />
          <span>{table.name}</span>
        </button>
        <small>{table.rows === null ? '' : format.compact(table.rows, 'count')}</small>
        <IconButton
          icon="table"
          label={strings.ask(`${table.schema}.${table.name}`)}
          onClick={() => onAsk(table)}
        />
      </div>
      {isShown ? (
        <ul className="tree-columns" aria-label={strings.columnsOf(table.name)}>
          {table.columns.map(({ name, type, description, personal }) => (
            <li key={name}>
              <button
                type="button"
                title={description}
                aria-label={strings.insert(name)}
                onClick={() => onInsert(name)}
              >
                <span>{name}</span>
                <small>{type.toLowerCase()}</small>
              </button>
              {personal ? (
                <Badge mood="warning" icon="eye">
                  {strings.personal}
                </Badge>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  )
}
