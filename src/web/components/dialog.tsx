import { type ReactNode, useEffect, useId, useRef } from 'react'
import { strings } from '../strings.ts'
import { IconButton } from './button.tsx'

/**
 * A modal dialog: the browser keeps the focus inside, Esc closes it and the focus goes back. `side` slides in from the
 * right and keeps the page visible (explanations, decompositions).
 */
export const Dialog = ({
  title,
  shape = 'centre',
  onClose,
  children,
  bare = false,
}: {
  title: string
  shape?: 'centre' | 'side' | 'top'
  onClose: () => void
  children: ReactNode
  /** Without the visible header; the title still names it. */
  bare?: boolean
}) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    return () => {
      element?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className={`dialog dialog-${shape}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="dialog-body">
        <header className={bare ? 'visually-hidden' : 'dialog-head'}>
          <h2 id={id}>{title}</h2>
          {bare ? null : <IconButton icon="close" label={strings.dialog.close} onClick={onClose} />}
        </header>
        {children}
      </div>
    </dialog>
  )
}

/** A panel at the right edge. */
export const Drawer = (props: { title: string; onClose: () => void; children: ReactNode }) => (
  <Dialog {...props} shape="side" />
)
