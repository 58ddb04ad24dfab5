import { useState } from 'react'
import type { Places } from './places.ts'

export interface Brush {
  /** The bucket under the pointer or the keyboard's cursor. */
  readonly at: number | null
  readonly chosen: { readonly from: number; readonly to: number } | null
  readonly byKeyboard: boolean
  readonly handlers: React.DOMAttributes<HTMLDivElement>
}

const nearest = (
  event: React.PointerEvent<HTMLElement>,
  { left, half, count }: Places,
  banded: number,
): number => {
  const x = event.clientX - event.currentTarget.getBoundingClientRect().left
  return Math.min(count - 1, Math.max(0, Math.round((x - left - banded) / (half * 2))))
}

/** Hover, drag and arrow keys over buckets. `onChoose` gets the first and last index when a choice is finished. */
export const useBrush = (
  count: number,
  place: Places | null,
  onChoose: ((from: number, to: number) => void) | undefined,
): Brush => {
  const [at, setAt] = useState<number | null>(null)
  const [anchor, setAnchor] = useState<number | null>(null)
  const [byKeyboard, setByKeyboard] = useState(false)
  const cursor = at === null ? null : Math.min(at, count - 1)
  const chosen =
    anchor === null || cursor === null || anchor === cursor
      ? null
      : { from: Math.min(anchor, cursor), to: Math.max(anchor, cursor) }
  const finish = () => {
    if (chosen && onChoose) onChoose(chosen.from, chosen.to)
    setAnchor(null)
  }
  const over = (event: React.PointerEvent<HTMLDivElement>): number | null =>
    place ? nearest(event, place, place.x(0) - place.left) : null
  const onKeyDown = (event: React.KeyboardEvent) => {
    const to = { ArrowRight: (cursor ?? -1) + 1, ArrowLeft: (cursor ?? count) - 1, Home: 0, End: count - 1 }[
      event.key
    ]
    if (to !== undefined) {
      event.preventDefault()
      setByKeyboard(true)
      if (event.shiftKey && onChoose) setAnchor(anchor ?? cursor ?? to)
      else setAnchor(null)
      setAt(Math.min(count - 1, Math.max(0, to)))
    } else if (event.key === 'Enter' && chosen) finish()
    else if (event.key === 'Escape' && chosen) {
      event.stopPropagation()
      setAnchor(null)
    }
  }
  return {
    at: cursor,
    chosen,
    byKeyboard,
    handlers: {
      onKeyDown,
      onBlur: () => {
        setAt(null)
        setAnchor(null)
      },
      onPointerDown: (event) => {
        if (event.button !== 0 || !onChoose || event.pointerType === 'touch') return
        event.currentTarget.setPointerCapture(event.pointerId)
        setByKeyboard(false)
        setAnchor(over(event))
      },
      onPointerMove: (event) => setAt(over(event)),
      onPointerLeave: () => anchor === null && setAt(null),
      onPointerUp: finish,
      onPointerCancel: () => setAnchor(null),
    },
  }
}
