import { useEffect, useState } from 'react'
import { api } from '../../api.ts'
import type { Inspection } from '../../api-types.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/card.tsx'
import { Failed, Notice, Skeleton } from '../../components/notice.tsx'
import type { ApiFailure } from '../../http.ts'
import { useFormat } from '../../session.tsx'
import { setupStrings } from '../../strings/setup.ts'
import { Doubts } from './doubts.tsx'
import type { Chosen } from './files-step.tsx'

const strings = setupStrings.look

/** Step 2: what each file is taken for, with the evidence and the doubts. */
export const LookStep = ({
  chosen,
  onBack,
  onNext,
}: {
  chosen: Chosen
  onBack: () => void
  onNext: (inspection: Inspection) => void
}) => {
  const { inspection, failure, again } = useInspection(chosen)
  const back = <Button onClick={onBack}>{strings.back}</Button>
  if (failure) {
    return (
      <Card title={strings.title} foot={back}>
        <Failed failure={failure} retry={again} />
        <Problems failure={failure} />
      </Card>
    )
  }
  if (!inspection) {
    return (
      <Card title={strings.title} busy={false} foot={back}>
        <p role="status" className="setup-status">
          {strings.looking}
        </p>
        <div className="progress is-unknown" aria-hidden="true">
          <span />
        </div>
        <Skeleton lines={6} />
      </Card>
    )
  }
  const taken = inspection.tables.filter(({ entity }) => entity !== null)
  return (
    <Card
      title={strings.title}
      subtitle={strings.found(taken.length)}
      foot={
        <>
          {back}
          <Button kind="primary" disabled={taken.length === 0} onClick={() => onNext(inspection)}>
            {strings.next}
          </Button>
        </>
      }
    >
      {taken.length === 0 ? <Notice kind="warning">{strings.nothing}</Notice> : null}
      <ul className="found-tables">
        {inspection.tables.map((table) => (
          <Found key={`${table.file} ${table.source}`} table={table} />
        ))}
        {inspection.refused.map(({ file, message, hint }) => (
          <li key={file} className="is-refused">
            <header>
              <strong>{file}</strong>
              <Badge mood="bad">{strings.refused}</Badge>
            </header>
            <p>
              {message}
              {hint ? ` ${hint}` : ''}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

const Problems = ({ failure: { problems = [] } }: { failure: ApiFailure }) =>
  problems.length === 0 ? null : (
    <ul className="problems">
      {problems.map(({ message, hint }) => (
        <li key={message}>
          <strong>{message}</strong>
          {hint ? <span>{hint}</span> : null}
        </li>
      ))}
    </ul>
  )

const Found = ({
  table: { file, rows, entity, evidence, doubts },
}: {
  table: Inspection['tables'][number]
}) => {
  const format = useFormat()
  return (
    <li>
      <header>
        <strong>{file}</strong>
        {rows === null ? null : <span className="muted">{strings.rows(format.count(rows))}</span>}
        {entity === null ? (
          <Badge mood="warning">{strings.notTaken}</Badge>
        ) : (
          <Badge mood="good">{strings.taken(strings.entities[entity] ?? entity.replaceAll('_', ' '))}</Badge>
        )}
      </header>
      <Doubts label={strings.doubts} lines={doubts} />
      {evidence.length > 0 ? (
        <details>
          <summary>{strings.evidence(evidence.length)}</summary>
          <ul>
            {evidence.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </li>
  )
}

const useInspection = (chosen: Chosen) => {
  const [inspection, setInspection] = useState<Inspection | null>(null)
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` asks again.
  useEffect(() => {
    const controller = new AbortController()
    setFailure(null)
    api.inspect(chosen, controller.signal).then(
      (result) => {
        if (controller.signal.aborted) return
        if (result.ok) setInspection(result.data)
        else setFailure(result.failure)
      },
      () => undefined,
    )
    return () => controller.abort()
  }, [chosen, tries])
  return { inspection, failure, again: () => setTries(tries + 1) }
}
