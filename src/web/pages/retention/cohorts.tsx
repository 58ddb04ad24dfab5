import { useMemo } from 'react'
import { Segmented } from '../../components/button.tsx'
import { Tile } from '../../components/tile.tsx'
import { useAsk } from '../../query.ts'
import { useFormat, useModel, useSession } from '../../session.tsx'
import { text } from '../../strings/retention.ts'
import { usePage } from '../../use-page.ts'
import { type CohortCell, type CohortRow, type Cohorts, cohortsOf } from './cohort-rows.ts'

const fewest = 10
const steps = 6

export const CohortsTile = () => {
  const page = usePage()
  const { has } = useModel()
  const { asOf } = useSession()
  const ask = useAsk(
    has('retained_customers')
      ? {
          measures: ['cohort_customers', 'retained_customers', 'retention_rate'],
          by: [{ dimension: 'cohort_month' }, { dimension: 'months_since' }],
          filters: page.filters('date'),
          order: [{ by: 'cohort_month' }, { by: 'months_since' }],
          limit: 10_000,
        }
      : null,
  )
  const cohorts = useMemo(() => cohortsOf(ask.answer, asOf, page.period), [ask.answer, asOf, page.period])
  const show = page.state.own.cells === 'customers' ? 'customers' : 'rate'
  return (
    <Tile
      title={text.cohorts.title}
      subtitle={text.cohorts.subtitle}
      span={12}
      asks={[ask]}
      minHeight={280}
      flush
      aside={
        <Segmented
          label={text.cohorts.show}
          options={(['rate', 'customers'] as const).map((value) => ({ value, label: text.cohorts[value] }))}
          value={show}
          onChange={(cells) => page.set({ cells: cells === 'rate' ? undefined : cells })}
        />
      }
      foot={text.cohorts.foot}
    >
      <Triangle cohorts={cohorts} show={show} />
    </Tile>
  )
}

const Triangle = ({ cohorts, show }: { cohorts: Cohorts; show: 'rate' | 'customers' }) => {
  const format = useFormat()
  const months = cohorts.all.map((_, since) => since)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard.
    <section className="table-scroll cohort-scroll" aria-label={text.cohorts.scroll} tabIndex={0}>
      <table className="cohorts" aria-label={text.cohorts.title}>
        <thead>
          <tr>
            <th scope="col">{text.cohorts.cohort}</th>
            <th scope="col" className="is-number">
              {text.cohorts.size}
            </th>
            {months.map((since) => (
              <th key={since} scope="col" aria-label={`${text.cohorts.monthLabel} ${since}`}>
                {text.cohorts.month(since)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className="cohort-all">
            <th scope="row" title={text.cohorts.averageHint}>
              {text.cohorts.average}
            </th>
            <td className="is-number">
              {format.count(cohorts.rows.reduce((sum, { size }) => sum + size, 0))}
            </td>
            {cohorts.all.map((cell, since) => (
              <Cell
                key={months[since]}
                {...{ cell, show }}
                most={cohorts.most}
                since={since}
                name={text.cohorts.average}
              />
            ))}
          </tr>
          {cohorts.rows.map((row) => (
            <Row key={row.month} {...{ row, show }} most={cohorts.most} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const Row = ({ row, show, most }: { row: CohortRow; show: 'rate' | 'customers'; most: number }) => {
  const format = useFormat()
  const name = format.bucket(row.month, 'month')
  return (
    <tr data-cohort={row.month} className={row.isIn ? 'is-in' : ''}>
      <th scope="row" title={row.isIn ? text.cohorts.inDates : undefined}>
        {name}
      </th>
      <td className="is-number">{format.count(row.size)}</td>
      {row.cells.map((cell, since) =>
        cell === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its index.
          <td key={since} className="cohort-none" />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above.
          <Cell key={since} {...{ cell, show, most, since, name }} />
        ),
      )}
    </tr>
  )
}

const Cell = ({
  cell,
  show,
  most,
  since,
  name,
}: {
  cell: CohortCell
  show: 'rate' | 'customers'
  most: number
  since: number
  name: string
}) => {
  const format = useFormat()
  const { size, retained, share, isPartial } = cell
  const isFew = size < fewest
  const words = [
    text.cohorts.cell(
      name,
      since,
      format.count(retained),
      format.count(size),
      share === null ? format.text(null) : format.share(share),
    ),
    isPartial ? text.cohorts.partial : '',
    isFew ? text.cohorts.few(format.count(size)) : '',
  ]
  const step =
    share === null || share === 0 || most === 0
      ? 0
      : Math.max(1, Math.ceil(Math.min(1, share / most) * steps))
  const shown =
    show === 'customers'
      ? format.count(retained)
      : share === null
        ? format.text(null)
        : short(share, format.locale)
  return (
    <td
      className={`cohort-cell ${since === 0 ? 'is-first' : isFew ? 'is-few' : `cohort-${step}`} ${isPartial ? 'is-partial' : ''}`}
      data-since={since}
      data-retained={retained}
      title={words.filter((part) => part !== '').join(' ')}
    >
      {shown}
    </td>
  )
}

const short = (share: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share)
