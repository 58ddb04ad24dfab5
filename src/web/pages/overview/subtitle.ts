import type { Ask } from '../../query.ts'
import { useFormat, useModel, useSession } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import { strings as shared } from '../../strings.ts'
import { usePage } from '../../use-page.ts'

/** What the page shows, in words: the days, what they are compared with, and which orders count. */
export const useSubtitle = (total: Ask): string => {
  const page = usePage()
  const format = useFormat()
  const model = useModel()
  const { countedStatuses } = useSession()
  const dates = page.period ? format.period(page.period) : strings.allDates
  const topics = new Intl.ListFormat(shared.language).format(
    Object.entries(strings.topics).flatMap(([measure, topic]) => (model.has(measure) ? [topic] : [])),
  )
  const compared = total.answer?.compared
  const against =
    page.compare === undefined || compared === undefined
      ? ''
      : compared === null
        ? strings.notCompared
        : strings.compared(format.period(compared))
  const counted = countedStatuses === 'all' ? '' : ` ${strings.counted(countedStatuses.join(', '))}`
  return `${strings.subtitle(topics, dates)}${against}.${counted}`
}
