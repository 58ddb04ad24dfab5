import { useId, useRef, useState } from 'react'
import { api } from '../../api.ts'
import type { Upload } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/card.tsx'
import { Icon } from '../../components/icon.tsx'
import { Notice } from '../../components/notice.tsx'
import { useFormat } from '../../session.tsx'
import { setupStrings } from '../../strings/setup.ts'
import { droppedFiles } from './dropped.ts'
import { sizeText } from './size.ts'

const strings = setupStrings.files

/** Where the files are: an upload, or a folder on this machine. */
export type Chosen = { readonly upload: string } | { readonly path: string }

/** Step 1: files are dropped, chosen, or named by their folder. */
export const FilesStep = ({ onChosen }: { onChosen: (chosen: Chosen) => void }) => (
  <Card title={strings.title}>
    <Uploading onChosen={onChosen} />
    <p className="setup-or">{strings.or}</p>
    <Folder onChosen={onChosen} />
  </Card>
)

const Uploading = ({ onChosen }: { onChosen: (chosen: Chosen) => void }) => {
  const { locale } = useFormat()
  const { sent, sending, failure, send, reset } = useUpload()
  const [isOver, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const size = sent?.files.reduce((sum, file) => sum + file.size, 0) ?? 0
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut for the pointer; the button does the same. */}
      <div
        className={`drop ${isOver ? 'is-over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void droppedFiles(event.dataTransfer).then(send)
        }}
      >
        <Icon name="download" size={26} />
        <strong>{strings.drop}</strong>
        <p>{strings.dropHint}</p>
        <Button disabled={sending !== null} onClick={() => input.current?.click()}>
          {strings.choose}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            void send([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
      </div>
      <p role="status" className="setup-status">
        {sending ? strings.uploading(String(sending.done + 1), String(sending.all)) : ''}
      </p>
      {failure ? <Notice kind="error">{failure}</Notice> : null}
      {sent && sent.files.length > 0 ? (
        <div className="sent">
          <p>
            <strong>{strings.sent(sent.files.length, sizeText(locale, size))}</strong>
          </p>
          <ul>
            {sent.files.map((file) => (
              <li key={file.name}>
                <code>{file.name}</code>
                <span>{sizeText(locale, file.size)}</span>
              </li>
            ))}
          </ul>
          <div className="dialog-actions">
            <Button kind="quiet" onClick={reset}>
              {strings.remove}
            </Button>
            <Button
              kind="primary"
              disabled={sending !== null}
              onClick={() => onChosen({ upload: sent.upload })}
            >
              {strings.continue}
            </Button>
          </div>
        </div>
      ) : null}
    </>
  )
}

/** Files go one by one, so that progress can be told and a refused one does not take the others along. */
const useUpload = () => {
  const [sent, setSent] = useState<Upload | null>(null)
  const [sending, setSending] = useState<{ readonly done: number; readonly all: number } | null>(null)
  const [failure, setFailure] = useState('')
  const send = async (files: readonly File[]): Promise<void> => {
    setFailure(files.length === 0 ? strings.nothing : '')
    let upload = sent
    for (const [done, file] of files.entries()) {
      setSending({ done, all: files.length })
      const form = new FormData()
      form.append('files', file, file.name)
      const result = await api.upload(form, upload?.upload)
      if (!result.ok) {
        setFailure([result.failure.message, result.failure.hint].filter(Boolean).join(' '))
        break
      }
      const added = result.data.files.filter(
        ({ name }) => !upload?.files.some((known) => known.name === name),
      )
      upload = { upload: result.data.upload, files: [...(upload?.files ?? []), ...added] }
      setSent(upload)
    }
    setSending(null)
  }
  const reset = () => {
    setSent(null)
    setFailure('')
  }
  return { sent, sending, failure, send, reset }
}

const Folder = ({ onChosen }: { onChosen: (chosen: Chosen) => void }) => {
  const id = useId()
  const [path, setPath] = useState('')
  return (
    <form
      className="setup-folder"
      onSubmit={(event) => {
        event.preventDefault()
        if (path.trim() !== '') onChosen({ path: path.trim() })
      }}
    >
      <div className="field">
        <label htmlFor={id}>{strings.path}</label>
        <input
          id={id}
          type="text"
          spellCheck={false}
          placeholder={strings.pathPlaceholder}
          aria-describedby={`${id}-hint`}
          value={path}
          onChange={(event) => setPath(event.target.value)}
        />
        <small id={`${id}-hint`}>{strings.pathHint}</small>
      </div>
      <Button submit disabled={path.trim() === ''}>
        {strings.look}
      </Button>
    </form>
  )
}
