type Rows = readonly (readonly unknown[])[]

/** Cells kept per version; a cell is about 30 bytes. */
const MOST_CELLS = 1_000_000

/** Answers of one version by their question. A version never changes, so they never grow old; the least used make room. */
export class AnswerCache {
  private readonly kept = new Map<string, Rows>()
  private readonly most: number
  private cells = 0

  constructor(most: number = MOST_CELLS) {
    this.most = most
  }

  get(question: string): Rows | undefined {
    const rows = this.kept.get(question)
    if (rows === undefined) return undefined
    this.kept.delete(question)
    this.kept.set(question, rows)
    return rows
  }

  put(question: string, rows: Rows): void {
    const size = sizeOf(rows)
    // One huge answer must not drive out a hundred small ones.
    if (size > this.most / 10) return
    this.drop(question)
    this.kept.set(question, rows)
    this.cells += size
    for (const oldest of this.kept.keys()) {
      if (this.cells <= this.most) break
      this.drop(oldest)
    }
  }

  private drop(question: string): void {
    const rows = this.kept.get(question)
    if (rows === undefined) return
    this.cells -= sizeOf(rows)
    this.kept.delete(question)
  }
}

/** An empty answer costs its key. */
const sizeOf = (rows: Rows): number => rows.length * (rows[0]?.length ?? 0) + 10
