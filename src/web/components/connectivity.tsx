import { useId, useState } from 'react'
import { api } from '../api.ts'
import type { SessionInfo } from '../api-types.ts'
import type { ApiFailure } from '../http.ts'
import { useRefresh } from '../query.ts'
import { useFormat, useSession } from '../session.tsx'
import { connectivityStrings as strings } from '../strings/connectivity.ts'
import { Button } from './button.tsx'
import { cronOf, type Rhythm, type Schedule, scheduleOf } from './cron.ts'
import { Dialog } from './dialog.tsx'
import { Notice } from './notice.tsx'
import { Select } from './select.tsx'
import { useToast } from './toast.tsx'

type Mode = SessionInfo['connectivity']['mode']

/** How pages get their data and when it is refreshed; how fresh it is, and a refresh at once. */
export const ConnectivityDialog = ({
  onClose,
  onRefresh,
}: {
  onClose: () => void
  onRefresh: () => void
}) => {
  const { connectivity, timeZone, running } = useSession()
  const [mode, setMode] = useState(connectivity.mode)
  const [schedule, setSchedule] = useState(scheduleOf(connectivity.schedule))
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const tell = useToast()
  const refresh = useRefresh()
  const save = async (): Promise<void> => {
    const result = await api.connectivity({ schedule: cronOf(schedule), mode })
    if (!result.ok) return setFailure(result.failure)
    tell(strings.saved)
    refresh()
    onClose()
  }
  return (
    <Dialog title={strings.title} onClose={onClose}>
      <Freshness />
      <ModeChoice mode={mode} modes={connectivity.modes} target={connectivity.target} onChange={setMode} />
      <form
        className="connectivity"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        {connectivity.fixed ? (
          <p>{strings.fixed(connectivity.schedule ?? '')}</p>
        ) : (
          <ScheduleChoice schedule={schedule} onChange={setSchedule} />
        )}
        <p className="muted">{strings.zone(timeZone)}</p>
        {failure ? (
          <Notice kind="error">{[failure.message, failure.hint].filter(Boolean).join(' ')}</Notice>
        ) : null}
        <div className="dialog-actions">
          <Button
            icon="refresh"
            disabled={running !== null}
            title={running === null ? undefined : strings.running}
            onClick={() => {
              onRefresh()
              onClose()
            }}
          >
            {refreshText(connectivity)}
          </Button>
          {connectivity.fixed ? null : (
            <Button kind="primary" submit>
              {strings.save}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

const Freshness = () => {
  const format = useFormat()
  const { connectivity, asOf } = useSession()
  const { lastRefresh, nextRefresh } = connectivity
  return (
    <dl className="facts" aria-label={strings.freshness}>
      <div>
        <dt>{strings.asOf}</dt>
        <dd>{asOf === null ? strings.never : format.day(asOf)}</dd>
      </div>
      <div>
        <dt>{strings.last}</dt>
        <dd>{lastRefresh === null ? strings.never : format.instant(lastRefresh)}</dd>
      </div>
      <div>
        <dt>{strings.next}</dt>
        <dd>{nextRefresh === null ? strings.none : format.instant(nextRefresh)}</dd>
      </div>
    </dl>
  )
}

const ModeChoice = ({
  mode,
  modes,
  target,
  onChange,
}: {
  mode: Mode
  modes: readonly Mode[]
  target: string | null
  onChange: (mode: Mode) => void
}) => (
  <fieldset className="choices">
    <legend>{strings.mode}</legend>
    {(['import', 'direct'] as const).map((value) => {
      const isPossible = modes.includes(value)
      return (
        <label key={value} className={isPossible ? '' : 'is-off'}>
          <input
            type="radio"
            name="mode"
            checked={mode === value}
            disabled={!isPossible}
            onChange={() => onChange(value)}
          />
          <span>
            <strong>{strings.modes[value]}</strong>
            <small>{modeText(value, target)}</small>
            {isPossible ? null : (
              <small className="choice-why">
                {target === null ? strings.modes.unavailable : strings.modes.given}
              </small>
            )}
          </span>
        </label>
      )
    })}
  </fieldset>
)

const modeText = (mode: Mode, target: string | null): string => {
  if (target === null) return strings.modes[`${mode}Text`]
  return mode === 'import' ? strings.modes.copyText(target) : strings.modes.liveText(target)
}

/** What refreshing means for what is shown now. */
const refreshText = ({ target, mode }: SessionInfo['connectivity']): string => {
  if (target === null) return strings.refresh
  return mode === 'import' ? strings.bring : strings.look
}

const timed: readonly Rhythm[] = ['daily', 'weekdays', 'weekly']

const ScheduleChoice = ({
  schedule,
  onChange,
}: {
  schedule: Schedule
  onChange: (schedule: Schedule) => void
}) => {
  const id = useId()
  const { rhythm, time, cron } = schedule
  return (
    <div className="schedule">
      <Select
        label={strings.schedule}
        showLabel
        options={Object.entries(strings.schedules).map(([value, label]) => ({ value, label }))}
        value={rhythm}
        onChange={(next) => onChange({ ...schedule, rhythm: next as Rhythm })}
      />
      {timed.includes(rhythm) ? (
        <span className="schedule-time">
          <label htmlFor={`${id}-time`}>{strings.at}</label>
          <input
            id={`${id}-time`}
            type="time"
            required
            value={time}
            onChange={(event) => onChange({ ...schedule, time: event.target.value })}
          />
        </span>
      ) : null}
      {rhythm === 'own' ? (
        <span className="schedule-cron">
          <label htmlFor={`${id}-cron`}>{strings.cron}</label>
          <input
            id={`${id}-cron`}
            type="text"
            required
            spellCheck={false}
            value={cron}
            aria-describedby={`${id}-hint`}
            onChange={(event) => onChange({ ...schedule, cron: event.target.value })}
          />
          <small id={`${id}-hint`}>{strings.cronHint}</small>
        </span>
      ) : null}
    </div>
  )
}
