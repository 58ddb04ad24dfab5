import { ScatterChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import type { EChartsType } from 'echarts/core'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([ScatterChart, GridComponent, SVGRenderer])

export type Chart = EChartsType

/** For scatters, which may have thousands of points; what is simpler we draw ourselves. Tooltips are our own HTML. */
export const createChart = (element: HTMLElement): Chart =>
  init(element, null, { renderer: 'svg', locale: 'EN' })

/** The theme's colours as this element sees them: SVG attributes know no CSS variables. */
export const coloursOf = (element: HTMLElement) => {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: colour('ink-3'),
    line: colour('line'),
    axis: colour('line-strong'),
    surface: colour('surface'),
    tone: (index: number): string => colour(`tone-${index}`),
  }
}
export type Colours = ReturnType<typeof coloursOf>
