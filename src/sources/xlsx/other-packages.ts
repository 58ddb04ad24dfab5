import { Refusal } from '../refusal.ts'
import type { XlsxLimits } from './limits.ts'
import { encrypted } from './refusals.ts'
import { elements } from './small-xml.ts'
import type { Zip } from './zip.ts'

const saveAs = 'Open it and save it as an Excel workbook (.xlsx), then put that file into the landing folder.'

/** Refuses a zip that is no workbook, and says what it is. */
export async function refuseOtherPackages(zip: Zip, limits: XlsxLimits): Promise<void> {
  if (zip.has('[Content_Types].xml')) await refuseOtherOffice(zip, limits)
  else if (zip.has('mimetype')) await refuseOpenDocument(zip)
  else if (zip.names.some((name) => /(^|\/)(Index\.zip|Index\/Document\.iwa)$/.test(name)))
    throw other(
      'not_xlsx_numbers',
      'a document of Apple Numbers',
      'In Numbers, choose File, Export To, Excel, and put that file into the landing folder.',
    )
  if (zip.has('EncryptedPackage')) throw encrypted()
  if (zip.has('xl/workbook.xml') || zip.has('_rels/.rels')) return
  throw other(
    'not_xlsx_zip',
    'a zip archive with other files in it',
    'Unpack it and put the files inside into the landing folder.',
  )
}

/** The main part's content type tells the programs of an Office package apart. */
async function refuseOtherOffice(zip: Zip, limits: XlsxLimits): Promise<void> {
  for await (const { attribute } of elements(
    zip.part('[Content_Types].xml'),
    'the content types',
    limits.smallPart,
  )) {
    const type = attribute('ContentType') ?? ''
    if (/sheet\.binary\./.test(type)) throw other('not_xlsx_xlsb', 'a binary Excel workbook (.xlsb)', saveAs)
    if (/wordprocessingml\.document\.main/.test(type))
      throw other(
        'not_xlsx_document',
        'a Word document (.docx)',
        'Put the workbook itself into the landing folder.',
      )
    if (/presentationml\.(presentation|slideshow)\.main/.test(type))
      throw other(
        'not_xlsx_document',
        'a PowerPoint presentation (.pptx)',
        'Put the workbook itself into the landing folder.',
      )
  }
}

async function refuseOpenDocument(zip: Zip): Promise<void> {
  let type = ''
  for await (const chunk of zip.part('mimetype'))
    if (type.length < 200) type += chunk.toString('latin1', 0, 200)
  if (/opendocument\.spreadsheet/.test(type))
    throw other('not_xlsx_ods', 'an OpenDocument spreadsheet (.ods)', saveAs)
  if (/opendocument/.test(type))
    throw other(
      'not_xlsx_document',
      'an OpenDocument file that is no spreadsheet',
      'Put the workbook itself into the landing folder.',
    )
}

const other = (code: string, what: string, hint: string): Refusal =>
  new Refusal(code, `This is ${what}, whatever the file is called.`, hint)
