import { useId, useState } from 'react'
import type { HeldRow } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { Drawer } from '../../components/dialog.tsx'
import { quarantineStrings } from '../../strings/quarantine.ts'
import { Waiting } from './grid.tsx'
import { useDecide } from './use-decide.ts'

const strings = quarantineStrings.row

interface Props {
  readonly row: HeldRow
  readonly isRevealed: boolean
  readonly onReveal: () => void
  readonly onClose: () => void
}

/** One held-back row: why, as it came, and the form that corrects it. */
export const RowDrawer = ({ row, isRevealed, onReveal, onClose }: Props) => (
  <Drawer title={strings.title(`${row.file}:${row.row}`)} onClose={onClose}>
    <p className="drawer-line">
      <code>{row.source}</code>
      {row.waiting ? <Waiting kind={row.waiting} /> : null}
    </p>
    <h3>{strings.why}</h3>
    <ul className="whys">
      {row.reasons.map(({ column, reason }) => (
        <li key={`${column} ${reason}`}>
          <code>{[column, reason].filter(Boolean).join(' · ')}</code>
          <span>{quarantineStrings.meanings[reason]}</span>
        </li>
      ))}
    </ul>
    <Unsplit row={row} />
    <EditForm key={`${row.id} ${isRevealed}`} row={row} onClose={onClose} />
    {row.masked.length > 0 ? (
      <p className="drawer-note">
        {strings.hiddenHint}{' '}
        <button type="button" className="link-button" onClick={onReveal}>
          {quarantineStrings.grid.reveal}
        </button>
      </p>
    ) : null}
  </Drawer>
)

/** Values under names that are no columns of the contract: a record that could not be split, for example. */
const Unsplit = ({ row: { raw, editable, masked } }: { row: HeldRow }) => {
  const known = new Set(editable.map((name) => name.toLowerCase()))
  const others = Object.entries(raw).filter(([column]) => !known.has(column.toLowerCase()))
  if (others.length === 0) return null
  return (
    <>
      <h3>{strings.record}</h3>
      {others.map(([column, value]) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reached by keyboard.
        <pre key={column} className="code record" tabIndex={0}>
          {masked.includes(column) ? quarantineStrings.grid.hidden : (value ?? strings.empty)}
        </pre>
      ))}
    </>
  )
}

const EditForm = ({ row, onClose }: { row: HeldRow; onClose: () => void }) => {
  const id = useId()
  const decide = useDecide()
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [why, setWhy] = useState('')
  const isChanged = Object.keys(values).length > 0
  const finish = async (kept: Promise<boolean>): Promise<void> => {
    if (await kept) onClose()
  }
  const set = (column: string, text: string) => {
    const { [column]: _, ...others } = values
    setValues(text === (row.raw[column] ?? '') ? others : { ...others, [column]: text })
  }
  return (
    <form
      className="edit-row"
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged)
          void finish(decide({ action: 'edit', id: row.id, values, why: why.trim() }, strings.saved))
      }}
    >
      <h3>{strings.edit}</h3>
      <p className="drawer-note">{strings.editHint}</p>
      {row.editable.map((column) => (
        <Field
          key={column}
          row={row}
          column={column}
          text={values[column]}
          onText={(text) => set(column, text)}
        />
      ))}
      <div className="field">
        <label htmlFor={`${id}-why`}>{strings.note}</label>
        <input
          id={`${id}-why`}
          type="text"
          maxLength={500}
          value={why}
          onChange={(event) => setWhy(event.target.value)}
        />
      </div>
      <div className="edit-actions">
        <Button
          kind="danger"
          icon="close"
          title={strings.dismissHint}
          onClick={() =>
            void finish(decide({ action: 'dismiss', ids: [row.id], why: why.trim() }, strings.dismissed(1)))
          }
        >
          {strings.dismiss}
        </Button>
        {row.waiting && row.waiting !== 'reopen' ? (
          <Button
            icon="refresh"
            onClick={() =>
              void finish(decide({ action: 'reopen', ids: [row.id], why: why.trim() }, strings.reopened))
            }
          >
            {strings.reopen}
          </Button>
        ) : null}
        <Button kind="primary" submit disabled={!isChanged} title={isChanged ? undefined : strings.nothing}>
          {strings.save}
        </Button>
      </div>
    </form>
  )
}

const Field = ({
  row,
  column,
  text,
  onText,
}: {
  row: HeldRow
  column: string
  text: string | undefined
  onText: (text: string) => void
}) => {
  const id = useId()
  const isMasked = row.masked.includes(column)
  const why = row.reasons.filter((reason) => reason.column?.toLowerCase() === column.toLowerCase())
  const before = row.raw[column] ?? ''
  return (
    <div className={`field ${why.length > 0 ? 'is-guilty' : ''}`}>
      <label htmlFor={id}>{column}</label>
      <input
        id={id}
        type="text"
        value={isMasked ? '' : (text ?? before)}
        placeholder={isMasked ? quarantineStrings.grid.hidden : strings.empty}
        disabled={isMasked}
        aria-invalid={why.length > 0 && text === undefined}
        aria-describedby={why.length > 0 ? `${id}-why` : undefined}
        onChange={(event) => onText(event.target.value)}
      />
      {why.length > 0 ? (
        <small id={`${id}-why`}>
          {why.map(({ reason }) => quarantineStrings.meanings[reason] ?? reason).join(' ')}
        </small>
      ) : null}
      {text !== undefined && before !== '' ? <small>{strings.was(before)}</small> : null}
    </div>
  )
}
