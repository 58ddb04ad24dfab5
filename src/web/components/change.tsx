import type { Format as Kind } from '../../model/semantic-types.ts'
import { useFormat } from '../session.tsx'
import { strings } from '../strings.ts'
import { Icon } from './icon.tsx'

export type Better = 'higher' | 'lower' | 'neither'

/** A change against the compared period: arrow and colour, and in words for a screen reader. */
export const ChangeMark = ({
  now,
  before,
  kind,
  better,
}: {
  now: number | null
  before: number | null
  kind: Kind
  better: Better
}) => {
  const format = useFormat()
  const change = format.change(now, before, kind)
  if (change === null) return <span className="change change-none">{strings.tile.noComparison}</span>
  const { direction, text } = change
  const words = strings.change.by(strings.change[direction], text, format.exact(before, kind))
  return (
    <span className={`change change-${tone(direction, better)}`} title={words}>
      <Icon name={direction} size={11} />
      <span className="visually-hidden">{strings.change[direction]} </span>
      {text}
    </span>
  )
}

const tone = (direction: 'up' | 'down' | 'same', better: Better): 'good' | 'bad' | 'neutral' => {
  if (direction === 'same' || better === 'neither') return 'neutral'
  return (direction === 'up') === (better === 'higher') ? 'good' : 'bad'
}
