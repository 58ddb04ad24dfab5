import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

/** A button that opens a small panel below it. Esc and a click outside close it and give the focus back. */
export const Popover = ({
  label,
  button,
  className = '',
  align = 'end',
  children,
}: {
  /** The button's name where its content is only a picture. */
  label?: string
  button: ReactNode
  className?: string
  align?: 'start' | 'end'
  children: (close: () => void) => ReactNode
}) => {
  const [isOpen, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  const id = useId()
  const close = () => {
    setOpen(false)
    trigger.current?.focus()
  }
  useOutside(root, isOpen, () => setOpen(false))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears Esc from what is inside.
    <div
      className="popover-root"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return
        event.stopPropagation()
        close()
      }}
    >
      <button
        ref={trigger}
        type="button"
        className={className}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        {...(label ? { 'aria-label': label, title: label } : {})}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
      </button>
      {isOpen ? (
        <div id={id} className={`popover popover-${align}`}>
          {children(close)}
        </div>
      ) : null}
    </div>
  )
}

const useOutside = (root: React.RefObject<HTMLElement | null>, isOpen: boolean, close: () => void): void => {
  const latest = useRef(close)
  latest.current = close
  useEffect(() => {
    if (!isOpen) return
    const onDown = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) latest.current()
    }
    document.addEventListener('pointerdown', onDown)
    document.addEventListener('focusin', onDown)
    return () => {
      document.removeEventListener('pointerdown', onDown)
      document.removeEventListener('focusin', onDown)
    }
  }, [isOpen, root])
}
