import { useId, useState } from 'react'
import { api } from '../../api.ts'
import type { Audience } from '../../api-types.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { Notice } from '../../components/notice.tsx'
import { Popover } from '../../components/popover.tsx'
import { useToast } from '../../components/toast.tsx'
import { useLoad, useRefresh } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/customers.ts'
import type { Conditions } from './use-conditions.ts'

const useAudiences = () => useLoad(['audiences'], (signal) => api.audiences(signal))

/** The file's name: `Loyal, but silent` becomes `loyal-but-silent`. */
export const slugOf = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 60)
    .replace(/-+$/, '')

/** Saved audiences: choosing one puts its filters on the list. */
export const AudienceMenu = ({ conditions }: { conditions: Conditions }) => {
  const audiences = useAudiences()
  const known = audiences.data?.audiences ?? []
  return (
    <Popover
      className="button button-plain"
      button={
        <>
          <Icon name="people" size={15} />
          {text.audiences.open}
          <Icon name="chevron" size={13} />
        </>
      }
    >
      {(close) =>
        known.length === 0 ? (
          <p className="popover-note">{text.audiences.empty}</p>
        ) : (
          <ul className="menu audience-list">
            {known.map((audience) => (
              <AudienceItem
                key={audience.name}
                audience={audience}
                onPick={() => {
                  conditions.replace(audience.conditions)
                  close()
                }}
              />
            ))}
          </ul>
        )
      }
    </Popover>
  )
}

const AudienceItem = ({ audience, onPick }: { audience: Audience; onPick: () => void }) => {
  const [isAsking, setAsking] = useState(false)
  const tell = useToast()
  const refresh = useRefresh()
  const remove = async () => {
    const removed = await api.removeAudience(audience.name)
    if (removed.ok) tell(text.audiences.removed(audience.title))
    else tell(removed.failure.message, 'failed')
    refresh()
  }
  return (
    <li>
      {isAsking ? (
        <span className="audience-sure">
          {text.audiences.sure}
          <Button kind="danger" onClick={() => void remove()}>
            {text.audiences.delete}
          </Button>
          <Button kind="quiet" onClick={() => setAsking(false)}>
            {text.audiences.keep}
          </Button>
        </span>
      ) : (
        <>
          <button type="button" onClick={onPick}>
            <span className="audience-title">{audience.title}</span>
            <span className="hint">{text.audiences.conditions(audience.conditions.length)}</span>
          </button>
          <IconButton
            icon="close"
            label={text.audiences.remove(audience.title)}
            onClick={() => setAsking(true)}
          />
        </>
      )}
    </li>
  )
}

/** Names the filters and keeps them as a file of the project. */
export const SaveAudience = ({
  conditions,
  total,
  onClose,
}: {
  conditions: Conditions
  total: number
  onClose: () => void
}) => {
  const id = useId()
  const format = useFormat()
  const tell = useToast()
  const refresh = useRefresh()
  const [title, setTitle] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [isSaving, setSaving] = useState(false)
  const name = slugOf(title)
  const same = useAudiences().data?.audiences.find((one) => one.name === name)
  const save = async () => {
    setSaving(true)
    const saved = await api.saveAudience({ name, title: title.trim(), conditions: [...conditions.all] })
    setSaving(false)
    if (!saved.ok) return setProblem([saved.failure.message, saved.failure.hint].filter(Boolean).join(' '))
    tell(text.audiences.saved(title.trim()))
    refresh()
    onClose()
  }
  return (
    <Dialog title={text.audiences.title} onClose={onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (name !== '') void save()
        }}
      >
        <p>{text.audiences.members(format.count(total))}</p>
        <label htmlFor={id}>{text.audiences.name}</label>
        <input
          id={id}
          type="text"
          className="input"
          maxLength={120}
          autoComplete="off"
          value={title}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setTitle(event.target.value)}
        />
        <p id={`${id}-hint`} className="hint">
          {title.trim() !== '' && name === ''
            ? text.audiences.nameWrong
            : text.audiences.nameHint(`audiences/${name === '' ? '…' : name}.yaml`)}
        </p>
        {same ? <Notice kind="warning">{text.audiences.replaces(same.title)}</Notice> : null}
        {conditions.hasPrivate ? <Notice kind="warning">{text.audiences.private}</Notice> : null}
        {problem === null ? null : <Notice kind="error">{problem}</Notice>}
        <div className="form-buttons">
          <Button kind="quiet" onClick={onClose}>
            {text.audiences.cancel}
          </Button>
          <Button kind="primary" submit disabled={name === '' || isSaving}>
            {text.audiences.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
