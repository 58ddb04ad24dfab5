import type { Colours } from './echarts.ts'

export const fontFamily = "'Inter Variable', system-ui, sans-serif"
export const labelOf = (colours: Colours) => ({ color: colours.ink, fontSize: 11, fontFamily })

/** Zero line, hairlines, few labels: what the eye needs and no more. */
export const valueAxis = (colours: Colours, write: (value: number) => string) => ({
  type: 'value' as const,
  splitNumber: 4,
  axisLabel: { ...labelOf(colours), formatter: write, margin: 8 },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: colours.line, width: 1 } },
})

export const grid = {
  // Percent signs are wider than the renderer reckons.
  left: 10,
  right: 10,
  top: 10,
  bottom: 4,
  outerBoundsMode: 'same',
  outerBoundsContain: 'axisLabel',
} as const
