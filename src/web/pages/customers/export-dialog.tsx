import { useId, useState } from 'react'
import type { Condition, Customers, ExportRequest } from '../../api-types.ts'
import { Button, Segmented } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Notice } from '../../components/notice.tsx'
import { useToast } from '../../components/toast.tsx'
import { download } from '../../download.ts'
import { useFormat, useSession } from '../../session.tsx'
import { text } from '../../strings/customers.ts'
import { strings } from '../../strings.ts'

type Who = 'consented' | 'notRefused' | 'all'

/** A second condition on the column beside the list's own: both must hold. */
const consentOf: Readonly<Record<Who, readonly Condition[]>> = {
  consented: [{ column: 'email_opt_in', op: 'is', value: true }],
  notRefused: [{ column: 'email_opt_in', op: 'in', values: ['true', null] }],
  all: [],
}

/** Whom to export is decided with consent in sight; contacts stay masked unless they are asked for, which is audited. */
export const ExportDialog = ({
  title = text.export.fileTitle,
  customers,
  conditions,
  filters,
  onClose,
}: {
  /** Of the file. */
  title?: string
  customers: Customers
  conditions: readonly Condition[]
  /** In words, for the file. */
  filters: string
  onClose: () => void
}) => {
  const id = useId()
  const format = useFormat()
  const tell = useToast()
  const { version } = useSession()
  const { yes, no, unknown } = customers.consent
  const isKnown = yes + no > 0
  const [who, setWho] = useState<Who>(isKnown ? 'consented' : 'all')
  const [kind, setKind] = useState<ExportRequest['format']>('csv')
  const [isRevealing, setRevealing] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [isWorking, setWorking] = useState(false)
  const counts: Readonly<Record<Who, number>> = {
    consented: yes,
    notRefused: yes + unknown,
    all: customers.total,
  }
  const hints: Readonly<Record<Who, string>> = {
    consented: text.export.consentedHint,
    notRefused: text.export.notRefusedHint(format.count(unknown)),
    all: text.export.allHint,
  }
  const save = async () => {
    setWorking(true)
    const saved = await download({
      format: kind,
      title,
      filters: [filters, text.export[who]]
        .filter((part) => part !== '')
        .join('; ')
        .slice(0, 2000),
      what: { kind: 'customers', conditions: [...conditions, ...consentOf[who]] },
      ...(version === null ? {} : { version }),
      ...(isRevealing ? { reveal: true } : {}),
    })
    setWorking(false)
    if (!saved.ok) return setProblem([saved.failure.message, saved.failure.hint].filter(Boolean).join(' '))
    tell(strings.tile.exported(saved.data))
    onClose()
  }
  return (
    <Dialog title={text.export.title} onClose={onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <fieldset className="choices">
          <legend>{text.export.who}</legend>
          <div className="choice-list">
            {(['consented', 'notRefused', 'all'] as const).map((value) => (
              <label key={value} className="choice">
                <input
                  type="radio"
                  name={`${id}-who`}
                  checked={who === value}
                  disabled={counts[value] === 0}
                  onChange={() => setWho(value)}
                />
                <span>
                  {text.export[value]}
                  <span className="hint">{hints[value]}</span>
                </span>
                <span className="choice-count" data-count={counts[value]}>
                  {format.count(counts[value])}
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        {isKnown ? null : <Notice>{text.export.noConsentColumn}</Notice>}
        <Segmented
          label={text.export.format}
          options={(['csv', 'xlsx', 'parquet'] as const).map((value) => ({
            value,
            label: strings.formats[value],
          }))}
          value={kind}
          onChange={setKind}
        />
        <label className="choice">
          <input
            type="checkbox"
            checked={isRevealing}
            onChange={(event) => setRevealing(event.target.checked)}
          />
          <span>
            {text.export.reveal}
            <span className="hint">{text.export.revealHint}</span>
          </span>
        </label>
        <p className="hint">{text.export.columnsNote}</p>
        {problem === null ? null : <Notice kind="error">{problem}</Notice>}
        <div className="form-buttons">
          <Button kind="quiet" onClick={onClose}>
            {text.export.cancel}
          </Button>
          <Button kind="primary" icon="download" submit disabled={isWorking || counts[who] === 0}>
            {isWorking ? text.export.working : `${text.export.go} (${format.count(counts[who])})`}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
