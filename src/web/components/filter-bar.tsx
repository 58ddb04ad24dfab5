import { useId, useState } from 'react'
import { addDays } from '../dates.ts'
import { valueLabel } from '../labels.ts'
import { isRange, presets, rangeText, shownPeriod } from '../period.ts'
import { useFormat, useSession } from '../session.tsx'
import { writeList } from '../state.ts'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { Button, Segmented } from './button.tsx'
import { Icon } from './icon.tsx'
import { Popover } from './popover.tsx'
import { CheckList, Select } from './select.tsx'

/** The global filters: dates, comparison, channel, store. Everything they set is in the address. */
export const FilterBar = ({ storeFilter = true }: { storeFilter?: boolean }) => (
  <fieldset className="filter-bar" aria-label={strings.filters.label}>
    <RangeFilter />
    <ChannelFilter />
    {storeFilter ? <StoreFilter /> : null}
    <CompareFilter />
  </fieldset>
)

const RangeFilter = () => {
  const page = usePage()
  const { range } = page.state
  const isPreset = (presets as readonly string[]).includes(range)
  const options = presets.map((value) => ({ value: value as string, label: strings.ranges[value] ?? value }))
  return (
    <div className="filter-range">
      <Segmented
        label={strings.filters.range}
        options={options}
        value={range}
        onChange={(next) => page.set({ range: next })}
      />
      <Popover
        label={strings.filters.custom}
        className={`icon-button ${isPreset ? '' : 'is-on'}`}
        button={<Icon name="calendar" size={15} />}
      >
        {(close) => <OwnDates close={close} />}
      </Popover>
    </div>
  )
}

const OwnDates = ({ close }: { close: () => void }) => {
  const page = usePage()
  const id = useId()
  const shown = shownPeriod(page.state.range, page.extent)
  const [from, setFrom] = useState(shown?.from ?? '')
  const [to, setTo] = useState(shown ? addDays(shown.to, -1) : '')
  const isRight = isRange(`${from}..${to}`)
  return (
    <form
      className="own-dates"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isRight) return
        page.set({ range: rangeText({ from, to: addDays(to, 1) }) })
        close()
      }}
    >
      <label htmlFor={`${id}-from`}>{strings.filters.from}</label>
      <input
        id={`${id}-from`}
        type="date"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        required
      />
      <label htmlFor={`${id}-to`}>{strings.filters.to}</label>
      <input
        id={`${id}-to`}
        type="date"
        value={to}
        onChange={(event) => setTo(event.target.value)}
        required
      />
      {from !== '' && to !== '' && !isRight ? <p role="alert">{strings.filters.wrong}</p> : null}
      <Button kind="primary" submit disabled={!isRight}>
        {strings.filters.apply}
      </Button>
    </form>
  )
}

const several = 'several'

/** Buttons for two channels, a list for more. */
const ChannelFilter = () => {
  const page = usePage()
  const format = useFormat()
  const { channels } = useSession()
  if (channels.length < 2) return null
  const chosen = page.state.filters.channel
  const options = [
    { value: '', label: strings.filters.allChannels },
    ...channels.map((value) => ({ value, label: valueLabel('channel', value, format) })),
  ]
  const value = chosen === undefined ? '' : chosen.length === 1 ? (chosen[0] ?? undefined) : undefined
  if (channels.length > 2) {
    return (
      <Select
        label={strings.filters.channel}
        options={
          value === undefined
            ? [{ value: several, label: strings.filters.channels(chosen?.length ?? 0) }, ...options]
            : options
        }
        value={value ?? several}
        onChange={(next) => page.set({ channel: next === '' ? undefined : writeList([next]) })}
      />
    )
  }
  return (
    <Segmented
      label={strings.filters.channel}
      options={options}
      value={value}
      onChange={(next) => page.set({ channel: next === '' ? undefined : writeList([next]) })}
    />
  )
}

const StoreFilter = () => {
  const page = usePage()
  const { stores } = useSession()
  if (stores.length === 0) return null
  const chosen = (page.state.filters.store ?? []).filter((value) => value !== null)
  const first = stores.find(({ id }) => id === chosen[0])
  const text =
    chosen.length === 0
      ? strings.filters.allStores
      : chosen.length === 1
        ? (first?.label ?? chosen[0])
        : strings.filters.stores(chosen.length)
  return (
    <Popover
      className={`button button-plain ${chosen.length > 0 ? 'is-on' : ''}`}
      button={
        <>
          <span className="visually-hidden">{strings.filters.store}: </span>
          {text}
          <Icon name="chevron" size={13} />
        </>
      }
    >
      {() => (
        <CheckList
          label={strings.filters.store}
          options={stores.map(({ id, label }) => ({ value: id, label }))}
          selected={chosen}
          onToggle={(value) => page.toggle('store', value)}
        />
      )}
    </Popover>
  )
}

const CompareFilter = () => {
  const page = usePage()
  if (page.period === null) return null
  return (
    <Select
      label={strings.filters.vs}
      options={[
        { value: 'prev', label: strings.filters.vsPrev },
        { value: 'year', label: strings.filters.vsYear },
        { value: 'none', label: strings.vs.none },
      ]}
      value={page.state.vs}
      onChange={(vs) => page.set({ vs })}
    />
  )
}
