import { shortId } from '../names.ts'
import type { FieldRef, TopN } from './types.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A field as queries name it; inside a query by the alias of its table. */
export const fieldJson = ({ table, name, kind }: FieldRef, alias?: string): Json => ({
  [kind === 'column' ? 'Column' : 'Measure']: {
    Expression: { SourceRef: alias === undefined ? { Entity: table } : { Source: alias } },
    Property: name,
  },
})

export const queryRef = ({ table, name }: FieldRef): string => `${table}.${name}`

export const literal = (value: string | boolean): Json => ({
  expr: {
    Literal: { Value: typeof value === 'boolean' ? String(value) : `'${value.replaceAll("'", "''")}'` },
  },
})

export const colour = (value: string): Json => ({ solid: { color: literal(value) } })

/** Only the values with the largest figures. */
export function topNFilter(path: readonly string[], { of, by, count }: TopN): Json {
  const [own, other] = ['t', 'm']
  const measureAlias = by.table === of.table ? own : other
  return {
    name: shortId(...path, 'topN'),
    field: fieldJson(of),
    type: 'TopN',
    filter: {
      Version: 2,
      From: [
        {
          Name: 'subquery',
          Expression: {
            Subquery: {
              Query: {
                Version: 2,
                From: [
                  { Name: own, Entity: of.table, Type: 0 },
                  ...(measureAlias === own ? [] : [{ Name: other, Entity: by.table, Type: 0 }]),
                ],
                Select: [{ ...(fieldJson(of, own) as object), Name: 'field' }],
                OrderBy: [{ Direction: 2, Expression: fieldJson(by, measureAlias) }],
                Top: count,
              },
            },
          },
          Type: 2,
        },
        { Name: own, Entity: of.table, Type: 0 },
      ],
      Where: [
        {
          Condition: {
            In: { Expressions: [fieldJson(of, own)], Table: { SourceRef: { Source: 'subquery' } } },
          },
        },
      ],
    },
    howCreated: 'User',
  }
}

/** Light to dark by the figure, and no colour where there is none. */
export const heatObjects = (of: FieldRef, low: string, high: string): Json => [
  {
    properties: {
      backColor: {
        solid: {
          color: {
            expr: {
              FillRule: {
                Input: fieldJson(of),
                FillRule: {
                  linearGradient2: {
                    min: { color: { Literal: { Value: `'${low}'` } } },
                    max: { color: { Literal: { Value: `'${high}'` } } },
                    nullColoringStrategy: { strategy: { Literal: { Value: "'noColor'" } } },
                  },
                },
              },
            },
          },
        },
      },
      fontColor: {
        solid: {
          color: {
            expr: {
              FillRule: {
                Input: fieldJson(of),
                FillRule: {
                  linearGradient3: {
                    min: { color: { Literal: { Value: "'#1b1b1a'" } } },
                    mid: { color: { Literal: { Value: "'#1b1b1a'" } } },
                    max: { color: { Literal: { Value: "'#ffffff'" } } },
                    nullColoringStrategy: { strategy: { Literal: { Value: "'noColor'" } } },
                  },
                },
              },
            },
          },
        },
      },
    },
    selector: { data: [{ dataViewWildcard: { matchingOption: 1 } }], metadata: queryRef(of) },
  },
]
