import type { Contract, CsvFormat, XlsxFormat } from '../project/types.ts'
import type { FilesRead } from './files.ts'
import { DATABASE, expression, filesName, LAKE, type Resource, tableName, toLinkedService } from './names.ts'

/** The parameter of a dataset over files. */
export const CONTAINER = 'container'

/** A format that a data flow reads as the contract means it. */
export type Readable = CsvFormat | XlsxFormat

/** The files of a source; which ones, the flow says by wildcards. */
export function filesDataset({ source }: Contract, format: Readable, { packed }: FilesRead): Resource {
  const location = { type: 'AzureBlobFSLocation', fileSystem: expression(`@dataset().${CONTAINER}`) }
  return {
    name: filesName(source, packed),
    properties: {
      linkedServiceName: toLinkedService(LAKE),
      parameters: { [CONTAINER]: { type: 'String' } },
      annotations: [],
      ...(format.type === 'csv' ? delimited(format, location, packed) : workbook(format, location)),
      schema: [],
    },
  }
}

type Location = Readonly<Record<string, unknown>>

const ENCODINGS = { 'utf-8': 'UTF-8', 'utf-16': 'UTF-16', 'latin-1': 'ISO-8859-1' } as const

const delimited = (format: CsvFormat, location: Location, packed: boolean) => ({
  type: 'DelimitedText',
  typeProperties: {
    location,
    columnDelimiter: format.delimiter,
    quoteChar: format.quote,
    escapeChar: format.escape,
    firstRowAsHeader: format.header,
    encodingName: ENCODINGS[format.encoding],
    ...(packed ? { compressionCodec: 'gzip' } : {}),
  },
})

const workbook = ({ sheet, header, headerRow }: XlsxFormat, location: Location) => ({
  type: 'Excel',
  typeProperties: {
    location,
    ...(sheet === undefined ? { sheetIndex: 0 } : { sheetName: sheet }),
    ...(headerRow === undefined ? {} : { range: `A${headerRow}` }),
    firstRowAsHeader: header,
  },
})

export const tableDataset = ({ source }: Contract, schema: string): Resource => ({
  name: tableName(source),
  properties: {
    linkedServiceName: toLinkedService(DATABASE),
    annotations: [],
    type: 'AzureSqlTable',
    schema: [],
    typeProperties: { schema, table: source },
  },
})
