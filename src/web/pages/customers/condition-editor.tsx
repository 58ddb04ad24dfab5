import { type ReactNode, useId, useState } from 'react'
import type { Condition } from '../../api-types.ts'
import { Button, Segmented } from '../../components/button.tsx'
import { CheckList } from '../../components/select.tsx'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/customers.ts'
import { type CustomerColumn, cellText, isNumber } from './columns.ts'

interface Props {
  readonly column: CustomerColumn
  readonly condition: Condition | undefined
  readonly onApply: (condition: Condition) => void
}

/** How a column is filtered follows from its type: values to tick, a range, yes or no, or words it contains. */
export const ConditionEditor = (props: Props) => {
  const { column } = props
  if (column.type === 'boolean') return <StateEditor {...props} />
  if (column.values) return <ValuesEditor {...props} values={column.values} />
  if (column.type === 'text') return <WordsEditor {...props} />
  return <RangeEditor {...props} />
}

const none = '~'

const ValuesEditor = ({
  column,
  condition,
  values,
  onApply,
}: Props & { values: readonly (string | null)[] }) => {
  const format = useFormat()
  const [chosen, setChosen] = useState<readonly string[]>(
    condition?.op === 'in' ? condition.values.map((value) => value ?? none) : [],
  )
  const options = values.map((value) => ({
    value: value ?? none,
    label: value === null ? text.unknown : cellText(column.name, column.type, value, format),
  }))
  const toggle = (value: string) =>
    setChosen((now) => (now.includes(value) ? now.filter((one) => one !== value) : [...now, value]))
  return (
    <Form
      isReady={chosen.length > 0}
      onApply={() =>
        onApply({
          column: column.name,
          op: 'in',
          values: chosen.map((value) => (value === none ? null : value)),
        })
      }
    >
      <CheckList label={text.filters.choose} options={options} selected={chosen} onToggle={toggle} />
    </Form>
  )
}

type State = 'yes' | 'no' | 'unknown'

const StateEditor = ({ column, condition, onApply }: Props) => {
  const now: State | undefined =
    condition?.op === 'is'
      ? condition.value
        ? 'yes'
        : 'no'
      : condition?.op === 'empty'
        ? 'unknown'
        : undefined
  const [state, setState] = useState(now)
  const options = (['yes', 'no', 'unknown'] as const).map((value) => ({ value, label: text[value] }))
  return (
    <Form
      isReady={state !== undefined}
      onApply={() =>
        onApply(
          state === 'unknown'
            ? { column: column.name, op: 'empty', value: true }
            : { column: column.name, op: 'is', value: state === 'yes' },
        )
      }
    >
      <Segmented label={text.filters.state} options={options} value={state} onChange={setState} />
    </Form>
  )
}

const WordsEditor = ({ column, condition, onApply }: Props) => {
  const id = useId()
  const [words, setWords] = useState(condition?.op === 'contains' ? condition.text : '')
  return (
    <Form
      isReady={words.trim() !== ''}
      onApply={() => onApply({ column: column.name, op: 'contains', text: words.trim() })}
      more={<Emptiness column={column} onApply={onApply} />}
    >
      <label htmlFor={id}>{text.filters.text}</label>
      <input
        id={id}
        type="text"
        className="input"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
    </Form>
  )
}

const RangeEditor = ({ column, condition, onApply }: Props) => {
  const id = useId()
  const given = condition?.op === 'between' ? condition : undefined
  const [from, setFrom] = useState(String(given?.from ?? ''))
  const [to, setTo] = useState(String(given?.to ?? ''))
  const isDate = !isNumber(column.type)
  const problem = problemOf(from.trim(), to.trim(), column.type)
  const bound = (value: string): string | number => (isDate ? value : Number(value))
  return (
    <Form
      isReady={problem === null && (from.trim() !== '' || to.trim() !== '')}
      problem={problem}
      onApply={() =>
        onApply({
          column: column.name,
          op: 'between',
          ...(from.trim() === '' ? {} : { from: bound(from.trim()) }),
          ...(to.trim() === '' ? {} : { to: bound(to.trim()) }),
        })
      }
      more={<Emptiness column={column} onApply={onApply} />}
    >
      <div className="range-fields">
        {(
          [
            ['from', from, setFrom],
            ['to', to, setTo],
          ] as const
        ).map(([end, value, set]) => (
          <span key={end}>
            <label htmlFor={`${id}-${end}`}>{text.filters[end]}</label>
            <input
              id={`${id}-${end}`}
              className="input"
              type={isDate ? 'date' : 'text'}
              inputMode={isDate ? undefined : 'decimal'}
              autoComplete="off"
              value={value}
              onChange={(event) => set(event.target.value)}
            />
          </span>
        ))}
      </div>
    </Form>
  )
}

const numbers: Partial<Readonly<Record<CustomerColumn['type'], RegExp>>> = {
  integer: /^-?\d{1,15}$/,
  decimal: /^-?\d{1,15}(\.\d{1,6})?$/,
}

const problemOf = (from: string, to: string, type: CustomerColumn['type']): string | null => {
  const given = [from, to].filter((value) => value !== '')
  const pattern = numbers[type]
  if (pattern && !given.every((value) => pattern.test(value)))
    return text.filters.wrongNumber[type === 'integer' ? 'whole' : 'any']
  if (given.length < 2) return null
  return (pattern ? Number(from) > Number(to) : from > to) ? text.filters.wrongOrder : null
}

const Emptiness = ({ column, onApply }: Pick<Props, 'column' | 'onApply'>) => (
  <>
    <Button kind="quiet" onClick={() => onApply({ column: column.name, op: 'empty', value: true })}>
      {text.filters.onlyUnknown}
    </Button>
    <Button kind="quiet" onClick={() => onApply({ column: column.name, op: 'empty', value: false })}>
      {text.filters.onlyKnown}
    </Button>
  </>
)

const Form = ({
  isReady,
  problem = null,
  onApply,
  more,
  children,
}: {
  isReady: boolean
  problem?: string | null
  onApply: () => void
  more?: ReactNode
  children: ReactNode
}) => (
  <form
    className="condition-form"
    onSubmit={(event) => {
      event.preventDefault()
      if (isReady) onApply()
    }}
  >
    {children}
    {problem === null ? null : <p role="alert">{problem}</p>}
    <div className="form-buttons">
      {more}
      <Button kind="primary" submit disabled={!isReady}>
        {text.filters.apply}
      </Button>
    </div>
  </form>
)
