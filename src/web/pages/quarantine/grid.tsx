import { useState } from 'react'
import type { HeldRow, Quarantine } from '../../api-types.ts'
import { Badge } from '../../components/badge.tsx'
import { Button, IconButton } from '../../components/button.tsx'
import { LoadCard } from '../../components/card.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { quarantineStrings } from '../../strings/quarantine.ts'
import { strings as shared } from '../../strings.ts'
import { usePage } from '../../use-page.ts'
import { DismissDialog } from './dismiss-dialog.tsx'
import { wholeRecord } from './reasons.tsx'
import { useDecide } from './use-decide.ts'

const strings = quarantineStrings.grid

export interface GridProps {
  readonly loaded: Loaded<Quarantine>
  readonly offset: number
  readonly pageSize: number
  readonly isRevealed: boolean
  readonly onReveal: (isRevealed: boolean) => void
  readonly onOpen: (id: string) => void
}

/** The held-back rows, page by page: choose several to dismiss them, open one to correct it. */
export const HeldGrid = ({ loaded, offset, pageSize, isRevealed, onReveal, onOpen }: GridProps) => {
  const page = usePage()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const { source, reason, column } = page.state.own
  const filter = [source, column === wholeRecord ? quarantineStrings.reasons.whole : column, reason]
    .filter(Boolean)
    .join(', ')
  return (
    <LoadCard
      title={strings.title}
      {...(filter === '' ? {} : { subtitle: strings.filtered(filter) })}
      span={8}
      flush
      loaded={loaded}
      lines={12}
      aside={
        <>
          {filter === '' ? null : (
            <Button
              kind="quiet"
              onClick={() =>
                page.set({ source: undefined, reason: undefined, column: undefined, offset: undefined })
              }
            >
              {strings.clearFilter}
            </Button>
          )}
          <Button
            kind="quiet"
            icon="eye"
            title={strings.revealHint}
            aria-pressed={isRevealed}
            onClick={() => onReveal(!isRevealed)}
          >
            {isRevealed ? strings.hide : strings.reveal}
          </Button>
        </>
      }
      foot={(data) => <Paging data={data} offset={offset} pageSize={pageSize} />}
    >
      {(data) => (
        <>
          <Chosen rows={data.rows.filter(({ id }) => chosen.includes(id))} onDone={() => setChosen([])} />
          <DataTable
            label={`${strings.title}, ${shared.tile.table}`}
            columns={columnsOf(data.rows, chosen, setChosen)}
            rows={data.rows}
            keyOf={({ id }) => id}
            onRow={({ id }) => onOpen(id)}
            isSelected={({ id }) => id === page.state.own.row}
            maxHeight={620}
            empty={strings.none}
          />
        </>
      )}
    </LoadCard>
  )
}

const columnsOf = (
  rows: readonly HeldRow[],
  chosen: readonly string[],
  setChosen: (ids: readonly string[]) => void,
): readonly Column<HeldRow>[] => [
  {
    key: 'choose',
    label: (
      <input
        type="checkbox"
        aria-label={strings.selectAll}
        checked={rows.length > 0 && rows.every(({ id }) => chosen.includes(id))}
        onChange={(event) => setChosen(event.target.checked ? rows.map(({ id }) => id) : [])}
      />
    ),
    className: 'choose',
    render: ({ id }) => (
      <input
        type="checkbox"
        aria-label={strings.select(id)}
        checked={chosen.includes(id)}
        onClick={(event) => event.stopPropagation()}
        onChange={() => setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])}
      />
    ),
  },
  {
    key: 'at',
    label: strings.at,
    render: ({ file, row }) => (
      <code>
        {file}:{row}
      </code>
    ),
  },
  { key: 'reasons', label: strings.reasons, render: (row) => <Reasons row={row} /> },
  ...(rows.some(({ waiting }) => waiting)
    ? [
        {
          key: 'decision',
          label: strings.decision,
          render: ({ waiting }: HeldRow) => (waiting ? <Waiting kind={waiting} /> : null),
        },
      ]
    : []),
  { key: 'raw', label: strings.raw, render: (row) => <Raw row={row} />, className: 'raw' },
]

export const Waiting = ({ kind }: { kind: NonNullable<HeldRow['waiting']> }) => (
  <span title={quarantineStrings.stateHint}>
    <Badge mood={kind === 'reopen' ? 'neutral' : 'busy'}>{quarantineStrings.states[kind]}</Badge>
  </span>
)

const Reasons = ({ row: { reasons } }: { row: HeldRow }) => (
  <span className="reason-chips">
    {reasons.map(({ column, reason }) => (
      <span key={`${column} ${reason}`} className="reason-chip" title={quarantineStrings.meanings[reason]}>
        {column === null ? null : <b>{column}</b>} {reason}
      </span>
    ))}
  </span>
)

/** All values in a line, the guilty ones marked. */
const Raw = ({ row: { raw, reasons, masked } }: { row: HeldRow }) => {
  const guilty = reasons.map(({ column }) => column?.toLowerCase())
  return Object.entries(raw).map(([column, value]) => (
    <span key={column} className={`raw-value ${guilty.includes(column.toLowerCase()) ? 'is-guilty' : ''}`}>
      <i>{column}</i> {masked.includes(column) ? strings.hidden : (value ?? quarantineStrings.row.empty)}
    </span>
  ))
}

const Chosen = ({ rows, onDone }: { rows: readonly HeldRow[]; onDone: () => void }) => {
  const [isAsking, setAsking] = useState(false)
  const decide = useDecide()
  if (rows.length === 0) return null
  const ids = rows.map(({ id }) => id)
  const waiting = rows.filter((row) => row.waiting !== null && row.waiting !== 'reopen').map(({ id }) => id)
  return (
    <div className="chosen" role="status">
      <strong>{strings.selected(rows.length)}</strong>
      <Button icon="close" onClick={() => setAsking(true)}>
        {strings.dismiss}
      </Button>
      {waiting.length > 0 ? (
        <Button
          icon="refresh"
          onClick={() =>
            void decide({ action: 'reopen', ids: waiting, why: '' }, quarantineStrings.row.reopened).then(
              (ok) => ok && onDone(),
            )
          }
        >
          {strings.reopen}
        </Button>
      ) : null}
      <Button kind="quiet" onClick={onDone}>
        {strings.clear}
      </Button>
      {isAsking ? (
        <DismissDialog
          count={ids.length}
          onClose={() => setAsking(false)}
          onConfirm={(why) => {
            setAsking(false)
            void decide({ action: 'dismiss', ids, why }, quarantineStrings.row.dismissed(ids.length)).then(
              (ok) => ok && onDone(),
            )
          }}
        />
      ) : null}
    </div>
  )
}

const Paging = ({ data, offset, pageSize }: { data: Quarantine; offset: number; pageSize: number }) => {
  const format = useFormat()
  const page = usePage()
  const go = (next: number) => page.set({ offset: next <= 0 ? undefined : String(next), row: undefined })
  if (data.total === 0) return null
  const to = offset + data.rows.length
  return (
    <>
      <span>
        {strings.page(
          format.count(Math.min(offset + 1, data.total)),
          format.count(to),
          format.count(data.total),
        )}
      </span>
      <span className="paging">
        <IconButton
          icon="left"
          label={strings.previous}
          disabled={offset === 0}
          onClick={() => go(offset - pageSize)}
        />
        <IconButton
          icon="right"
          label={strings.next}
          disabled={to >= data.total}
          onClick={() => go(offset + pageSize)}
        />
      </span>
    </>
  )
}
