import { useId, useState } from 'react'
import { api } from '../../api.ts'
import type { Created, Inspection } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/card.tsx'
import { Notice } from '../../components/notice.tsx'
import type { ApiFailure } from '../../http.ts'
import { setupStrings } from '../../strings/setup.ts'
import type { Chosen } from './files-step.tsx'

const strings = setupStrings.questions
type Question = Inspection['questions'][number]

/** Step 3: what only a person knows. Then the project is written and its first run begins. */
export const QuestionsStep = ({
  chosen,
  inspection: { questions },
  onBack,
  onCreated,
}: {
  chosen: Chosen
  inspection: Inspection
  onBack: () => void
  onCreated: (created: Created) => void
}) => {
  const id = useId()
  const [name, setName] = useState('')
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(questions.map((question) => [question.id, question.answer])),
  )
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [isBusy, setBusy] = useState(false)
  const create = async (): Promise<void> => {
    setBusy(true)
    setFailure(null)
    const result = await api.create({
      ...chosen,
      answers,
      ...(name.trim() === '' ? {} : { name: name.trim() }),
    })
    setBusy(false)
    if (result.ok) onCreated(result.data)
    else setFailure(result.failure)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <Card
        title={strings.title}
        subtitle={strings.text}
        foot={
          <>
            <Button onClick={onBack}>{strings.back}</Button>
            <Button kind="primary" submit disabled={isBusy}>
              {isBusy ? strings.creating : strings.create}
            </Button>
          </>
        }
      >
        <div className="questions">
          <div className="field">
            <label htmlFor={id}>{strings.name}</label>
            <input
              id={id}
              type="text"
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          {questions.map((question) => (
            <QuestionField
              key={question.id}
              question={question}
              answer={answers[question.id] ?? question.answer}
              onAnswer={(answer) => setAnswers({ ...answers, [question.id]: answer })}
            />
          ))}
        </div>
        {failure ? (
          <Notice kind="error">
            {[failure.message, failure.hint, ...(failure.problems ?? []).map(({ message }) => message)]
              .filter(Boolean)
              .join(' ')}
          </Notice>
        ) : null}
      </Card>
    </form>
  )
}

interface FieldProps {
  readonly question: Question
  readonly answer: string
  readonly onAnswer: (answer: string) => void
}

const QuestionField = (props: FieldProps) => {
  if (props.question.id === 'counted_statuses') return <Statuses {...props} />
  return <Typed {...props} />
}

/** One of many words the browser knows: it is typed, with help. */
const Typed = ({ question, answer, onAnswer }: FieldProps) => {
  const id = useId()
  const known = question.choices ?? valuesFor(question.id)
  return (
    <div className="field">
      <label htmlFor={id}>{question.question}</label>
      <input
        id={id}
        type="text"
        required
        spellCheck={false}
        list={known.length > 0 ? `${id}-list` : undefined}
        aria-describedby={question.why === null ? undefined : `${id}-why`}
        value={answer}
        onChange={(event) => onAnswer(event.target.value)}
      />
      {known.length > 0 ? (
        <datalist id={`${id}-list`}>
          {known.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      ) : null}
      {question.why === null ? null : <small id={`${id}-why`}>{question.why}</small>}
    </div>
  )
}

const valuesFor = (id: string): readonly string[] => {
  if (id === 'time_zone') return ['UTC', ...Intl.supportedValuesOf('timeZone')]
  return id === 'currency' ? Intl.supportedValuesOf('currency') : []
}

/** Which sales count: all of them, or those whose status is ticked. */
const Statuses = ({ question, answer, onAnswer }: FieldProps) => {
  const choices = question.choices ?? []
  if (choices.length === 0) return <p className="muted">{strings.noStatus}</p>
  const isAll = answer === 'all'
  const ticked = isAll ? [] : answer.split(',').map((one) => one.trim())
  const toggle = (choice: string) => {
    const next = choices.filter((one) => (one === choice ? !ticked.includes(one) : ticked.includes(one)))
    onAnswer(next.length === 0 ? 'all' : next.join(','))
  }
  return (
    <fieldset className="choices">
      <legend>{question.question}</legend>
      {question.why === null ? null : <p className="muted">{question.why}</p>}
      <label>
        <input type="radio" name={question.id} checked={isAll} onChange={() => onAnswer('all')} />
        <span>
          <strong>{strings.all}</strong>
          <small>{strings.allHint}</small>
        </span>
      </label>
      <label>
        <input
          type="radio"
          name={question.id}
          checked={!isAll}
          onChange={() => onAnswer(choices[0] ?? 'all')}
        />
        <span>
          <strong>{strings.some}</strong>
        </span>
      </label>
      <div className="choices-inner">
        {choices
          .filter((choice) => choice !== 'all')
          .map((choice) => (
            <label key={choice}>
              <input type="checkbox" checked={ticked.includes(choice)} onChange={() => toggle(choice)} />
              <span>
                {choice} <small>{question.about[choices.indexOf(choice)]}</small>
              </span>
            </label>
          ))}
      </div>
    </fieldset>
  )
}
