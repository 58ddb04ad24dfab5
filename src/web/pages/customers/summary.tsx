import type { Customers } from '../../api-types.ts'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/customers.ts'
import { strings } from '../../strings.ts'
import { Figure } from './figure.tsx'

/** What all that match come to: how many, their revenue, and how many of them may be written to. */
export const Summary = ({ loaded, all }: { loaded: Loaded<Customers>; all: number | undefined }) => {
  const format = useFormat()
  const { data } = loaded
  const each = data && data.total > 0 && data.revenue !== null ? data.revenue / data.total : null
  return (
    <section
      className={`kpis kpis-4 ${loaded.stale ? 'is-stale' : ''}`}
      aria-label={text.figures}
      aria-busy={!data || loaded.stale}
    >
      <Figure
        label={text.matching}
        value={data && format.count(data.total)}
        exact={data?.total}
        foot={
          data && all !== undefined && all > data.total
            ? `${format.share(data.total / all)} ${strings.tile.of} ${format.count(all)}`
            : ''
        }
      />
      <Figure
        label={text.revenue}
        value={data && format.compact(data.revenue, 'money')}
        exact={data?.revenue}
        foot={data && data.revenue !== null ? format.exact(data.revenue, 'money') : ''}
      />
      <Figure label={text.each} value={data && format.compact(each, 'money')} exact={each} foot="" />
      <Consent consent={data?.consent} />
    </section>
  )
}

const Consent = ({ consent }: { consent: Customers['consent'] | undefined }) => {
  const format = useFormat()
  const { yes = 0, no = 0, unknown = 0 } = consent ?? {}
  const total = yes + no + unknown
  const words = text.consentWords(format.count(yes), format.count(no), format.count(unknown))
  const parts = [
    { key: 'yes', value: yes },
    { key: 'no', value: no },
    { key: 'unknown', value: unknown },
  ]
  return (
    <div className="kpi">
      <h2 className="kpi-label">{text.consent}</h2>
      <span className="kpi-value" data-consent={consent ? `${yes},${no},${unknown}` : undefined}>
        {total === 0 ? format.text(null) : format.share(yes / total)}
      </span>
      <span className="consent-bar" role="img" aria-label={words}>
        {total === 0
          ? null
          : parts.map(({ key, value }) => (
              <span key={key} className={`consent-${key}`} style={{ flexGrow: value / total }} />
            ))}
      </span>
      <span className="kpi-foot consent-words">{words}</span>
    </div>
  )
}
