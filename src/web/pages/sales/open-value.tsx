import { ChangeMark } from '../../components/change.tsx'
import { seriesBy } from '../../components/charts/series-by.ts'
import { Legend } from '../../components/charts/time-overlay.tsx'
import { TimeSeries } from '../../components/charts/time-series.tsx'
import { Tile } from '../../components/tile.tsx'
import { rowsOf } from '../../labels.ts'
import { shownPeriod } from '../../period.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel, useSession } from '../../session.tsx'
import { salesStrings as text } from '../../strings/sales.ts'
import { strings } from '../../strings.ts'
import { compared, wideGrain } from '../../totals.ts'
import { usePage } from '../../use-page.ts'

const measures = ['pending_value', 'failed_value'] as const
const tones = { pending_value: 2, failed_value: 4 } as const

/** What was ordered and not (or not yet) paid. */
export const OpenValueTile = ({ span }: { span: 5 | 12 }) => {
  const page = usePage()
  const format = useFormat()
  const model = useModel()
  const { countedStatuses } = useSession()
  const filters = page.filters()
  const grain = wideGrain(shownPeriod(page.state.range, page.extent))
  const months = useAsk({ measures, by: [{ dimension: 'date', grain }], filters })
  const total = useAsk({ measures: [...measures, 'transaction_value'], filters, ...compared(page.compare) })
  const sums = rowsOf(total.answer, format)
  const all = sums.number(0, 'transaction_value') ?? 0
  const laid = measures.map((measure) =>
    seriesBy({
      answer: months.answer,
      measure,
      grain,
      format,
      fill: 0,
      toneOf: () => tones[measure],
      label: model.measures.get(measure)?.label ?? measure,
    }),
  )
  const series = laid.flatMap((one, at) => one.series.map((line) => ({ ...line, key: measures[at] ?? '' })))
  const counted = countedStatuses === 'all' || countedStatuses.some((one) => /^(pending|failed)$/i.test(one))
  return (
    <Tile
      title={text.open}
      subtitle={text.openSub(strings.grains[grain])}
      span={span}
      asks={[months, total]}
      aside={<Legend series={series} />}
      foot={counted ? text.partlyRevenue : text.notRevenue}
    >
      <dl className="figures">
        {series.map(({ key, label }) => {
          const value = sums.number(0, key)
          const info = model.measures.get(key)
          return (
            <div key={key}>
              <dt>{label}</dt>
              <dd>
                <strong data-measure={key} data-value={value ?? ''} title={format.exact(value, 'money')}>
                  {format.compact(value, 'money')}
                </strong>
                {page.compare && info ? (
                  <ChangeMark
                    now={value}
                    before={sums.number(0, `${key}.before`)}
                    kind="money"
                    better={info.better}
                  />
                ) : null}
                {all > 0 && value !== null ? (
                  <span className="figures-note">{text.ofAll(format.share(value / all))}</span>
                ) : null}
              </dd>
            </div>
          )
        })}
      </dl>
      <TimeSeries
        title={text.open}
        grain={grain}
        dates={laid[0]?.dates ?? []}
        series={series}
        kind="money"
        shape="bars"
        stacked
        partial={months.answer?.partial ?? []}
        height={210}
      />
    </Tile>
  )
}
