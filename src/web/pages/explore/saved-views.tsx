import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { api } from '../../api.ts'
import type { SavedView } from '../../api-types.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { Popover } from '../../components/popover.tsx'
import { useToast } from '../../components/toast.tsx'
import { useLoad } from '../../query.ts'
import type { Search } from '../../state.ts'
import { exploreStrings } from '../../strings/explore.ts'

const strings = exploreStrings.views

/** Named questions, kept as files in the project. */
export const SavedViews = () => {
  const loaded = useLoad(['saved-views'], api.savedViews)
  const [isSaving, setSaving] = useState(false)
  const navigate = useNavigate()
  const project = useRouterState({ select: ({ location }) => (location.search as Search).project })
  const views = loaded.data?.savedViews ?? []
  const open = ({ search }: SavedView) =>
    void navigate({
      to: '/explore' as never,
      search: { ...(project === undefined ? {} : { project }), ...search } as never,
    })
  return (
    <>
      <Popover
        className="button button-plain"
        button={
          <>
            <Icon name="star" size={15} />
            {strings.button}
          </>
        }
      >
        {(close) => (
          <div className="views-menu">
            {views.length === 0 ? <p>{strings.empty}</p> : null}
            <ul className="menu">
              {views.map((view) => (
                <ViewItem
                  key={view.name}
                  view={view}
                  onOpen={() => {
                    close()
                    open(view)
                  }}
                  onRemoved={loaded.retry}
                />
              ))}
            </ul>
            <Button
              icon="plus"
              onClick={() => {
                close()
                setSaving(true)
              }}
            >
              {strings.save}
            </Button>
          </div>
        )}
      </Popover>
      {isSaving ? <SaveDialog views={views} onClose={() => setSaving(false)} onSaved={loaded.retry} /> : null}
    </>
  )
}

const ViewItem = ({
  view,
  onOpen,
  onRemoved,
}: {
  view: SavedView
  onOpen: () => void
  onRemoved: () => void
}) => {
  const tell = useToast()
  const remove = async (): Promise<void> => {
    const result = await api.removeView(view.name)
    if (result.ok) tell(strings.removed(view.title))
    else tell([result.failure.message, result.failure.hint].filter(Boolean).join(' '), 'failed')
    onRemoved()
  }
  return (
    <li className="view-item">
      <button type="button" onClick={onOpen}>
        {view.title}
      </button>
      <IconButton icon="close" label={strings.remove(view.title)} onClick={() => void remove()} />
    </li>
  )
}

const SaveDialog = ({
  views,
  onClose,
  onSaved,
}: {
  views: readonly SavedView[]
  onClose: () => void
  onSaved: () => void
}) => {
  const id = useId()
  const tell = useToast()
  const [title, setTitle] = useState('')
  const [failure, setFailure] = useState('')
  const search = useRouterState({ select: ({ location }) => location.search as Search })
  const name = nameOf(title)
  const save = async (): Promise<void> => {
    if (name === '') return setFailure(strings.wrong)
    const { project: _, ...kept } = search
    const result = await api.saveView({ name, title: title.trim(), search: kept })
    if (!result.ok) return setFailure([result.failure.message, result.failure.hint].filter(Boolean).join(' '))
    tell(strings.saved(title.trim()))
    onSaved()
    onClose()
  }
  return (
    <Dialog title={strings.dialog} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <p>{strings.text}</p>
        <div className="field">
          <label htmlFor={id}>{strings.name}</label>
          <input
            id={id}
            type="text"
            required
            maxLength={120}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
          {views.some((view) => view.name === name) ? <small>{strings.replaces}</small> : null}
          {failure ? (
            <small role="alert" className="field-failure">
              {failure}
            </small>
          ) : null}
        </div>
        <div className="dialog-actions">
          <Button onClick={onClose}>{strings.cancel}</Button>
          <Button kind="primary" submit>
            {strings.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** "AOV by category, online" -> `aov-by-category-online`: the name of its file. A title without Latin letters gets a number. */
const nameOf = (title: string): string => {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '')
  if (words !== '' || title.trim() === '') return words
  const sum = [...title.trim()].reduce(
    (hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) % 0xffffff,
    7,
  )
  return `view-${sum.toString(16)}`
}
