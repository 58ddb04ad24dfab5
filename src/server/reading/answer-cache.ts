type Rows = readonly (readonly unknown[])[]

/** Cells kept per version; a cell is about 30 bytes. */
const MOST_CELLS = 1_000_000

/** Answers of one version by their SQL. A version never changes, so they never grow old; the least used make room. */
export class AnswerCache {
  private readonly kept = new Map<string, Rows>()
  private readonly most: number
  private cells = 0

  constructor(most: number = MOST_CELLS) {
    this.most = most
  }

  get(sql: string): Rows | undefined {
    const rows = this.kept.get(sql)
    if (rows === undefined) return undefined
    this.kept.delete(sql)
    this.kept.set(sql, rows)
    return rows
  }

  put(sql: string, rows: Rows): void {
    const size = sizeOf(rows)
    // One huge answer must not drive out a hundred small ones.
    if (size > this.most / 10) return
    this.drop(sql)
    this.kept.set(sql, rows)
    this.cells += size
    for (const oldest of this.kept.keys()) {
      if (this.cells <= this.most) break
      this.drop(oldest)
    }
  }

  private drop(sql: string): void {
    const rows = this.kept.get(sql)
    if (rows === undefined) return
    this.cells -= sizeOf(rows)
    this.kept.delete(sql)
  }
}

/** An empty answer costs its key. */
const sizeOf = (rows: Rows): number => rows.length * (rows[0]?.length ?? 0) + 10
