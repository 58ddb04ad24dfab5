import { invalid } from './refusals.ts'

export type MetadataLevel = 'none' | 'minimal' | 'full'

/** How an answer is written. */
export interface Format {
  readonly metadata: MetadataLevel
  /** Int64 and Decimal are strings: for readers whose only number is a double. */
  readonly isIeee754: boolean
}

const minimal: Format = { metadata: 'minimal', isIeee754: false }

/** `$format`, else `Accept`; undefined when the caller takes no JSON at all. */
export function formatOf(option: string | undefined, accept: string | undefined): Format | undefined {
  if (option !== undefined) return option.trim() === 'json' ? minimal : mediaFormat(option)
  if (accept === undefined || accept.trim() === '') return minimal
  const ranges = accept
    .split(',')
    .map((range) => ({ range, q: Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1) }))
  const wanted = ranges.filter(({ q }) => q > 0).sort((a, b) => b.q - a.q)
  for (const { range } of wanted) {
    const format = mediaFormat(range)
    if (format) return format
  }
  return undefined
}

function mediaFormat(range: string): Format | undefined {
  const [type = '', ...parameters] = range
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  if (!['application/json', 'application/*', '*/*'].includes(type)) return undefined
  const values = new Map(
    parameters.map((parameter) => parameter.split('=', 2).map((text) => text.trim()) as [string, string]),
  )
  const metadata = values.get('odata.metadata') ?? values.get('metadata') ?? 'minimal'
  if (metadata !== 'none' && metadata !== 'minimal' && metadata !== 'full')
    throw invalid('Accept', '`odata.metadata` is `none`, `minimal` or `full`.')
  return { metadata, isIeee754: values.get('ieee754compatible') === 'true' }
}

export const contentType = ({ metadata, isIeee754 }: Format): string =>
  `application/json;odata.metadata=${metadata};odata.streaming=true${isIeee754 ? ';IEEE754Compatible=true' : ''};charset=utf-8`

/** Rows a caller wants in one answer, of `Prefer: odata.maxpagesize=100`; not more than `most`. */
export function pageSizeOf(prefer: string | undefined, most: number): number | undefined {
  const size = /(?:^|[,;\s])(?:odata\.)?maxpagesize\s*=\s*"?(\d{1,9})/i.exec(prefer ?? '')?.[1]
  return size === undefined || Number(size) === 0 ? undefined : Math.min(Number(size), most)
}
