import { expect, test } from 'vitest'
import { dimensionsOf, measures } from '../../src/model/semantic/catalogue.ts'
import { dimensions } from '../../src/model/semantic/dimensions.ts'
import { factsOf } from '../../src/model/semantic/expression.ts'
import { type FactName, facts } from '../../src/model/semantic/facts.ts'
import { isAdditive, type Measure } from '../../src/model/semantic/measure.ts'
import { firsts, numbered, sums } from '../../src/model/semantic/rollups.ts'
import { formulaOf } from '../../src/semantic/formula.ts'

const HEAD = `# Measures

Every screen, export and API answer takes its figures from one catalogue (\`src/model/semantic/\`). This page is written from it by a test:
\`npx vitest run test/semantic/docs.test.ts -u\` writes it anew, and it fails when page and catalogue differ.

A measure is aggregated over the rows of its own fact and of no other; figures of several facts meet only afterwards, group by group. A filter
reaches a measure over a declared many-to-one relationship; where there is none, the answer says \`unfiltered\`. A range of dates filters each measure by the
day of its own fact. Ratios are ratios of sums, decimal, rounded half away from zero to two places; over zero there is no value. A group is shown when any of
the asked measures has a row in it. Empty date buckets are 0 for sums and counts and without a value for ratios; beyond the data there is no value at all.

**Comparison.** Whole calendar months go with calendar ones; any other length is moved back by whole weeks (\`prev\`) or by 364 days (\`year\`), so that weekdays meet. Days after the
data's end are compared with nothing. Where more than a tenth of the earlier period lies before the first row of a fact, there is no comparison.
`

const cell = (text: string) => text.replaceAll('|', '\\|')
const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`

function measureLine(measure: Measure): string {
  const { name, label, description, traps, expression, better, rules } = measure
  const notes = [
    traps,
    isAdditive(expression) ? '' : 'Parts do not add up to the whole.',
    rules.length > 0 ? `Rules: ${rules.join(', ')}.` : '',
  ]
  return line([
    `\`${name}\``,
    label,
    `${description}: ${formulaOf(expression)}`,
    better,
    notes.filter((note) => note !== '').join(' '),
  ])
}

function section(name: FactName): string {
  const fact = facts[name]
  const own = measures.filter(({ expression }) => factsOf(expression)[0] === name)
  const shared = own[0] ? dimensionsOf(own[0]).map((dimension) => dimension.name) : []
  return [
    `## ${fact.label} (\`${fact.table}\`${fact.date ? `, by \`${fact.date}\`` : ', as of the version'})`,
    '',
    `Goes by ${shared.join(', ')}.`,
    '',
    line(['measure', 'label', 'what it is', 'better', 'traps']),
    '|---|---|---|---|---|',
    ...own.map(measureLine),
    '',
  ].join('\n')
}

test('docs/measures.md is the catalogue', async () => {
  const named = (Object.keys(facts) as FactName[]).map(section)
  const page = [
    HEAD,
    ...named,
    '## Dimensions',
    '',
    line(['dimension', 'label', 'what it is']),
    '|---|---|---|',
    ...dimensions.map(({ name, label, description }) => line([`\`${name}\``, label, description])),
    '',
    '## Rollups',
    '',
    'Schema `rollup` of a version is made with it and read instead of the facts where it gives the very same answer. A version without it answers too, only later.',
    '',
    'Sums and counts, each list of dimensions made in the same pass over the fact:',
    '',
    ...sums.map(
      ({ name, fact, sets }) =>
        `- \`${name}\`: ${facts[fact].label} by ${sets.map((set) => set.join(', ')).join('; by ')}`,
    ),
    '',
    'Distinct values: rows with their day and the day of the same value’s row before. Within any period or bucket a value has one row whose row before lies outside, so',
    'that they are counted by adding up. What is held must be grouped by or be one value in the filters; the other dimensions are free:',
    '',
    ...firsts.map(({ name, fact, of, kinds, free }) => {
      const held = kinds.flatMap((kind) => (kind.held.length > 0 ? [`also by ${kind.held.join(', ')}`] : []))
      const any = free.length > 0 ? [`free: ${free.join(', ')}`] : []
      return `- \`${name}\`: distinct ${of} of ${facts[fact].label}, ${[...held, ...any].join('; ')}`
    }),
    '',
    'Rows in numbers: every row, with a number for each combination of words and each value that is only counted. Rows of one first combination lie together; the sums',
    'and distinct values of the fact are made from them, and what those do not hold is read here:',
    '',
    ...numbered.map(
      ({ name, fact, columns, words }) =>
        `- \`${name}\`: ${facts[fact].label} with ${columns.join(', ')}; one number for ${words.map((set) => set.names.join(' + ')).join('; for ')}`,
    ),
    '',
  ].join('\n')
  await expect(page).toMatchFileSnapshot('../../docs/measures.md')
})
