import { literal } from './names.ts'
import { inSteps, type Step } from './steps.ts'

/** White space as DuckDB skips it around dates. */
export const SPACE = ' \t\n\u000b\f\r'
const NO_SPACE = literal(`%[^${SPACE}]%`)

/** More of a text than any time is long. */
const REST = 8000

/**
 * Reads a text from left to right as a parser does, a step of SQL for each thing expected. A position is NULL from where the text is
 * not as expected, and so is everything calculated with it.
 */
export class Scan {
  private readonly steps: [Step, ...Step[]]
  private count = 0
  /** The name of the position reached. */
  at = 'p'

  /** `given` is the text as it came; with `written` another one is read in its place. */
  constructor(x: string, written: (given: string) => string = (given) => given) {
    this.steps = [{ given: x }, { x: written('given') }, { p: `patindex(${NO_SPACE}, x + '.')` }]
  }

  name(what: string): string {
    this.count += 1
    return `${what}${this.count}`
  }

  /** Values, and the position after them. */
  step(values: Step, next: string): void {
    const at = this.name('p')
    this.steps.push({ ...values, [at]: next })
    this.at = at
  }

  /** A value that takes nothing of the text. */
  value(what: string, expression: string): string {
    const name = this.name(what)
    this.steps.push({ [name]: expression })
    return name
  }

  piece(length: number = REST): string {
    return `substring(x, ${this.at}, ${length})`
  }

  /** Just these characters; case counts. */
  exactly(text: string): void {
    const { length } = [...text]
    this.step({}, `case when ${this.piece(length)} = ${literal(text)} then ${this.at} + ${length} end`)
  }

  spaces(): void {
    this.step({}, `${this.at} + nullif(${this.run(NO_SPACE)}, 0)`)
  }

  optionalSpaces(): void {
    this.step({}, `${this.at} + ${this.run(NO_SPACE)}`)
  }

  /** As many figures as there are, up to `most`; the name of their text. */
  figures(most: number): string {
    const value = this.name('d')
    const count = this.run(literal('%[^0-9]%'), most)
    this.step({ [value]: this.piecesOf(count) }, `${this.at} + nullif(${count}, 0)`)
    return value
  }

  /** As many figures as there are, perhaps none; the name of their text. */
  figuresOrNone(most: number): string {
    const value = this.name('d')
    const count = this.run(literal('%[^0-9]%'), most)
    this.step({ [value]: this.piecesOf(count) }, `${this.at} + ${count}`)
    return value
  }

  /** A sign that may be missing, and may be there only where `may` holds. */
  after(sign: string, may: string): void {
    const here = `${this.piece(1)} = ${literal(sign)}`
    this.step({}, `case when not (${here}) then ${this.at} when ${may} then ${this.at} + 1 end`)
  }

  /** The name of an offset in seconds, NULL where none stands here. */
  optionalOffset(): string {
    const before = this.at
    const value = this.offset()
    this.step({}, `coalesce(${this.at}, ${before})`)
    return value
  }

  /** One of the names, told by its letters whatever their case; the name of its number from 1 on. */
  oneOf(names: readonly string[]): string {
    const value = this.name('w')
    const same = (name: string) => `lower(${this.piece(name.length)}) = ${literal(name.toLowerCase())}`
    const each = (result: (name: string, place: number) => string) =>
      `case ${names.map((name, place) => `when ${same(name)} then ${result(name, place)}`).join(' ')} end`
    this.step(
      { [value]: each((_, place) => `${place + 1}`) },
      `${this.at} + ${each(({ length }) => `${length}`)}`,
    )
    return value
  }

  /** `Z`, or hours with a sign and perhaps minutes and seconds; the name of the offset in seconds. */
  offset(): string {
    const value = this.name('o')
    const [x, at] = [this.piece(9), this.at]
    const two = (from: number) => `try_convert(int, substring(x, ${at} + ${from}, 2))`
    const sign = `case when left(${x}, 1) = '-' then -1 else 1 end`
    const forms = [
      ['Z%', '0', 1],
      [`[-+]${TWO}:${TWO}:${TWO}%`, `${sign} * (${two(1)} * 3600 + ${two(4)} * 60 + ${two(7)})`, 9],
      [`[-+]${TWO}:${TWO}%`, `${sign} * (${two(1)} * 3600 + ${two(4)} * 60)`, 6],
      [`[-+]${TWO}${TWO}%`, `${sign} * (${two(1)} * 3600 + ${two(3)} * 60)`, 5],
      [`[-+]${TWO}%`, `${sign} * ${two(1)} * 3600`, 3],
    ] as const
    const each = (place: 1 | 2) =>
      `case ${forms.map((form) => `when ${x} like ${literal(form[0])} then ${form[place]}`).join(' ')} end`
    this.step({ [value]: each(1) }, `${at} + ${each(2)}`)
    return value
  }

  /** The value of `result` where nothing but white space is left. */
  result(result: string): string {
    return inSteps(
      this.steps,
      `case when ${this.at} > 0 and ${this.piece()} not like ${NO_SPACE} then ${result} end`,
    )
  }

  /** How many characters from here on come before one of the pattern's. */
  private run(pattern: string, most: number = REST): string {
    return `(patindex(${pattern}, ${this.piece(most)} + '.') - 1)`
  }

  private piecesOf(count: string): string {
    return `substring(x, ${this.at}, ${count})`
  }
}

const TWO = '[0-9][0-9]'
