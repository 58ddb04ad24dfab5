import { Card } from '../../components/card.tsx'
import { decimalText } from '../../decimal.ts'
import { useFormat } from '../../session.tsx'
import { reconcileStrings } from '../../strings/reconcile.ts'
import type { Reconciliation } from './report.tsx'

const strings = reconcileStrings.why
type Join = Reconciliation['joins'][number]

const repeats = ({ rowsBefore, rowsAfter }: Join): boolean => rowsAfter > rowsBefore

/** What makes them differ: joins that repeat rows, keys with several rows, names that stand for several things. */
export const WhyCard = ({ report: { joins, grain, names } }: { report: Reconciliation }) => {
  const format = useFormat()
  const guilty = joins.filter(repeats)
  const harmless = joins.filter((join) => !repeats(join) && join.adds.length === 0)
  const isSplit = grain.repeatedKeys > 0
  return (
    <Card
      title={strings.title}
      span={12}
      foot={
        harmless.length > 0
          ? strings.harmless(harmless.map(({ table, line }) => `${table} (${line})`).join(', '))
          : undefined
      }
    >
      {guilty.length === 0 && !isSplit && names.length === 0 ? (
        <p className="muted">{strings.nothing}</p>
      ) : null}
      <ul className="findings">
        {guilty.map((join) => (
          <JoinFinding key={`${join.block} ${join.line} ${join.alias}`} join={join} />
        ))}
        {isSplit ? (
          <li>
            <h3>{strings.grainTitle}</h3>
            <p>
              {strings.grain(
                format.count(grain.repeatedKeys),
                format.count(grain.keys),
                format.count(grain.mostRows),
              )}{' '}
              {grain.splitBy.length > 0
                ? strings.splitBy(grain.splitBy.map(({ column }) => column).join(', '))
                : ''}
            </p>
          </li>
        ) : null}
        {names.map(({ block, columns, names: count, keys, key, examples }) => (
          <li key={`${block} ${columns.join()}`}>
            <h3>{strings.names(columns.join(', '))}</h3>
            <p>
              {strings.namesText(format.count(count), format.count(keys), key.join(', '))}{' '}
              {examples.length > 0 ? strings.examples(examples.join(', ')) : ''}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const JoinFinding = ({ join }: { join: Join }) => {
  const format = useFormat()
  const { key, rowsBefore, rowsAfter, adds } = join
  const factor = rowsBefore === 0 ? null : rowsAfter / rowsBefore
  return (
    <li>
      <h3>
        {strings.fanOut(join.join, join.table)}
        {factor === null ? null : <b className="factor">{strings.factor(format.exact(factor, 'decimal'))}</b>}
      </h3>
      <p className="muted">{strings.at(join.line, join.block)}</p>
      <span className="fan-out" aria-hidden="true">
        <span style={{ width: `${(rowsBefore / rowsAfter) * 100}%` }} />
        <span />
      </span>
      <p>{strings.becomes(format.count(rowsBefore), format.count(rowsAfter))}.</p>
      {key && !key.unique ? (
        <p>
          {strings.notUnique(
            key.columns.join(', '),
            format.count(key.repeatedKeys),
            format.count(key.maxFactor),
            format.exact(key.meanFactor, 'decimal'),
          )}{' '}
          {key.largest.length > 0
            ? strings.largest(key.largest.map((one) => `${one.key} (${format.count(one.rows)})`).join(', '))
            : ''}
        </p>
      ) : null}
      {adds.map(({ measure, amount }) => (
        <p key={measure}>{strings.adds(decimalText(format.locale, amount, { signed: true }), measure)}</p>
      ))}
    </li>
  )
}
