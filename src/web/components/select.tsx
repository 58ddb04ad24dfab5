import { useId, useMemo, useRef, useState } from 'react'
import { strings } from '../strings.ts'
import { Icon } from './icon.tsx'

export interface Option {
  readonly value: string
  readonly label: string
}

/** One of a list, with the browser's own list: the most accessible one there is. */
export const Select = ({
  label,
  options,
  value,
  onChange,
  showLabel = false,
}: {
  label: string
  options: readonly Option[]
  value: string
  onChange: (value: string) => void
  showLabel?: boolean
}) => {
  const id = useId()
  return (
    <span className="select">
      <label htmlFor={id} className={showLabel ? 'select-label' : 'visually-hidden'}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevron" size={13} />
    </span>
  )
}

/** Several of a long list: type to narrow it, arrows to move, Enter or Space to tick. */
export const CheckList = ({
  label,
  options,
  selected,
  onToggle,
}: {
  label: string
  options: readonly Option[]
  selected: readonly string[]
  onToggle: (value: string) => void
}) => {
  const [text, setText] = useState('')
  const list = useRef<HTMLFieldSetElement>(null)
  const shown = useMemo(() => {
    const wanted = text.trim().toLocaleLowerCase()
    return options.filter((option) => option.label.toLocaleLowerCase().includes(wanted)).slice(0, 200)
  }, [options, text])
  const move = (event: React.KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const boxes = [...(list.current?.querySelectorAll('input') ?? [])]
    const at = boxes.indexOf(document.activeElement as HTMLInputElement)
    boxes[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows are a short cut between check boxes that Tab reaches too.
    <div className="check-list" onKeyDown={move}>
      {options.length > 8 ? (
        <input
          type="search"
          value={text}
          placeholder={strings.filters.find}
          aria-label={`${strings.filters.find}: ${label}`}
          onChange={(event) => setText(event.target.value)}
        />
      ) : null}
      <fieldset className="check-list-options" aria-label={label} ref={list}>
        {shown.map((option) => (
          <label key={option.value}>
            <input
              type="checkbox"
              checked={selected.includes(option.value)}
              onChange={() => onToggle(option.value)}
            />
            {option.label}
          </label>
        ))}
      </fieldset>
    </div>
  )
}
