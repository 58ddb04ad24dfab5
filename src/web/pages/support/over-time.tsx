import { BarList } from '../../components/bar-list.tsx'
import { ChangeMark } from '../../components/change.tsx'
import { seriesBy } from '../../components/charts/series-by.ts'
import { Legend } from '../../components/charts/time-overlay.tsx'
import { TimeSeries } from '../../components/charts/time-series.tsx'
import { Tile, type TileProps } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { shownPeriod } from '../../period.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { chartStrings } from '../../strings/charts.ts'
import { supportStrings as text } from '../../strings/support.ts'
import { strings } from '../../strings.ts'
import { compared, wideGrain } from '../../totals.ts'
import { usePage } from '../../use-page.ts'

const rates = ['resolution_rate', 'csat', 'response_rate'] as const
const tones = { resolution_rate: 3, csat: 1, response_rate: 5 } as const

/** Rates month by month: what was resolved, how content people were, and how many said so. */
export const RatesOverTime = ({ span }: { span: TileProps['span'] }) => {
  const page = usePage()
  const format = useFormat()
  const model = useModel()
  const shown = rates.filter(model.has)
  const grain = wideGrain(shownPeriod(page.state.range, page.extent))
  const ask = useAsk({
    measures: shown,
    by: [{ dimension: 'date', grain }],
    filters: page.filters(),
  })
  const laid = shown.map((measure) =>
    seriesBy({
      answer: ask.answer,
      measure,
      grain,
      format,
      fill: null,
      toneOf: () => tones[measure],
      label: model.measures.get(measure)?.label ?? measure,
    }),
  )
  const series = laid.flatMap((one, at) =>
    one.series.map((line) => ({ ...line, key: shown[at] ?? '', dashed: shown[at] === 'response_rate' })),
  )
  return (
    <Tile
      title={text.months}
      subtitle={chartStrings.by(strings.grains[grain])}
      span={span}
      asks={[ask]}
      aside={<Legend series={series} />}
    >
      <TimeSeries
        title={text.months}
        grain={grain}
        dates={laid[0]?.dates ?? []}
        series={series}
        kind="percent"
        partial={ask.answer?.partial ?? []}
        height={250}
      />
    </Tile>
  )
}

/** Customers who had to write again. */
export const RepeatTile = ({ span }: { span: TileProps['span'] }) => {
  const page = usePage()
  const format = useFormat()
  const model = useModel()
  const measures = ['repeat_contacts', 'interactions'] as const
  const filters = page.filters('issue_type')
  const byIssue = useAsk({
    measures,
    by: [{ dimension: 'issue_type' }],
    filters,
    order: [{ by: 'repeat_contacts', descending: true }],
    limit: 12,
  })
  const total = useAsk({ measures, filters: page.filters(), ...compared(page.compare) })
  const grain = wideGrain(shownPeriod(page.state.range, page.extent))
  const course = useAsk({
    measures: ['repeat_contacts'],
    by: [{ dimension: 'date', grain }],
    filters: page.filters(),
  })
  const { dates, series } = seriesBy({
    answer: course.answer,
    measure: 'repeat_contacts',
    grain,
    format,
    fill: 0,
    toneOf: () => 0,
    label: text.repeat,
  })
  const sums = rowsOf(total.answer, format)
  const rows = rowsOf(byIssue.answer, format)
  const [repeats, all] = [sums.number(0, 'repeat_contacts'), sums.number(0, 'interactions') ?? 0]
  const info = model.measures.get('repeat_contacts')
  return (
    <Tile
      title={text.repeat}
      subtitle={text.repeatSub}
      span={span}
      asks={[byIssue, total, course]}
      foot={text.repeatFoot}
    >
      <div className="tile-halves">
        <div>
          <dl className="figures">
            <div>
              <dt>{info?.label}</dt>
              <dd>
                <strong data-measure="repeat_contacts" data-value={repeats ?? ''}>
                  {format.exact(repeats, 'count')}
                </strong>
                {page.compare && info ? (
                  <ChangeMark
                    now={repeats}
                    before={sums.number(0, 'repeat_contacts.before')}
                    kind="count"
                    better={info.better}
                  />
                ) : null}
                {all > 0 && repeats !== null ? (
                  <span className="figures-note">{text.repeatShare(format.share(repeats / all))}</span>
                ) : null}
              </dd>
            </div>
          </dl>
          <TimeSeries
            title={text.repeatTrend}
            grain={grain}
            dates={dates}
            series={series}
            kind="count"
            shape="bars"
            partial={course.answer?.partial ?? []}
            height={210}
          />
        </div>
        <BarList
          label={`${text.repeat} ${text.repeatBars}`}
          bars={indices(rows).map((row) => {
            const [count, contacts] = [
              rows.number(row, 'repeat_contacts') ?? 0,
              rows.number(row, 'interactions') ?? 0,
            ]
            return {
              key: rows.text(row, 'issue_type') ?? '~',
              label: rows.label(row, 'issue_type'),
              value: count,
              text: format.exact(count, 'count'),
              after:
                contacts > 0 ? (
                  <span className="muted bar-share">{format.share(count / contacts)}</span>
                ) : null,
              selected: page.isSelected('issue_type', rows.text(row, 'issue_type')),
            }
          })}
          onPick={(key) => page.toggle('issue_type', key === '~' ? null : key)}
        />
      </div>
    </Tile>
  )
}
