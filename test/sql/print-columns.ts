import {
  BIGINT,
  BOOLEAN,
  type Columns,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  TEXT,
  TIMESTAMP,
} from '../../src/sql/types.ts'

/** The columns of the one table `t` that the cases read. */
export const COLUMNS: Columns = [
  ['a', INTEGER],
  ['b', BIGINT],
  ['price', decimal(18, 2)],
  ['rate', decimal(9, 6)],
  ['x', DOUBLE],
  ['code', TEXT],
  ['name', TEXT],
  ['is_sale', BOOLEAN],
  ['is_web', BOOLEAN],
  ['day', DATE],
  ['moment', TIMESTAMP],
]
