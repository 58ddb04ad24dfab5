import { shortId } from '../names.ts'
import { colour, fieldJson, heatObjects, type Json, literal, queryRef, topNFilter } from './fields.ts'
import { SEQUENTIAL, THEME_FILE, theme } from './theme.ts'
import type { Box, FieldRef, Page, Row, Visual } from './types.ts'
import { navigator } from './visuals.ts'

const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric/item/report'
const schema = (name: string): string => `${SCHEMAS}/${name}/schema.json`

const WIDTH = 1280
const HEIGHT = 720
const EDGE = 12
const GAP = 8
const NAVIGATOR = 32
/** Of the portrait canvas. */
const PHONE = 324

export const jsonText = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`

/** The report's files below `X.Report/`, the reference to its model and its theme among them. */
export function reportFiles(name: string, pages: readonly Page[]): ReadonlyMap<string, string> {
  const ids = pages.map(({ key }) => shortId(name, 'page', key))
  return new Map<string, string>([
    [
      'definition.pbir',
      jsonText({
        $schema: schema('definitionProperties/2.0.0'),
        version: '4.0',
        datasetReference: { byPath: { path: `../${name}.SemanticModel` } },
      }),
    ],
    [
      'definition/version.json',
      jsonText({ $schema: schema('definition/versionMetadata/1.0.0'), version: '2.0.0' }),
    ],
    ['definition/report.json', jsonText(reportJson)],
    [`StaticResources/RegisteredResources/${THEME_FILE}`, jsonText(theme)],
    [
      'definition/pages/pages.json',
      jsonText({
        $schema: schema('definition/pagesMetadata/1.1.0'),
        pageOrder: ids,
        activePageName: ids[0] ?? '',
      }),
    ],
    ...pages.flatMap((page) => pageFiles(name, page)),
  ])
}

const reportJson: Json = {
  $schema: schema('definition/report/3.3.0'),
  themeCollection: {
    customTheme: {
      name: THEME_FILE,
      reportVersionAtImport: { visual: '2.9.0', page: '2.1.0', report: '3.3.0' },
      type: 'RegisteredResources',
    },
  },
  resourcePackages: [
    {
      name: 'RegisteredResources',
      type: 'RegisteredResources',
      items: [{ name: THEME_FILE, path: THEME_FILE, type: 'CustomTheme' }],
    },
  ],
  settings: {
    useStylableVisualContainerHeader: true,
    exportDataMode: 'AllowSummarized',
    defaultDrillFilterOtherVisuals: true,
    useEnhancedTooltips: true,
  },
}

function pageFiles(report: string, page: Page): readonly (readonly [string, string])[] {
  const id = shortId(report, 'page', page.key)
  const path = `definition/pages/${id}`
  const placed = placedOf(page)
  const phone = phoneBoxes(placed.map(({ visual }) => visual))
  return [
    [`${path}/page.json`, jsonText(pageJson(report, id, page))],
    ...placed.flatMap(({ visual, box }, at) => {
      const own = shortId(report, 'page', page.key, 'visual', visual.key)
      const below = `${path}/visuals/${own}`
      const mobile = phone[at]
      return [
        [
          `${below}/visual.json`,
          jsonText(visualJson([report, page.key, visual.key], own, visual, box, at)),
        ] as const,
        ...(mobile ? [[`${below}/mobile.json`, jsonText(mobileJson(mobile, at))] as const] : []),
      ]
    }),
  ]
}

function pageJson(report: string, id: string, { key, title, drillThrough }: Page): Json {
  const filter = shortId(report, 'page', key, 'drill')
  return {
    $schema: schema('definition/page/2.1.0'),
    name: id,
    displayName: title,
    displayOption: 'FitToPage',
    height: HEIGHT,
    width: WIDTH,
    ...(drillThrough
      ? {
          filterConfig: {
            filters: [
              {
                name: filter,
                field: fieldJson(drillThrough),
                type: 'Categorical',
                howCreated: 'Drillthrough',
              },
            ],
          },
          pageBinding: {
            name: shortId(report, 'page', key, 'binding'),
            type: 'Drillthrough',
            parameters: [
              {
                name: `Param_${filter}`,
                boundFilter: filter,
                fieldExpr: fieldJson(drillThrough),
              },
            ],
          },
          type: 'Drillthrough',
          visibility: 'HiddenInViewMode',
        }
      : {}),
  }
}

interface PlacedVisual {
  readonly visual: Visual
  readonly box: Box
}

/** The navigation on top, then row by row; what a row lacks its neighbours fill. */
function placedOf({ rows }: Page): readonly PlacedVisual[] {
  const all: Row[] = [{ height: NAVIGATOR, visuals: [navigator()] }, ...rows]
  const space = HEIGHT - 2 * EDGE - GAP * (all.length - 1) - NAVIGATOR
  const wanted = rows.reduce((sum, { height }) => sum + height, 0)
  const stretch = (height: number) => Math.floor((height * space) / wanted)
  let y = EDGE
  return all.flatMap((row, at) => {
    const height = at === 0 ? NAVIGATOR : stretch(row.height)
    const top = y
    y += height + GAP
    return placedRow(row, top, height)
  })
}

function placedRow({ visuals }: Row, y: number, height: number): readonly PlacedVisual[] {
  const shares = visuals.reduce((sum, { share }) => sum + share, 0)
  const space = WIDTH - 2 * EDGE - GAP * (visuals.length - 1)
  let x = EDGE
  return visuals.map((visual) => {
    const width = Math.floor((space * visual.share) / shares)
    const box = { x, y, width, height }
    x += width + GAP
    return { visual, box }
  })
}

const PHONE_HEIGHT: Readonly<Partial<Record<Visual['type'], number>>> = {
  slicer: 76,
  cardVisual: 88,
  pivotTable: 300,
  tableEx: 300,
}

/** One below the other, cards two in a row; the phone has a navigation of its own. */
function phoneBoxes(visuals: readonly Visual[]): readonly (Box | undefined)[] {
  let y = 0
  let right = false
  return visuals.map(({ type }, at) => {
    if (type === 'pageNavigator') return undefined
    const height = PHONE_HEIGHT[type] ?? 240
    const isHalf = type === 'cardVisual' && (right || visuals[at + 1]?.type === 'cardVisual')
    const box = { x: right ? PHONE / 2 : 0, y, width: isHalf ? PHONE / 2 : PHONE, height }
    right = isHalf && !right
    if (!right) y += height
    return box
  })
}

const mobileJson = (box: Box, at: number): Json => ({
  $schema: schema('definition/visualContainerMobileState/2.4.0'),
  position: { ...box, z: at, tabOrder: at },
})

function visualJson(path: readonly string[], id: string, visual: Visual, box: Box, at: number): Json {
  const { type, sync, topN } = visual
  const query = queryJson(visual)
  const objects = objectsOf(visual)
  return {
    $schema: schema('definition/visualContainer/2.9.0'),
    name: id,
    position: { ...box, z: at, tabOrder: at },
    visual: {
      visualType: type,
      ...(query === undefined ? {} : { query }),
      ...(objects === undefined ? {} : { objects }),
      visualContainerObjects: containerOf(visual),
      ...(sync === undefined
        ? {}
        : { syncGroup: { groupName: sync, fieldChanges: true, filterChanges: true } }),
      drillFilterOtherVisuals: true,
    },
    ...(topN ? { filterConfig: { filters: [topNFilter(path, topN)] } } : {}),
  }
}

function queryJson({ roles, sort }: Visual): Json | undefined {
  if (Object.keys(roles).length === 0) return undefined
  return {
    queryState: Object.fromEntries(
      Object.entries(roles).map(([role, fields]) => [role, { projections: fields.map(projection) }]),
    ),
    ...(sort
      ? {
          sortDefinition: {
            sort: [
              {
                field: fieldJson(sort.by),
                direction: sort.descending ? 'Descending' : 'Ascending',
              },
            ],
          },
        }
      : {}),
  }
}

const projection = (field: FieldRef): Json => ({
  field: fieldJson(field),
  queryRef: queryRef(field),
  nativeQueryRef: field.name,
  ...(field.kind === 'column' ? { active: true } : {}),
})

function objectsOf({ heat, mode, type }: Visual): Json | undefined {
  if (heat) return { values: heatObjects(heat, SEQUENTIAL.low, SEQUENTIAL.high) }
  if (mode !== undefined) return { data: [{ properties: { mode: literal(mode) } }] }
  if (type === 'pageNavigator')
    return { pages: [{ properties: { showHiddenPages: literal(false), showTooltipPages: literal(false) } }] }
  return undefined
}

/** Cards and slicers say what they are themselves. */
function containerOf({ title, alt, type }: Visual): Json {
  const isNamed = type === 'cardVisual' || type === 'slicer' || type === 'pageNavigator'
  return {
    title: [
      {
        properties: isNamed
          ? { show: literal(false) }
          : { show: literal(true), text: literal(title), fontColor: colour('#1b1b1a') },
      },
    ],
    general: [{ properties: { altText: literal(alt) } }],
  }
}
