import { useState } from 'react'
import type { Quality } from '../../api-types.ts'
import { Badge } from '../../components/badge.tsx'
import { Segmented } from '../../components/button.tsx'
import { Card, LoadCard } from '../../components/card.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import type { Format } from '../../format.ts'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings } from '../../strings/runs.ts'
import { strings as shared } from '../../strings.ts'
import { usePage } from '../../use-page.ts'

const strings = runsStrings.checks
type Model = Quality['models'][number]
type Check = Model['checks'][number]

const passedOf = ({ checks }: Model): number => checks.filter(({ passed }) => passed).length
const isNotable = (model: Model): boolean => !model.certified || passedOf(model) < model.checks.length

/** Every table of gold with its checks, and beside it all checks of the chosen one with their figures. */
export const ChecksCard = ({ loaded }: { loaded: Loaded<Quality> }) => {
  const format = useFormat()
  const page = usePage()
  const [shown, setShown] = useState<'all' | 'notable'>('all')
  const models = loaded.data?.models ?? []
  const open = models.find(({ name }) => name === page.state.own.model) ?? models.find(isNotable) ?? models[0]
  return (
    <>
      <LoadCard
        title={strings.title}
        subtitle={strings.subtitle}
        span={5}
        flush
        loaded={loaded}
        aside={
          <Segmented
            label={strings.title}
            options={[
              { value: 'all', label: strings.all },
              { value: 'notable', label: strings.notable },
            ]}
            value={shown}
            onChange={setShown}
          />
        }
      >
        {() => (
          <DataTable
            label={`${strings.title}, ${shared.tile.table}`}
            columns={columnsOf(format)}
            rows={shown === 'all' ? models : models.filter(isNotable)}
            keyOf={({ name }) => name}
            onRow={({ name }) => page.set({ model: name }, { replace: true })}
            isSelected={({ name }) => name === open?.name}
            maxHeight={430}
            empty={models.length === 0 ? strings.empty : strings.none}
          />
        )}
      </LoadCard>
      {open ? <ModelChecks model={open} /> : <div className="span-7" />}
    </>
  )
}

const columnsOf = (format: Format): readonly Column<Model>[] => [
  {
    key: 'name',
    label: strings.table,
    render: ({ name }) => <code>{name}</code>,
    sortOf: ({ name }) => name,
  },
  {
    key: 'rows',
    label: strings.rows,
    numeric: true,
    render: ({ rows }) => format.count(rows),
    sortOf: ({ rows }) => rows,
  },
  {
    key: 'checks',
    label: strings.result,
    render: (model) => <Result model={model} />,
    sortOf: (model) => passedOf(model) - model.checks.length,
  },
]

const Result = ({ model }: { model: Model }) => {
  const passed = passedOf(model)
  const text = strings.passed(passed, model.checks.length)
  if (!model.certified) return <Badge mood="bad">{`${strings.notCertified}, ${text}`}</Badge>
  return <Badge mood={passed < model.checks.length ? 'warning' : 'good'}>{text}</Badge>
}

const ModelChecks = ({ model }: { model: Model }) => (
  <Card
    title={strings.of(model.name)}
    span={7}
    flush
    aside={
      <Badge mood={model.certified ? 'good' : 'bad'}>
        {model.certified ? strings.certified : strings.notCertified}
      </Badge>
    }
  >
    <DataTable
      label={`${strings.of(model.name)}, ${shared.tile.table}`}
      columns={checkColumns}
      rows={model.checks}
      keyOf={({ name, kind }) => `${kind} ${name}`}
      maxHeight={430}
    />
  </Card>
)

const checkColumns: readonly Column<Check>[] = [
  {
    key: 'outcome',
    label: strings.outcome,
    render: ({ passed, severity }) => (
      <Badge mood={passed ? 'good' : severity === 'warn' ? 'warning' : 'bad'}>
        {passed ? strings.ok : strings.failed}
      </Badge>
    ),
    sortOf: ({ passed }) => passed,
  },
  { key: 'name', label: strings.check, render: ({ name }) => name, className: 'is-wide' },
  {
    key: 'kind',
    label: strings.kind,
    render: ({ kind, severity }) => `${strings.kinds[kind]}, ${strings.severities[severity]}`,
  },
  { key: 'detail', label: strings.detail, render: ({ detail }) => detail ?? '', className: 'is-wide' },
]
