import type { ReactNode } from 'react'
import type { TimelineEntry } from '../../api-types.ts'
import { Icon, type IconName } from '../../components/icon.tsx'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/profile.ts'

const icons: Readonly<Record<TimelineEntry['kind'], IconName>> = {
  online: 'bag',
  in_store: 'store',
  other_sale: 'bag',
  support: 'headset',
  web: 'pointer',
  loyalty: 'award',
}

/** Kinds whose title does not say what it is: a reason, a subject. */
const named: readonly TimelineEntry['kind'][] = ['support', 'loyalty']

export const kindIcon = (kind: TimelineEntry['kind']): ReactNode => <Icon name={icons[kind]} size={14} />

/** One thing that happened: when, what, how much, and the row of the file that says so. */
export const Entry = ({ entry }: { entry: TimelineEntry }) => {
  const format = useFormat()
  const { kind, at, title, detail, amount, counted, source, file, row } = entry
  return (
    <li className="entry" data-kind={kind}>
      <span className={`entry-icon kind-${kind}`}>{kindIcon(kind)}</span>
      <span className="visually-hidden">{text.kinds[kind]}: </span>
      <span className="entry-main">
        <span className="entry-title">
          {named.includes(kind) ? text.entry(text.kinds[kind] ?? kind, title) : title}
        </span>
        {detail === null ? null : <span className="entry-detail">{detail}</span>}
        {counted === false ? (
          <span className="entry-mark" title={text.notCountedHint}>
            {text.notCounted}
          </span>
        ) : null}
      </span>
      <span className={`entry-amount ${counted === false ? 'is-muted' : ''}`}>
        {amount === null ? '' : format.exact(amount, 'money')}
      </span>
      <span className="entry-foot">
        <time dateTime={at}>{format.localTime(at)}</time>
        <span className="origin">
          {file === null ? source : text.origin(file, row === null ? null : format.count(row))}
        </span>
      </span>
    </li>
  )
}
