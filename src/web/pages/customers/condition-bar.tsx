import { useState } from 'react'
import type { Condition } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Popover } from '../../components/popover.tsx'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/customers.ts'
import { type CustomerColumn, columnLabel } from './columns.ts'
import { ConditionEditor } from './condition-editor.tsx'
import { conditionText } from './condition-text.ts'
import type { Conditions } from './use-conditions.ts'

/** The filters as pills that can be changed and taken away, and a button that adds one on any column. */
export const ConditionBar = ({
  columns,
  conditions,
}: {
  columns: readonly CustomerColumn[]
  conditions: Conditions
}) => (
  <div className="condition-bar">
    <Popover
      className="button button-plain"
      align="start"
      button={
        <>
          <Icon name="plus" size={15} />
          {text.filters.add}
        </>
      }
    >
      {(close) => (
        <AddCondition
          columns={columns}
          conditions={conditions.all}
          onApply={(condition) => {
            conditions.put(condition)
            close()
          }}
        />
      )}
    </Popover>
    <ul className="pills" aria-label={text.filters.label}>
      {conditions.all.map((condition) => (
        <ConditionPill
          key={condition.column}
          condition={condition}
          column={columns.find(({ name }) => name === condition.column)}
          conditions={conditions}
        />
      ))}
      {conditions.all.length > 1 ? (
        <li>
          <button type="button" className="link-button" onClick={conditions.clear}>
            {text.filters.clear}
          </button>
        </li>
      ) : null}
    </ul>
    {conditions.hasPrivate ? <p className="hint">{text.filters.private}</p> : null}
  </div>
)

const ConditionPill = ({
  condition,
  column,
  conditions,
}: {
  condition: Condition
  column: CustomerColumn | undefined
  conditions: Conditions
}) => {
  const format = useFormat()
  const name = columnLabel(condition.column)
  const words = conditionText(condition, column?.type ?? 'text', format)
  return (
    <li className="condition-pill">
      <Popover
        align="start"
        className="pill-button"
        label={text.filters.edit(name, words)}
        button={
          <>
            <span className="pill-name">{name}</span> <span className="pill-text">{words}</span>
          </>
        }
      >
        {(close) =>
          column ? (
            <div className="condition-panel">
              <PanelHead column={column} />
              <ConditionEditor
                column={column}
                condition={condition}
                onApply={(next) => {
                  conditions.put(next)
                  close()
                }}
              />
            </div>
          ) : null
        }
      </Popover>
      <button
        type="button"
        className="pill-remove"
        aria-label={text.filters.remove(`${name}: ${words}`)}
        onClick={() => conditions.remove(condition.column)}
      >
        <Icon name="close" size={12} />
      </button>
    </li>
  )
}

const AddCondition = ({
  columns,
  conditions,
  onApply,
}: {
  columns: readonly CustomerColumn[]
  conditions: readonly Condition[]
  onApply: (condition: Condition) => void
}) => {
  const [chosen, setChosen] = useState<CustomerColumn | undefined>(undefined)
  if (!chosen) return <ColumnList columns={columns} onPick={setChosen} />
  return (
    <div className="condition-panel">
      <Button kind="quiet" icon="left" className="condition-back" onClick={() => setChosen(undefined)}>
        {text.filters.back}
      </Button>
      <PanelHead column={chosen} />
      <ConditionEditor
        key={chosen.name}
        column={chosen}
        condition={conditions.find(({ column }) => column === chosen.name)}
        onApply={onApply}
      />
    </div>
  )
}

const PanelHead = ({ column }: { column: CustomerColumn }) => (
  <>
    <p className="condition-title">{columnLabel(column.name)}</p>
    <p className="hint">
      {column.description}
      {column.personal ? ` (${text.filters.privateMark})` : ''}
    </p>
  </>
)

const ColumnList = ({
  columns,
  onPick,
}: {
  columns: readonly CustomerColumn[]
  onPick: (column: CustomerColumn) => void
}) => {
  const [words, setWords] = useState('')
  const wanted = words.trim().toLocaleLowerCase()
  const shown = columns.filter(({ name, description }) =>
    [columnLabel(name), name, description].some((part) => part.toLocaleLowerCase().includes(wanted)),
  )
  return (
    <div className="condition-panel">
      <input
        type="search"
        className="input"
        aria-label={text.filters.find}
        placeholder={text.filters.find}
        value={words}
        // biome-ignore lint/a11y/noAutofocus: the panel was opened to choose a column.
        autoFocus
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          const [first] = shown
          if (event.key === 'Enter' && first) onPick(first)
        }}
      />
      <ul className="column-list" aria-label={text.filters.columns}>
        {shown.map((column) => (
          <li key={column.name}>
            <button type="button" title={column.description} onClick={() => onPick(column)}>
              {columnLabel(column.name)}
              {column.personal ? <Icon name="shield" size={13} /> : null}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
