import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'
import type { Timeline as Answered, TimelineEntry } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/card.tsx'
import { Empty, Failed, Skeleton } from '../../components/notice.tsx'
import { orThrow, projectInUrl, RequestFailed } from '../../http.ts'
import { useFormat, useSession } from '../../session.tsx'
import { text } from '../../strings/profile.ts'
import { usePage } from '../../use-page.ts'
import { Entry, kindIcon } from './timeline-entry.tsx'

const kinds: readonly TimelineEntry['kind'][] = [
  'online',
  'in_store',
  'other_sale',
  'support',
  'web',
  'loyalty',
]
const pageSize = 40

/** Everything that happened, newest first, page by page; the chips say which kinds and are part of the address. */
export const Timeline = ({ id }: { id: string }) => {
  const page = usePage()
  const chosen = kinds.filter((kind) => (page.state.own.kinds ?? '').split(',').includes(kind))
  const loaded = useTimeline(id, chosen)
  const [first] = loaded.data?.pages ?? []
  const entries = loaded.data?.pages.flatMap(({ entries: some }) => some) ?? []
  return (
    <Card
      title={text.timeline}
      className="timeline-card"
      busy={loaded.isPlaceholderData || loaded.isPending}
      aside={first ? <Chips counts={first.counts} chosen={chosen} /> : null}
    >
      {loaded.isPending ? <Skeleton lines={8} /> : null}
      {loaded.isError ? (
        <Failed
          failure={loaded.error instanceof RequestFailed ? loaded.error.failure : undefined}
          retry={() => void loaded.refetch()}
        />
      ) : null}
      {first ? <Entries entries={entries} isFiltered={chosen.length > 0} /> : null}
      {first ? (
        <div className="timeline-more">
          {loaded.hasNextPage ? (
            <Button disabled={loaded.isFetchingNextPage} onClick={() => void loaded.fetchNextPage()}>
              {loaded.isFetchingNextPage ? text.loadingMore : text.more}
            </Button>
          ) : entries.length > 0 ? (
            <span className="hint">{text.end}</span>
          ) : null}
        </div>
      ) : null}
    </Card>
  )
}

const useTimeline = (id: string, chosen: readonly string[]) => {
  const { version } = useSession()
  return useInfiniteQuery({
    queryKey: ['load', projectInUrl(), version, 'timeline', id, chosen.join()],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }): Promise<Answered> =>
      orThrow(
        api.timeline(
          id,
          {
            limit: pageSize,
            ...(chosen.length === 0 ? {} : { kinds: chosen.join(',') }),
            ...(pageParam === '' ? {} : { before: pageParam }),
          },
          signal,
        ),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}

const Chips = ({
  counts,
  chosen,
}: {
  counts: Readonly<Record<string, number>>
  chosen: readonly string[]
}) => {
  const page = usePage()
  const format = useFormat()
  const shown = kinds.filter((kind) => (counts[kind] ?? 0) > 0)
  const toggle = (kind: string) => {
    const next = chosen.includes(kind) ? chosen.filter((one) => one !== kind) : [...chosen, kind]
    page.set({ kinds: next.length === shown.length ? undefined : next.join(',') })
  }
  if (shown.length < 2) return null
  return (
    <fieldset className="chips" aria-label={text.timelineKinds}>
      {shown.map((kind) => (
        <button
          key={kind}
          type="button"
          className={`chip kind-${kind}`}
          aria-pressed={chosen.includes(kind)}
          onClick={() => toggle(kind)}
        >
          {kindIcon(kind)}
          {text.kinds[kind]} <span className="chip-count">{format.count(counts[kind] ?? 0)}</span>
        </button>
      ))}
    </fieldset>
  )
}

const Entries = ({ entries, isFiltered }: { entries: readonly TimelineEntry[]; isFiltered: boolean }) => {
  const format = useFormat()
  if (entries.length === 0)
    return <Empty icon="clock" title={isFiltered ? text.nothingOfKind : text.nothing} />
  const months = byMonth(entries)
  return (
    <>
      <span className="visually-hidden" role="status">
        {text.entries(format.count(entries.length))}
      </span>
      {[...months].map(([month, some]) => (
        <section key={month} aria-label={format.bucket(`${month}-01`, 'month')}>
          <h3 className="timeline-month">{format.bucket(`${month}-01`, 'month')}</h3>
          <ol className="timeline">
            {some.map((entry) => (
              <Entry key={`${entry.kind} ${entry.source} ${entry.id} ${entry.at}`} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </>
  )
}

const byMonth = (entries: readonly TimelineEntry[]): ReadonlyMap<string, readonly TimelineEntry[]> => {
  const months = new Map<string, TimelineEntry[]>()
  for (const entry of entries) {
    const month = entry.at.slice(0, 7)
    const some = months.get(month)
    if (some) some.push(entry)
    else months.set(month, [entry])
  }
  return months
}
