import { expect, test } from 'vitest'
import { builtInKind, type Kind, kindOf, kinds } from '../../src/sources/xlsx/number-format.ts'

const codes: Readonly<Record<keyof typeof kinds, readonly string[]>> = {
  number: [
    'General',
    'GENERAL',
    '0',
    '0.00',
    '#,##0.00;[Red]-#,##0.00',
    '[Red]0.00',
    '[Green]0;[Red]-0;"d"',
    '0.00E+00',
    '##0.0E-0',
    '0%',
    '# ?/?',
    '@',
    '"day" 0',
    '0 \\d\\a\\y\\s',
    '0_d',
    '*d0',
    '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-',
    '[$€-407] #,##0.00',
    '[>=1000]#,##0,"K";0',
    '0;yyyy-mm-dd',
    '"unclosed yyyy',
    '[h',
    '',
  ],
  date: [
    'yyyy-mm-dd',
    'YYYY/MM/DD',
    'd-mmm-yy;@',
    '[$-409]d-mmm-yy;@',
    '[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy',
    'mmm yyyy',
    'mmmm',
    'dd.mm.',
    '[Red]d/m',
    'ge.m.d',
    '[$-411]ggge"年"m"月"d"日";@',
    'yyyy"h"',
    'bbbb',
  ],
  dateTime: ['yyyy-mm-dd hh:mm', 'd/m/yy h:mm AM/PM', 'yyyy\\-mm\\-dd"T"hh:mm:ss.000', 'm/d h'],
  time: [
    'h:mm',
    'hh:mm:ss',
    'h:mm:ss AM/PM',
    'mm:ss',
    'mm:ss.0',
    'mmss.00',
    'ss',
    'h "o\'clock" A/P',
    '[$-F400]h:mm:ss',
  ],
  duration: ['[h]:mm', '[hh]:mm:ss', '[mm]:ss', '[s]', '[ss].00', '[H]:MM:SS;@'],
  either: [],
}

test.each(Object.entries(codes))('number formats: %s', (name, list) => {
  const wanted = kinds[name as keyof typeof kinds]
  expect(list.filter((code) => kindOf(code) !== wanted)).toEqual([])
})

test('formats every workbook has without writing them down', () => {
  const byKind = (kind: Kind) =>
    Array.from({ length: 164 }, (_, id) => id).filter((id) => builtInKind(id) === kind)
  expect(byKind(kinds.date)).toEqual([
    14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 54, 57, 58, 71, 72, 73, 74, 81,
  ])
  expect(byKind(kinds.dateTime)).toEqual([22, 77])
  expect(byKind(kinds.time)).toEqual([18, 19, 20, 21, 32, 33, 45, 47, 75, 76, 78, 80])
  expect(byKind(kinds.duration)).toEqual([46, 79])
  expect(byKind(kinds.either)).toEqual([34, 35, 52, 53, 55, 56])
})

test('a long or hostile code takes no time', () => {
  const began = performance.now()
  for (const code of ['"'.repeat(1e6), '[h'.repeat(1e6), 'm:'.repeat(1e6), '\\'.repeat(1e6)]) kindOf(code)
  expect(performance.now() - began).toBeLessThan(1000)
})
