import { type RefObject, useId, useRef } from 'react'
import { sqlStrings as strings } from '../../strings/sql.ts'
import { commented, type Edit, indented, newLine, outdented } from './editing.ts'

/** Puts text into the field as if typed, so that the browser's undo takes it back. */
export const typeInto = (field: HTMLTextAreaElement, { from, to, text, select }: Edit): void => {
  field.focus()
  field.setSelectionRange(from, to)
  if (!document.execCommand('insertText', false, text)) {
    field.setRangeText(text, from, to, 'end')
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  field.setSelectionRange(select[0], select[1])
}

/** A plain text field with line numbers and the keys one expects of an editor. */
export const Editor = ({
  field,
  value,
  onChange,
  onRun,
}: {
  field: RefObject<HTMLTextAreaElement | null>
  value: string
  onChange: (value: string) => void
  onRun: () => void
}) => {
  const id = useId()
  const gutter = useRef<HTMLDivElement>(null)
  const leaving = useRef(false)
  const lines = value.split('\n').length
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    const isCommand = event.ctrlKey || event.metaKey
    if (isCommand && event.key === 'Enter') {
      event.preventDefault()
      return onRun()
    }
    if (event.key === 'Escape') {
      leaving.current = true
      return
    }
    const edit = editFor(event, leaving.current)
    leaving.current = false
    if (!edit) return
    event.preventDefault()
    typeInto(event.currentTarget, edit)
  }
  return (
    <div className="editor">
      <div className="editor-lines" aria-hidden="true" ref={gutter}>
        {Array.from({ length: lines }, (_, index) => index + 1).join('\n')}
      </div>
      <textarea
        ref={field}
        aria-label={strings.editor}
        aria-describedby={`${id}-hint`}
        value={value}
        rows={Math.min(18, Math.max(7, lines + 1))}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop
        }}
      />
      <p id={`${id}-hint`} className="editor-hint">
        {strings.editorHint}
      </p>
    </div>
  )
}

const editFor = (event: React.KeyboardEvent<HTMLTextAreaElement>, isLeaving: boolean): Edit | null => {
  const { value, selectionStart: from, selectionEnd: to } = event.currentTarget
  const isCommand = event.ctrlKey || event.metaKey
  if (event.key === 'Tab' && !isLeaving)
    return event.shiftKey ? outdented(value, from, to) : indented(value, from, to)
  if (event.key === 'Enter' && !event.shiftKey && !isCommand) return newLine(value, from, to)
  if (event.key === '/' && isCommand) return commented(value, from, to)
  return null
}
