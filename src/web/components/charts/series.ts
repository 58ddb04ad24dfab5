export interface Series {
  readonly key: string
  readonly label: string
  readonly values: readonly (number | null)[]
  /** 0 = accent, 1..5 = a categorical colour. */
  readonly tone: number
  /** An earlier period, for example. */
  readonly dashed?: boolean
}

/** A series as it is drawn: from where to where at each bucket. */
export interface Layer {
  readonly key: string
  readonly tone: number
  readonly dashed: boolean
  readonly isStacked: boolean
  readonly values: readonly (readonly [from: number, to: number | null])[]
  /** Buckets that are not complete: a line goes to them dashed. */
  readonly partial: ReadonlySet<number>
}

/** Each series from zero, or on the one before it. */
export const layersOf = (
  series: readonly Series[],
  isStacked: boolean,
  partial: ReadonlySet<number>,
): readonly Layer[] => {
  const tops: number[] = []
  return series.map(({ key, tone, dashed = false, values }) => ({
    key,
    tone,
    dashed,
    isStacked,
    partial,
    values: values.map((value, at) => {
      const from = isStacked ? (tops[at] ?? 0) : 0
      if (value !== null) tops[at] = from + value
      return [from, value === null ? null : from + value] as const
    }),
  }))
}

export const extentOf = (layers: readonly Layer[]): readonly [number, number] => {
  const ends = layers.flatMap(({ values }) => values.flatMap(([, to]) => (to === null ? [] : [to])))
  return [Math.min(0, ...ends), Math.max(0, ...ends)]
}
