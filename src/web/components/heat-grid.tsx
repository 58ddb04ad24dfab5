// biome-ignore-all lint/a11y/useSemanticElements: an ARIA grid; a table cannot be laid out with equal cells that shrink.
// biome-ignore-all lint/a11y/useFocusableInteractive: in a grid only its cells get the focus.
import { useRef, useState } from 'react'
import { useFormat } from '../session.tsx'
import { strings } from '../strings.ts'
import { type Block, blocksOf, busiest, stepOf } from './heat-scale.ts'
import { phone, useMedia } from './media.ts'

export interface HeatProps {
  readonly label: string
  /** Of an ISO weekday and an hour; null where nothing is known. */
  readonly valueOf: (weekday: number, hour: number) => number | null
  /** A value in words, with its unit. */
  readonly write: (value: number | null) => string
  /** How the hours of a block are put together on a narrow screen. */
  readonly combine?: 'sum' | 'mean'
  /** `diverging` has two sides around zero (a difference between channels). */
  readonly scale?: 'sequential' | 'diverging'
  /** Drawn with an edge: opening hours, for example. */
  readonly isOutlined?: (weekday: number, hour: number) => boolean
  readonly isSelected?: (weekday: number, hour: number) => boolean
  readonly onPick?: (weekday: number, hours: readonly number[]) => void
  readonly markPeak?: boolean
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const

/** Weekday x hour; below 480 px weekday x 4 hours. One tab stop, arrow keys move inside, Enter filters. */
export const HeatGrid = (props: HeatProps) => {
  const format = useFormat()
  const isPhone = useMedia(phone)
  const root = useRef<HTMLDivElement>(null)
  const [focus, setFocus] = useState({ weekday: 1, block: 0 })
  const blocks = blocksOf(props.valueOf, isPhone ? 4 : 1, props.combine ?? 'sum')
  const peak = props.markPeak === false ? null : busiest(blocks)
  const most = Math.max(0, ...blocks.map(({ value }) => Math.abs(value ?? 0)))
  const columns = isPhone ? 6 : 24
  const move = (event: React.KeyboardEvent) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key]
    if (!step) return
    event.preventDefault()
    const weekday = Math.min(7, Math.max(1, focus.weekday + (step[0] ?? 0)))
    const block = Math.min(columns - 1, Math.max(0, focus.block + (step[1] ?? 0)))
    setFocus({ weekday, block })
    root.current?.querySelector<HTMLElement>(`[data-cell="${weekday}-${block}"]`)?.focus()
  }
  const at = { weekday: focus.weekday, block: Math.min(focus.block, columns - 1) }
  return (
    <div
      className={`heat heat-${props.scale ?? 'sequential'}`}
      role="grid"
      aria-label={`${props.label}. ${strings.heat.grid}`}
      ref={root}
      onKeyDown={move}
    >
      {weekdays.map((weekday) => (
        <div className="heat-row" role="row" key={weekday}>
          <span className="heat-day" role="rowheader">
            {format.weekday(weekday)}
          </span>
          {blocks
            .filter((block) => block.weekday === weekday)
            .map((block, index) => (
              <Cell
                key={block.hours[0]}
                {...props}
                block={block}
                name={`${weekday}-${index}`}
                step={stepOf(block.value, most, props.scale ?? 'sequential')}
                isPeak={block === peak}
                isStop={weekday === at.weekday && index === at.block}
                onFocus={() => setFocus({ weekday, block: index })}
              />
            ))}
        </div>
      ))}
      <div className="heat-row heat-hours" aria-hidden="true">
        <span />
        {Array.from({ length: columns }, (_, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its index.
          <span key={column}>
            {isPhone || column % 3 === 0 ? String(column * (24 / columns)).padStart(2, '0') : ''}
          </span>
        ))}
      </div>
    </div>
  )
}

const Cell = ({
  block,
  name,
  step,
  isPeak,
  isStop,
  write,
  onPick,
  isOutlined,
  isSelected,
  onFocus,
}: HeatProps & {
  block: Block
  name: string
  step: number
  isPeak: boolean
  isStop: boolean
  onFocus: () => void
}) => {
  const format = useFormat()
  const { weekday, hours } = block
  const first = hours[0] ?? 0
  const text = strings.heat.cell(
    format.weekday(weekday, 'long'),
    format.hour(first),
    format.hour(first + hours.length),
    write(block.value),
  )
  const selected = hours.some((hour) => isSelected?.(weekday, hour) ?? false)
  const marks = [
    `step-${step}`,
    isPeak ? 'is-peak' : '',
    hours.some((hour) => isOutlined?.(weekday, hour) ?? false) ? 'is-outlined' : '',
    selected ? 'is-selected' : '',
    onPick ? 'is-clickable' : '',
  ]
  const pick = () => onPick?.(weekday, hours)
  return (
    <span
      role="gridcell"
      className={`heat-cell ${marks.join(' ')}`}
      data-cell={name}
      data-value={block.value ?? ''}
      tabIndex={isStop ? 0 : -1}
      aria-label={isPeak ? `${text} (${strings.heat.busiest})` : text}
      aria-selected={onPick ? selected : undefined}
      title={text}
      onFocus={onFocus}
      onClick={pick}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        pick()
      }}
    />
  )
}

/** The scale in words: fewer … more. */
export const HeatLegend = ({
  low = strings.heat.fewer,
  high = strings.heat.more,
}: {
  low?: string
  high?: string
}) => (
  <span className="heat-legend" aria-hidden="true">
    {low}
    {[0, 1, 2, 3, 4, 5, 6].map((step) => (
      <span key={step} className={`heat-cell step-${step}`} />
    ))}
    {high}
  </span>
)
