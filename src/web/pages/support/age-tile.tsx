import { useState } from 'react'
import { BarList } from '../../components/bar-list.tsx'
import { Tile } from '../../components/tile.tsx'
import { daysBetween } from '../../dates.ts'
import type { Format } from '../../format.ts'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useSession } from '../../session.tsx'
import { supportStrings as text } from '../../strings/support.ts'
import { usePage } from '../../use-page.ts'
import { type Age, ageOf, ages } from './ages.ts'
import { OpenList } from './open-list.tsx'

/** How long the open contacts have been waiting on the as-of day; a click lists them. */
export const AgeTile = () => {
  const page = usePage()
  const format = useFormat()
  const asOf = useSession().asOf ?? ''
  const [listed, setListed] = useState<Age | null>(null)
  const filters = page.filters()
  const ask = useAsk({ measures: ['open_interactions'], by: [{ dimension: 'date', grain: 'day' }], filters })
  const ever = useAsk({ measures: ['open_interactions'], filters: page.filters('date') })
  const rows = rowsOf(ask.answer, format)
  const counts = new Map<Age, number>()
  for (const row of indices(rows)) {
    const day = rows.text(row, 'date')
    const age = day === null ? undefined : ageOf(day, asOf)
    if (age) counts.set(age, (counts.get(age) ?? 0) + (rows.number(row, 'open_interactions') ?? 0))
  }
  const oldest = indices(rows)
    .filter((row) => (rows.number(row, 'open_interactions') ?? 0) > 0)
    .flatMap((row) => rows.text(row, 'date') ?? [])
    .toSorted()[0]
  const shown = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const earlier = (rowsOf(ever.answer, format).number(0, 'open_interactions') ?? 0) - shown
  return (
    <Tile
      title={text.ages}
      subtitle={asOf ? text.agesSub(format.day(asOf)) : ''}
      span={5}
      asks={[ask, ever]}
      isEmpty={shown === 0}
      foot={
        <>
          <span>{oldest ? text.oldest(text.days(format.count(daysBetween(oldest, asOf)))) : ''}</span>
          <span>{earlier > 0 ? text.earlier(format.count(earlier)) : ''}</span>
        </>
      }
    >
      <BarList
        label={text.ages}
        bars={ages.map((age) => ({
          key: String(age.from),
          label: ageLabel(age, format),
          value: counts.get(age) ?? 0,
          text: format.exact(counts.get(age) ?? 0, 'count'),
          tone: age.from >= 7 ? 2 : 0,
          muted: !counts.get(age),
        }))}
        onPick={(key) => setListed(ages.find(({ from }) => String(from) === key) ?? null)}
      />
      {listed ? (
        <OpenList
          age={listed}
          title={text.list(ageLabel(listed, format))}
          asOf={asOf}
          filters={filters}
          onClose={() => setListed(null)}
        />
      ) : null}
    </Tile>
  )
}

const ageLabel = ({ from, to }: Age, format: Format): string =>
  to === null ? text.ageOver(format.count(from)) : text.age(format.count(from), format.count(to))
