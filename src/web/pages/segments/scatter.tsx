import { useMemo } from 'react'
import { type Point, Scatter } from '../../components/charts/scatter.tsx'
import { Legend } from '../../components/charts/time-overlay.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf, segmentTone, valueLabel } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/segments.ts'
import { usePage } from '../../use-page.ts'
import { useOpenCustomer } from '../customers/list.tsx'
import { mostPoints, spread } from './spread.ts'

const mostRows = 10_000

export const ScatterTile = ({ span }: { span: 7 | 12 }) => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const open = useOpenCustomer()
  const ask = useAsk(
    has('revenue')
      ? {
          measures: ['orders', 'revenue'],
          by: [{ dimension: 'customer' }, { dimension: 'segment' }],
          filters: page.filters(),
          order: [{ by: 'customer' }],
          limit: mostRows,
        }
      : null,
  )
  const { points, buyers, segments } = useMemo(() => {
    const rows = rowsOf(ask.answer, format)
    const known = indices(rows).filter(
      (row) => rows.text(row, 'customer') !== null && (rows.number(row, 'orders') ?? 0) > 0,
    )
    const names = [...new Set(known.map((row) => rows.text(row, 'segment')))]
    return {
      buyers: known.length,
      segments: names.map((name, index) => ({
        key: name ?? '',
        label: valueLabel('segment', name, format),
        tone: segmentTone(name, index),
      })),
      points: spread(known, mostPoints).map(
        (row): Point => ({
          key: rows.text(row, 'customer') ?? '',
          label: rows.label(row, 'customer'),
          x: rows.number(row, 'orders') ?? 0,
          y: rows.number(row, 'revenue') ?? 0,
          tone: segmentTone(rows.text(row, 'segment')),
          note: rows.label(row, 'segment'),
        }),
      ),
    }
  }, [ask.answer, format])
  const isTruncated = ask.answer?.truncated ?? false
  const [shown, all] = [format.count(points.length), format.count(buyers)]
  const which = isTruncated
    ? text.scatter.truncated(shown, all)
    : points.length < buyers
      ? text.scatter.sample(shown, all)
      : text.scatter.all(all)
  return (
    <Tile
      title={text.scatter.title}
      subtitle={text.scatter.subtitle}
      span={span}
      asks={[ask]}
      minHeight={330}
      aside={<Legend series={segments} />}
      foot={
        <span>
          {which} {text.scatter.hint}
        </span>
      }
    >
      <Scatter
        title={text.scatter.title}
        points={points}
        x={{ label: text.scatter.x, kind: 'count' }}
        y={{ label: text.scatter.y, kind: 'money' }}
        onPick={open}
        height={320}
      />
    </Tile>
  )
}
