import type { Column } from '../../components/data-table.tsx'
import { Rate } from '../../components/rate.tsx'
import type { Format } from '../../format.ts'
import { chartStrings } from '../../strings/charts.ts'
import { webStrings as text } from '../../strings/web.ts'

/** A kind of sessions and what is known of them. */
export interface SessionRow {
  readonly key: string | null
  readonly label: string
  readonly sessions: number
  /** Of a session, on average. */
  readonly pages: number | null
}

/** Of all sessions in the rows, from 0 to 1; 0 where there are none. */
export const shareOf = (rows: readonly SessionRow[]): ((sessions: number) => number) => {
  const total = rows.reduce((sum, { sessions }) => sum + sessions, 0)
  return (sessions) => (total === 0 ? 0 : sessions / total)
}

export const shareColumn = (rows: readonly SessionRow[], format: Format): Column<SessionRow> => {
  const share = shareOf(rows)
  return {
    key: 'share',
    label: chartStrings.share,
    numeric: true,
    render: ({ sessions }) => format.share(share(sessions)),
    sortOf: ({ sessions }) => sessions,
  }
}

export const pagesColumn: Column<SessionRow> = {
  key: 'pages',
  label: text.pages,
  numeric: true,
  render: ({ pages, sessions }) => <Rate value={pages} kind="decimal" cases={sessions} />,
  sortOf: ({ pages }) => pages,
}
