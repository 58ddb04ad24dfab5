import { memo, type ReactNode, useState } from 'react'
import { answerTable } from '../answer-table.ts'
import { dimensionLabel } from '../labels.ts'
import type { Ask } from '../query.ts'
import { useFormat, useModel, useSession } from '../session.tsx'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { Button } from './button.tsx'
import { DataTable } from './data-table.tsx'
import { ExplainDrawer } from './explain-drawer.tsx'
import { Icon } from './icon.tsx'
import { Empty, Failed, Skeleton } from './notice.tsx'
import { TileMenu } from './tile-menu.tsx'

export interface TileProps {
  readonly title: string
  readonly subtitle?: string
  /** Columns of twelve; the whole width on a narrow screen. */
  readonly span: 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12
  /** What it shows. The first one is its table, its export and its explanation; the others only count for the states. */
  readonly asks: readonly Ask[]
  /** Right of the title: a legend, a choice. */
  readonly aside?: ReactNode
  /** A line at the bottom: the finding in words, a hint. */
  readonly foot?: ReactNode
  /** "Nothing for these filters": unless told, when the first answer has no row with a value. */
  readonly isEmpty?: boolean
  /** Keeps its place while the first picture loads. */
  readonly minHeight?: number
  /** The picture touches the tile's edges: tables. */
  readonly flush?: boolean
  /** The picture, drawn from the answers. */
  readonly children: ReactNode
}

/**
 * A card with a title, its table view, export and explanation, and the states every figure can be in: loading (the old
 * picture stays, dimmed), no source, nothing for these filters, failed, not up to date, not filtered by something.
 */
export const Tile = (props: TileProps) => {
  const { title, subtitle, span, asks, aside, foot, flush = false } = props
  const [isTable, setTable] = useState(false)
  const [isExplaining, setExplaining] = useState(false)
  const [first] = asks
  const condition = useCondition(props)
  const query = first?.query ?? null
  return (
    <section
      className={`tile span-${span}`}
      aria-label={title}
      aria-busy={condition === 'loading' || condition === 'dimmed'}
    >
      <header className="tile-head">
        <div className="tile-titles">
          <h2 className="tile-title">{title}</h2>
          {subtitle ? <span className="tile-subtitle">{subtitle}</span> : null}
          <Unfiltered asks={asks} />
        </div>
        {aside ? <div className="tile-aside">{aside}</div> : null}
        {query && first?.answer ? (
          <TileMenu
            {...{ title, query, isTable }}
            onTable={() => setTable(!isTable)}
            onExplain={() => setExplaining(true)}
          />
        ) : null}
      </header>
      <div
        className={`tile-body ${flush || isTable ? 'is-flush' : ''} ${condition === 'dimmed' ? 'is-dimmed' : ''}`}
        style={{ minHeight: props.minHeight }}
      >
        <TileBody {...props} condition={condition} isTable={isTable} />
      </div>
      {foot && (condition === 'shown' || condition === 'dimmed') ? (
        <footer className="tile-foot">{foot}</footer>
      ) : null}
      {isExplaining && query ? <ExplainDrawer query={query} onClose={() => setExplaining(false)} /> : null}
    </section>
  )
}

type Condition = 'no-source' | 'loading' | 'failed' | 'nothing' | 'dimmed' | 'shown'

const useCondition = ({ asks, isEmpty }: TileProps): Condition => {
  const model = useModel()
  if (asks.every(({ query }) => query === null || !query.measures.some(model.has))) return 'no-source'
  if (asks.some(({ state }) => state === 'failed')) return 'failed'
  if (asks.some(({ state }) => state === 'loading')) return 'loading'
  if (asks.some(({ stale }) => stale)) return 'dimmed'
  return (isEmpty ?? hasNothing(asks[0])) ? 'nothing' : 'shown'
}

const hasNothing = (ask: Ask | undefined): boolean => {
  const { columns = [], rows = [] } = ask?.answer ?? {}
  const measures = columns.flatMap(({ kind }, at) => (kind === 'measure' ? [at] : []))
  return rows.every((row) => measures.every((at) => row[at] === null || row[at] === 0))
}

const TileBody = ({
  asks,
  children,
  title,
  condition,
  isTable,
}: TileProps & { condition: Condition; isTable: boolean }) => {
  const page = usePage()
  if (condition === 'no-source')
    return <Empty title={strings.tile.noSource} hint={strings.tile.noSourceHint} />
  if (condition === 'failed') {
    const broken = asks.find(({ state }) => state === 'failed')
    return (
      <Failed
        failure={broken?.failure}
        retry={() => {
          for (const { state, retry } of asks) if (state === 'failed') retry()
        }}
      />
    )
  }
  if (condition === 'loading') {
    return (
      <>
        <span className="visually-hidden">{strings.tile.loading}</span>
        <Skeleton />
      </>
    )
  }
  if (condition === 'nothing') {
    return (
      <Empty icon="filter" title={strings.tile.nothing}>
        {page.hasFilters ? <Button onClick={page.clearAll}>{strings.tile.clear}</Button> : null}
      </Empty>
    )
  }
  return (
    <Picture key={isTable ? 'table' : 'picture'} isHeld={condition === 'dimmed'}>
      {isTable && asks[0] ? <AskTable ask={asks[0]} title={title} /> : children}
    </Picture>
  )
}

/** Not drawn again while the next answer is on its way: whatever it would show is the old picture. */
const Picture = memo(
  ({ children }: { children: ReactNode; isHeld: boolean }) => children,
  (_, { isHeld }) => isHeld,
)

/** Any answer as a table with exact figures. */
export const AskTable = ({
  ask,
  title,
  maxHeight = 380,
}: {
  ask: Ask
  title: string
  maxHeight?: number
}) => {
  const model = useModel()
  const format = useFormat()
  if (!ask.answer || !ask.query) return null
  const { columns, rows } = answerTable(ask.answer, ask.query, model, format)
  return (
    <DataTable label={title} columns={columns} rows={rows} keyOf={({ key }) => key} maxHeight={maxHeight} />
  )
}

/** Filters that could not reach these measures, and a picture that is not of the page's version. */
const Unfiltered = ({ asks }: { asks: readonly Ask[] }) => {
  const model = useModel()
  const { version } = useSession()
  const names = new Set(asks.flatMap(({ answer }) => Object.values(answer?.unfiltered ?? {}).flat()))
  const isOld = asks.some((ask) => ask.state === 'ready' && !ask.stale && ask.version !== version)
  return (
    <>
      {names.size > 0 ? (
        <span className="tile-mark" title={strings.tile.notFilteredHint}>
          <Icon name="filter" size={11} />
          {strings.tile.notFilteredBy([...names].map((name) => dimensionLabel(model, name)).join(', '))}
        </span>
      ) : null}
      {isOld ? <span className="tile-mark">{strings.tile.stale}</span> : null}
    </>
  )
}

/** The grid of twelve columns that tiles lie in. */
export const Tiles = ({ children }: { children: ReactNode }) => <div className="tiles">{children}</div>
