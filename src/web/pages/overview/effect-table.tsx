import type { Format as Kind } from '../../../model/semantic-types.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import type { Effect } from '../../why.ts'

type Row = Effect & { readonly kind?: Kind }

/** Parts with what each did to the total; bars go left and right of zero. The last row is the sum. */
export const EffectTable = ({
  title,
  effects,
  change,
  kind,
  rest,
}: {
  title: string
  effects: readonly Row[]
  change: number
  kind: Kind
  rest: number
}) => {
  const format = useFormat()
  const all: readonly Row[] =
    rest === 0
      ? effects
      : [...effects, { key: 'rest', label: strings.why.rest, now: null, before: null, effect: rest }]
  const widest = Math.max(...all.map(({ effect }) => Math.abs(effect)), Number.MIN_VALUE)
  const columns: readonly Column<Row>[] = [
    { key: 'part', label: strings.why.part, render: ({ label }) => label },
    {
      key: 'before',
      label: strings.why.before,
      numeric: true,
      render: (row) => format.compact(row.before, row.kind ?? kind),
    },
    {
      key: 'now',
      label: strings.why.now,
      numeric: true,
      render: (row) => format.compact(row.now, row.kind ?? kind),
    },
    {
      key: 'effect',
      label: strings.why.effect,
      numeric: true,
      render: ({ effect }) => (
        <span data-effect={effect}>
          {format.signed(effect, kind)}
          <EffectBar share={effect / widest} />
        </span>
      ),
    },
  ]
  return (
    <section className="effects">
      <h3>{title}</h3>
      <DataTable label={title} columns={columns} rows={all} keyOf={({ key }) => key} maxHeight={330} />
      <p className="effects-total">
        <span>{strings.why.total}</span>
        <span>{format.signed(change, kind)}</span>
      </p>
    </section>
  )
}

const EffectBar = ({ share }: { share: number }) => (
  <span className="effect-bar" aria-hidden="true">
    <span
      className={share < 0 ? 'is-down' : 'is-up'}
      style={{ width: `${Math.abs(share) * 50}%`, ...(share < 0 ? { right: '50%' } : { left: '50%' }) }}
    />
  </span>
)
