import { zip } from '../sources/xlsx/workbook.ts'
import type { Random } from '../support/random.ts'
import { mutate } from './mutate.ts'

export type Parts = Readonly<Record<string, string | Buffer>>

const troubles = [
  '<',
  '>',
  '</c>',
  '<c>',
  '<c/>',
  '<v>',
  '</v>',
  '</row>',
  '<row>',
  '<row r="3">',
  '<row r="1048577">',
  '<c r="ZZZZ9">',
  '<c r="A1"><v>1</v></c>',
  '<c t="s"><v>99999999999</v></c>',
  '<c t="inlineStr"><is><t>x</t></is></c>',
  '<c t="e"><v>#N/A</v></c>',
  '<f>',
  '<is><t>',
  '<rPh>',
  '</sheetData>',
  '<sheetData>',
  '</worksheet>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?x',
  '<!DOCTYPE a>',
  '&#0;',
  '&#x10FFFF;',
  '&amp',
  '&;',
  '_x000D_',
  '_xD83D_',
  '"',
  "'",
  ' r=',
  ' s="4294967296"',
  ' t="s"',
  ' t="d"',
  '9'.repeat(400),
  '1e999',
  '-0',
  '\ufeff',
  '\u0001',
  '<a>'.repeat(300),
]

const extremes = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]
const signatures = ['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06']

/** A workbook with something wrong in it: in the zip's bytes, in its directory, in its list of parts, or in the XML of a part. */
export async function mutateWorkbook(parts: Parts, r: Random): Promise<{ how: string; bytes: Buffer }> {
  const how = r.pick([
    'bytes',
    'directory',
    'directory',
    'parts',
    'xml',
    'xml',
    'xml',
    'xml',
    'xml bytes',
  ] as const)
  if (how === 'bytes') return { how, bytes: mutate(await zip(parts, r.chance(0.7)), r).bytes }
  if (how === 'directory') return { how, bytes: inDirectory(await zip(parts, r.chance(0.7)), r) }
  return { how, bytes: await zip(how === 'parts' ? otherParts(parts, r) : inXml(parts, r, how === 'xml')) }
}

/** Overwrites a field of a zip header. */
function inDirectory(bytes: Buffer, r: Random): Buffer {
  const places: number[] = []
  for (const signature of signatures)
    for (
      let at = bytes.indexOf(signature, 0, 'latin1');
      at >= 0;
      at = bytes.indexOf(signature, at + 4, 'latin1')
    )
      places.push(at)
  const at = Math.min(r.pick(places) + r.below(46), bytes.length - 4)
  const size = r.pick([1, 2, 4])
  if (size === 1) bytes[at] = r.below(256)
  else bytes.writeUIntLE(r.pick(extremes) % 256 ** size, at, size)
  return bytes
}

function otherParts(parts: Parts, r: Random): Parts {
  const names = Object.keys(parts)
  const [one, other] = [r.pick(names), r.pick(names)]
  const kept = Object.fromEntries(Object.entries(parts).filter(([name]) => name !== one))
  if (r.chance(0.4)) return kept
  return r.chance(0.5)
    ? { ...parts, [one]: parts[other] ?? '', [other]: parts[one] ?? '' }
    : { ...kept, [`${other}.${one}`.toUpperCase()]: parts[one] ?? '' }
}

function inXml(parts: Parts, r: Random, markup: boolean): Parts {
  const name = r.pick(Object.keys(parts).filter((part) => part.endsWith('.xml') || part.endsWith('.rels')))
  let text: Buffer = Buffer.from(parts[name] ?? '')
  for (let times = 1 + r.below(3); times > 0; times--)
    text = markup ? withTrouble(text, r) : mutate(text, r).bytes
  return { ...parts, [name]: text }
}

function withTrouble(text: Buffer, r: Random): Buffer {
  const from = r.chance(0.7) ? nextTag(text, r.below(text.length)) : r.below(text.length)
  const to = r.chance(0.5)
    ? from
    : Math.min(text.length, r.chance(0.5) ? nextTag(text, from + 1) : from + r.below(30))
  return Buffer.concat([text.subarray(0, from), Buffer.from(r.pick(troubles)), text.subarray(to)])
}

function nextTag(text: Buffer, at: number): number {
  const found = text.indexOf('<', at)
  return found < 0 ? text.length : found
}
