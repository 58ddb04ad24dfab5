import type { FeedColumn, FeedTable } from './feed.ts'

export const NAMESPACE = 'c360'

const VOCABULARIES = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies'

/** What `$metadata` answers: every entity set with its key, types and descriptions, and what cannot be asked of it. */
export const csdl = (tables: readonly FeedTable[]): string => `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:Reference Uri="${VOCABULARIES}/Org.OData.Core.V1.xml">
    <edmx:Include Namespace="Org.OData.Core.V1" Alias="Core"/>
  </edmx:Reference>
  <edmx:Reference Uri="${VOCABULARIES}/Org.OData.Capabilities.V1.xml">
    <edmx:Include Namespace="Org.OData.Capabilities.V1" Alias="Capabilities"/>
  </edmx:Reference>
  <edmx:DataServices>
    <Schema Namespace="${NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">
${tables.map(entityType).join('\n')}
      <EntityContainer Name="gold">
${tables.map(entitySet).join('\n')}
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
`

function entityType({ name, columns }: FeedTable): string {
  const keys = columns.filter(({ isKey }) => isKey)
  return `      <EntityType Name="${name}">
        <Key>
${keys.map((key) => `          <PropertyRef Name="${key.name}"/>`).join('\n')}
        </Key>
${columns.map(property).join('\n')}
      </EntityType>`
}

function property({ name, edm, description, isKey, isMasked }: FeedColumn): string {
  const facets = Object.entries(edm.facets).map(([facet, value]) => ` ${facet}="${value}"`)
  const nullable = isKey ? ' Nullable="false"' : ''
  const said = [description, ...(isMasked ? ['Masked.'] : [])].filter((text) => text !== '').join(' ')
  const start = `        <Property Name="${name}" Type="${edm.type}"${nullable}${facets.join('')}`
  return said === '' ? `${start}/>` : `${start}>\n          ${describedAs(said)}\n        </Property>`
}

const describedAs = (text: string): string => `<Annotation Term="Core.Description" String="${xml(text)}"/>`

function entitySet({ name, description, columns }: FeedTable): string {
  const unfiltered = columns.filter(({ isPersonal }) => isPersonal)
  const unsorted = columns.filter(({ isMasked }) => isMasked)
  const notes = [
    ...(description === '' ? [] : [describedAs(description)]),
    '<Annotation Term="Capabilities.ExpandRestrictions"><Record><PropertyValue Property="Expandable" Bool="false"/></Record></Annotation>',
    '<Annotation Term="Capabilities.SearchRestrictions"><Record><PropertyValue Property="Searchable" Bool="false"/></Record></Annotation>',
    ...restriction('FilterRestrictions', 'NonFilterableProperties', unfiltered),
    ...restriction('SortRestrictions', 'NonSortableProperties', unsorted),
  ]
  return `        <EntitySet Name="${name}" EntityType="${NAMESPACE}.${name}">
${notes.map((note) => `          ${note}`).join('\n')}
        </EntitySet>`
}

function restriction(term: string, property: string, columns: readonly FeedColumn[]): string[] {
  if (columns.length === 0) return []
  const paths = columns.map(({ name }) => `<PropertyPath>${name}</PropertyPath>`).join('')
  return [
    `<Annotation Term="Capabilities.${term}"><Record><PropertyValue Property="${property}"><Collection>${paths}</Collection></PropertyValue></Record></Annotation>`,
  ]
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/** A description may be anything a user wrote; what XML cannot hold at all is left out. */
const xml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
    .replaceAll(/[\x00-\x08\x0B\x0C\x0D\x0E-\x1F\p{Surrogate}\uFFFE\uFFFF]/gu, '')
    .replaceAll(/[&<>"\n\t]/g, (character) => ENTITIES[character] ?? '')

/** What the root of the feed answers. */
export const serviceDocument = (root: string, tables: readonly FeedTable[], withContext: boolean): string =>
  JSON.stringify({
    ...(withContext ? { '@odata.context': `${root}/$metadata` } : {}),
    value: tables.map(({ name }) => ({ name, kind: 'EntitySet', url: name })),
  })
