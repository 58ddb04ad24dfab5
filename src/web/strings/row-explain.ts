export const text = {
  slow: 'Following every figure of the row back to the files; this can take some seconds.',
  agrees: 'rows add up to it',
  differs: (sum: string) => `rows add up to ${sum}`,
  counted: (count: string, relation: string) => `Counted rows of ${relation}: ${count}`,
  leftOut: (count: string) => `Left out: ${count}`,
  lost: (count: string) => `Rows of the files that never came so far: ${count}`,
  why: 'Why',
  fate: 'Fate',
  fates: {
    quarantined: 'held back',
    superseded: 'replaced by a newer row',
    deleted: 'deleted',
    dismissed: 'dismissed',
  },
  by: (row: string) => `by ${row}`,
  noFigures: 'Nothing of this row is reconciled with other tables.',
  unexplained: (names: string) => `Certified, but not told row by row: ${names}.`,
} as const
