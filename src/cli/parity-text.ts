import type { ParityCertificate, SideSeen, TableParity } from '../parity/types.ts'
import { changeText, count, keyText, outcome, shownText, summary } from '../parity/words.ts'
import { type Paint, table } from './style.ts'

/** A certificate for the terminal: what is not equal; the rest in one number. */
export function parityText(certificate: ParityCertificate, paint: Paint): string {
  const { verdict, reasons, sides, tables } = certificate
  const names = [sides[0].name, sides[1].name] as const
  const off = tables.filter((one) => one.verdict !== 'equal')
  const word = { equal: 'Equal', differs: 'Different', not_comparable: 'Not comparable' }[verdict]
  return [
    `${paint(verdict === 'equal' ? 'green' : 'red', word)}: ${summary(certificate)}`,
    ...reasons,
    ...sides.map((side) => paint('dim', `  ${sideText(side)}`)),
    ...(off.length === 0
      ? []
      : [
          '',
          table(
            COLUMNS(sides),
            off.map((one) => line(one, names)),
            paint,
          ),
        ]),
    ...off.flatMap((one) => details(one, names, paint)),
  ].join('\n')
}

const COLUMNS = ([a, b]: ParityCertificate['sides']) => [
  { title: 'table' },
  { title: `rows in ${a.name}`, align: 'right' as const },
  { title: `rows in ${b.name}`, align: 'right' as const },
  { title: 'result' },
]

const line = (one: TableParity, names: readonly [string, string]): string[] => [
  one.table,
  ...one.rows.map((rows) => (rows === undefined ? 'missing' : count(rows))),
  outcome(one, names),
]

const sideText = ({ name, engine, place, version, builtAt }: SideSeen): string =>
  [
    name,
    engine,
    place,
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(builtAt === undefined ? [] : [`built ${builtAt.slice(0, 19).replace('T', ' ')} UTC`]),
  ].join('  ')

function details(one: TableParity, names: readonly [string, string], paint: Paint): string[] {
  const shown = shownText(one)
  const rows = one.differences.map((row) => `  ${keyText(one, row)}: ${changeText(one, row, names)}`)
  const more = one.verdict === 'differs' || one.reasons.length > 1 ? one.reasons : []
  if (rows.length + more.length === 0) return []
  return [
    '',
    paint('bold', one.table),
    ...more.map((reason) => `  ${reason}`),
    ...rows,
    ...(shown === undefined ? [] : [paint('dim', `  ${shown}`)]),
  ]
}
