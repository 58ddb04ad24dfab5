import { useState } from 'react'
import type { Quarantine } from '../../api-types.ts'
import { BarList } from '../../components/bar-list.tsx'
import { Button } from '../../components/button.tsx'
import { LoadCard } from '../../components/card.tsx'
import { Empty } from '../../components/notice.tsx'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { quarantineStrings } from '../../strings/quarantine.ts'
import { usePage } from '../../use-page.ts'

const strings = quarantineStrings.reasons
const few = 12

/** In the address, where nothing would mean any column. */
export const wholeRecord = '~'

type Reason = Quarantine['reasons'][number]

const keyOf = ({ source, reason, column }: Reason): string => `${source} ${reason} ${column ?? ''}`

/** Every reason with its rows; a click shows only those rows. */
export const ReasonsCard = ({ loaded }: { loaded: Loaded<Quarantine> }) => {
  const format = useFormat()
  const page = usePage()
  const [isAll, setAll] = useState(false)
  const { source, reason, column } = page.state.own
  const isOn = (one: Reason): boolean =>
    one.source === source &&
    (reason === undefined ||
      (one.reason === reason && (column === undefined || (one.column ?? wholeRecord) === column)))
  const choose = (one: Reason) => {
    const off = { source: undefined, reason: undefined, column: undefined }
    const on = { source: one.source, reason: one.reason, column: one.column ?? wholeRecord }
    page.set({ ...(isOn(one) && reason !== undefined ? off : on), offset: undefined, row: undefined })
  }
  return (
    <LoadCard
      title={strings.title}
      subtitle={strings.subtitle}
      span={4}
      loaded={loaded}
      foot={() => strings.foot}
      className="reasons"
    >
      {({ reasons }) => {
        if (reasons.length === 0) return <Empty icon="check" title={strings.none} />
        const shown = isAll ? reasons : reasons.slice(0, few)
        return (
          <>
            <BarList
              label={strings.title}
              onPick={(key) => reasons.filter((one) => keyOf(one) === key).forEach(choose)}
              max={Math.max(...reasons.map(({ rows }) => rows))}
              bars={shown.map((one) => ({
                key: keyOf(one),
                label: strings.label(one.source, one.column ?? strings.whole, one.reason),
                value: one.rows,
                text: format.count(one.rows),
                title: [
                  quarantineStrings.meanings[one.reason],
                  one.valueHeld === null ? '' : strings.value(format.exact(Number(one.valueHeld), 'money')),
                ]
                  .filter(Boolean)
                  .join(' '),
                selected: isOn(one),
              }))}
            />
            {reasons.length > few ? (
              <Button kind="quiet" onClick={() => setAll(!isAll)}>
                {isAll ? strings.fewer : strings.more(reasons.length - few)}
              </Button>
            ) : null}
          </>
        )
      }}
    </LoadCard>
  )
}
