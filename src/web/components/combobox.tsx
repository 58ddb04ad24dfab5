import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

/**
 * A text field over a list (ARIA combobox): the focus stays in the field, arrows choose, Enter takes.
 * The caller filters; `items` is what fits the text now.
 */
export const Combobox = <T,>({
  label,
  placeholder,
  text,
  onText,
  items,
  keyOf,
  render,
  groupOf,
  onPick,
  autoFocus = false,
}: {
  label: string
  placeholder?: string
  text: string
  onText: (text: string) => void
  items: readonly T[]
  keyOf: (item: T) => string
  render: (item: T) => ReactNode
  /** A heading wherever it changes. */
  groupOf?: (item: T) => string
  onPick: (item: T) => void
  autoFocus?: boolean
}) => {
  const id = useId()
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const at = Math.min(active, items.length - 1)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })
  useEffect(() => {
    if (autoFocus) field.current?.focus()
  }, [autoFocus])
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && items.length > 0) {
      event.preventDefault()
      setActive((at + step + items.length) % items.length)
    }
    const item = items[at]
    if (event.key === 'Enter' && item !== undefined) {
      event.preventDefault()
      onPick(item)
    }
  }
  return (
    <div className="combobox">
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={items.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setActive(0)
          onText(event.target.value)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} className="combobox-list" role="listbox" aria-label={label} ref={list}>
        {items.map((item, index) => {
          const group = groupOf?.(item)
          const before = items[index - 1]
          const isFirst = group !== undefined && (before === undefined || groupOf?.(before) !== group)
          return (
            <div key={keyOf(item)} role="presentation">
              {isFirst ? <div className="combobox-group">{group}</div> : null}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and handles the keys. */}
              <div
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                className="combobox-option"
                onMouseMove={() => setActive(index)}
                onClick={() => onPick(item)}
              >
                {render(item)}
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}
