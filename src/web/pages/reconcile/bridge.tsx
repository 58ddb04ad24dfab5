import { Card } from '../../components/card.tsx'
import { Select } from '../../components/select.tsx'
import { decimalText } from '../../decimal.ts'
import { useFormat } from '../../session.tsx'
import { reconcileStrings } from '../../strings/reconcile.ts'
import { usePage } from '../../use-page.ts'
import type { Reconciliation } from './report.tsx'

const strings = reconcileStrings.bridge
type Accounting = Reconciliation['measures'][number]

interface BridgeLine {
  readonly key: string
  readonly kind: 'total' | 'step' | 'remainder'
  readonly label: string
  readonly tag?: string
  /** Where the bar begins and ends. */
  readonly from: number
  readonly to: number
  readonly amount?: string
  readonly total?: string
  readonly rows?: number
}

/** From the view's total to the certified one: a waterfall that lies on its side, so that it is a table as well. */
export const BridgeCard = ({ report }: { report: Reconciliation }) => {
  const page = usePage()
  const shown = report.measures.find(({ measure }) => measure === page.state.own.figure) ?? report.measures[0]
  if (!shown) return null
  return (
    <Card
      title={strings.title}
      span={12}
      flush
      foot={strings.foot}
      aside={
        report.measures.length > 1 ? (
          <Select
            label={strings.figure}
            options={report.measures.map(({ measure }) => ({ value: measure, label: measure }))}
            value={shown.measure}
            onChange={(figure) => page.set({ figure })}
          />
        ) : (
          <code>{shown.measure}</code>
        )
      }
    >
      <Bridge accounting={shown} />
      {[...shown.notes, ...(shown.certified === undefined ? [strings.noCounterpart] : [])].map((note) => (
        <p key={note} className="bridge-note">
          {note}
        </p>
      ))}
    </Card>
  )
}

const Bridge = ({ accounting }: { accounting: Accounting }) => {
  const format = useFormat()
  const lines = linesOf(accounting)
  const all = lines.flatMap(({ from, to }) => [from, to])
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)]
  const at = (value: number): number => (high === low ? 0 : ((value - low) / (high - low)) * 100)
  const write = (text: string | undefined, signed = false) =>
    text === undefined ? '' : decimalText(format.locale, text, { signed })
  return (
    <section
      className="table-scroll"
      aria-label={`${strings.title}: ${accounting.measure}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard.
      tabIndex={0}
    >
      <table className="table bridge" aria-label={strings.title}>
        <thead>
          <tr>
            <th scope="col">{strings.step}</th>
            <th scope="col" className="bridge-bar">
              <span className="visually-hidden">{strings.title}</span>
            </th>
            <th scope="col" className="is-number">
              {strings.change}
            </th>
            <th scope="col" className="is-number">
              {strings.total}
            </th>
            <th scope="col" className="is-number">
              {strings.rows}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={line.key} className={`bridge-${line.kind}`}>
              <th scope="row">
                {line.tag ? <span className="bridge-tag">{line.tag}</span> : null}
                {line.label}
              </th>
              <td className="bridge-bar" aria-hidden="true">
                <Bar line={line} at={at} isLast={index === lines.length - 1} />
              </td>
              <td className="is-number">{write(line.amount, true)}</td>
              <td className="is-number">{write(line.total)}</td>
              <td className="is-number">{line.rows === undefined ? '' : format.count(line.rows)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** A bar from where the total was to where it is, and a thread down to the next one. */
const Bar = ({
  line: { kind, from, to },
  at,
  isLast,
}: {
  line: BridgeLine
  at: (value: number) => number
  isLast: boolean
}) => {
  const [left, right] = [at(Math.min(from, to)), at(Math.max(from, to))]
  const tone = kind === 'total' ? 'total' : kind === 'remainder' ? 'remainder' : to < from ? 'down' : 'up'
  return (
    <span className="bridge-track">
      <span
        className={`bridge-fill is-${tone}`}
        style={{ left: `${left}%`, width: `${Math.max(right - left, 0.3)}%` }}
      />
      {isLast ? null : <span className="bridge-thread" style={{ left: `${at(to)}%` }} />}
    </span>
  )
}

const linesOf = ({
  legacy,
  certified,
  certifiedColumn,
  steps,
  remainder,
}: Accounting): readonly BridgeLine[] => {
  let before = Number(legacy)
  const moved = steps.map((step, index): BridgeLine => {
    const line: BridgeLine = {
      key: `${index} ${step.label}`,
      kind: 'step',
      label: step.label,
      tag: reconcileStrings.kinds[step.kind],
      from: before,
      to: Number(step.after),
      amount: step.amount,
      total: step.after,
      ...(step.rows === undefined ? {} : { rows: step.rows }),
    }
    before = Number(step.after)
    return line
  })
  const open = remainder !== undefined && Number(remainder) !== 0
  return [
    { key: 'view', kind: 'total', label: strings.inView, from: 0, to: Number(legacy), total: legacy },
    ...moved,
    ...(open
      ? [
          {
            key: 'remainder',
            kind: 'remainder' as const,
            label: strings.remainder,
            from: before,
            to: before + Number(remainder),
            amount: remainder,
          },
        ]
      : []),
    ...(certified === undefined
      ? []
      : [
          {
            key: 'certified',
            kind: 'total' as const,
            label: strings.certified(certifiedColumn ?? ''),
            from: 0,
            to: Number(certified),
            total: certified,
          },
        ]),
  ]
}
