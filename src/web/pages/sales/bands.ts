/** A range of amounts, as the dimension `amount_band` names it: `below 0`, `10 to 20`, `1000 and more`. */
export interface Band {
  readonly from: number | null
  readonly to: number | null
}

export const readBand = (name: string): Band | undefined => {
  const [, below, from, to, above] =
    /^(?:below (-?[\d.]+)|(-?[\d.]+) to (-?[\d.]+)|(-?[\d.]+) and more)$/.exec(name) ?? []
  if (below !== undefined) return { from: null, to: Number(below) }
  if (from !== undefined && to !== undefined) return { from: Number(from), to: Number(to) }
  return above === undefined ? undefined : { from: Number(above), to: null }
}

const start = (name: string): number => readBand(name)?.from ?? Number.NEGATIVE_INFINITY

export const byAmount = (a: string, b: string): number => start(a) - start(b)
