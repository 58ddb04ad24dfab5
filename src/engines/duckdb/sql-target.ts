import { common, infix, operand, type Target } from '../../sql/target.ts'
import { typeName } from '../../sql/types.ts'

const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** DuckDB itself, with every operator in brackets: what it says is what the parser understood. */
export const duckdbTarget: Target = {
  ...common,
  name: 'DuckDB',
  nestedWith: true,
  ident,
  text,
  temporal: (value, type) => `${type.kind} '${value}'`,
  number: (value) => value,
  bool: String,
  type: typeName,
  order: (x, descending, nullsFirst) =>
    `${x} ${descending ? 'desc' : 'asc'} nulls ${nullsFirst ? 'first' : 'last'}`,
  arithmetic: (op, a, b) => infix(op, a, b),
  shift: (x, unit, amount, sign) => `${operand(x)} ${sign} to_${unit}s(${amount})`,
  cast: (x, to) => `cast(${x.sql} as ${typeName(to)})`,
  concat: (a, b) => `${operand(a)} || ${operand(b)}`,
  like: (x, pattern) => `${operand(x)} like ${operand(pattern)}`,
  extract: (part, x) => `extract(${part} from ${x.sql})`,
  dateTrunc: (part, x) => `date_trunc('${part}', ${x.sql})`,
  dateDiff: (part, from, to) => `date_diff('${part}', ${from.sql}, ${to.sql})`,
  ratio: (num, den, scale) => `ratio(${num.sql}, ${den.sql}, ${scale})`,
  round: (x, places) => `round(${x.sql}, ${places})`,
  floor: (x) => `floor(${x.sql})`,
  ceil: (x) => `ceil(${x.sql})`,
  sqrt: (x) => `sqrt(${x.sql})`,
  length: (x) => `length(${x.sql})`,
  substring: (x, start, length) =>
    `substring(${[x.sql, start, ...(length === undefined ? [] : [length])].join(', ')})`,
}
