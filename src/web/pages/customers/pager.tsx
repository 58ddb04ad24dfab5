import { IconButton } from '../../components/button.tsx'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/customers.ts'
import { usePage } from '../../use-page.ts'
import { useOffset } from './list.tsx'

/** "1 to 50 of 9,682" and two buttons; the place is part of the address. */
export const Pager = ({ total, size }: { total: number; size: number }) => {
  const page = usePage()
  const format = useFormat()
  const offset = useOffset()
  const last = Math.min(total, offset + size)
  const go = (to: number) => page.set({ offset: to <= 0 ? undefined : String(to) })
  if (total <= size && offset === 0) return null
  return (
    <nav className="pager" aria-label={text.list.page}>
      <span role="status">
        {text.list.range(format.count(Math.min(offset + 1, total)), format.count(last), format.count(total))}
      </span>
      <IconButton
        icon="left"
        label={text.list.previous}
        disabled={offset === 0}
        onClick={() => go(offset - size)}
      />
      <IconButton
        icon="right"
        label={text.list.next}
        disabled={last >= total}
        onClick={() => go(offset + size)}
      />
    </nav>
  )
}
