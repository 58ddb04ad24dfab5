import { useState } from 'react'
import type { ReconcileReport } from '../../api-types.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Tiles } from '../../components/tile.tsx'
import { decimalText } from '../../decimal.ts'
import { useFormat } from '../../session.tsx'
import { reconcileStrings as strings } from '../../strings/reconcile.ts'
import { BridgeCard } from './bridge.tsx'
import { LargestCard } from './largest.tsx'
import { RowsCard } from './rows.tsx'
import { WhyCard } from './why.tsx'

export type Reconciliation = ReconcileReport['report']

/** The whole comparison: verdict, bridge, reasons, rows. */
export const Report = ({ report, markdown }: ReconcileReport) => (
  <>
    <Verdict report={report} markdown={markdown} />
    <Tiles>
      {report.measures.length > 0 ? <BridgeCard report={report} /> : null}
      <WhyCard report={report} />
      <RowsCard report={report} />
      {report.largest ? <LargestCard report={report} largest={report.largest} /> : null}
    </Tiles>
    {report.assumed.length > 0 ? (
      <details className="assumed">
        <summary>{strings.assumed}</summary>
        <ul>
          {report.assumed.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
    ) : null}
  </>
)

const Verdict = ({ report, markdown }: ReconcileReport) => {
  const format = useFormat()
  const { view, model, version, differs, rows, measures } = report
  const write = (text: string) => decimalText(format.locale, text)
  return (
    <section className={`tile verdict ${differs ? 'is-bad' : 'is-good'}`}>
      <header>
        <Badge mood={differs ? 'warning' : 'good'}>
          {differs ? strings.verdict.differs : strings.verdict.same}
        </Badge>
        <h2>{strings.verdict.against(view, model, version)}</h2>
        <CopyMarkdown markdown={markdown} />
      </header>
      <ul>
        {differs ? (
          <>
            <li>{strings.verdict.rows(format.count(rows.legacy), format.count(rows.certified))}</li>
            {measures.flatMap(({ measure, legacy, certified }) =>
              certified === undefined || Number(legacy) === Number(certified) ? (
                []
              ) : (
                <li key={measure}>
                  {strings.verdict.figure(measure, write(legacy), write(certified))}
                  <Factor legacy={Number(legacy)} certified={Number(certified)} />
                </li>
              ),
            )}
          </>
        ) : (
          <li>{strings.verdict.exactly}</li>
        )}
      </ul>
    </section>
  )
}

const Factor = ({ legacy, certified }: { legacy: number; certified: number }) => {
  const format = useFormat()
  if (certified === 0 || legacy / certified < 1.5) return null
  return <b className="factor">{strings.verdict.factor(format.exact(legacy / certified, 'decimal'))}</b>
}

const CopyMarkdown = ({ markdown }: { markdown: string }) => {
  const [isCopied, setCopied] = useState(false)
  return (
    <Button
      icon={isCopied ? 'check' : 'copy'}
      onClick={() => void navigator.clipboard.writeText(markdown).then(() => setCopied(true))}
    >
      {isCopied ? strings.copied : strings.copy}
    </Button>
  )
}
