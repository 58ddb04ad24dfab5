import { type RefObject, useEffect, useState } from 'react'

/** Shorter lists are drawn whole. */
const whole = 150
const spare = 20

/** Which rows of a long list are near enough to be drawn, by how far its box is scrolled. */
export const useWindowed = (
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): { readonly from: number; readonly to: number } => {
  const isLong = count > whole
  const [top, setTop] = useState(0)
  useEffect(() => {
    const box = scroller.current
    if (!box || !isLong) return
    const onScroll = () => setTop(Math.floor(box.scrollTop / (rowHeight * 10)) * 10)
    onScroll()
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => box.removeEventListener('scroll', onScroll)
  }, [scroller, isLong, rowHeight])
  if (!isLong) return { from: 0, to: count }
  const seen = Math.ceil((scroller.current?.clientHeight ?? 800) / rowHeight) + 10
  return { from: Math.max(0, Math.min(top, count) - spare), to: Math.min(count, top + seen + spare) }
}
