import { type RefObject, useEffect, useState } from 'react'
import { useShownTheme } from '../../theme.ts'
import type { Chart, Colours } from './echarts.ts'

export interface Drawn {
  readonly chart: Chart | null
  readonly width: number
  /** Counts drawings: what is laid over the chart is placed again. */
  readonly drawing: number
  readonly failed: boolean
}

/** Makes a chart in `element` when its code has come, and draws it again when the option, the theme or the size changes. */
export const useChart = (
  element: RefObject<HTMLDivElement | null>,
  option: (colours: Colours, width: number) => Parameters<Chart['setOption']>[0],
  dependencies: readonly unknown[],
): Drawn => {
  const theme = useShownTheme()
  const [chart, setChart] = useState<Chart | null>(null)
  const [colours, setColours] = useState<((element: HTMLElement) => Colours) | null>(null)
  const [width, setWidth] = useState(0)
  const [drawing, setDrawing] = useState(0)
  const [failed, setFailed] = useState(false)

  useEffect(() => {
    const box = element.current
    if (!box) return
    let made: Chart | null = null
    let gone = false
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)))
    observer.observe(box)
    import('./echarts.ts').then(
      ({ createChart, coloursOf }) => {
        if (gone) return
        made = createChart(box)
        setColours(() => coloursOf)
        setChart(made)
      },
      () => setFailed(true),
    )
    return () => {
      gone = true
      observer.disconnect()
      made?.dispose()
    }
  }, [element])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what its option depends on.
  useEffect(() => {
    if (!chart || !colours || !element.current || width === 0) return
    chart.resize()
    chart.setOption(option(colours(element.current), width), { replaceMerge: ['series'] })
    setDrawing((count) => count + 1)
  }, [chart, colours, width, theme, ...dependencies])

  return { chart, width, drawing, failed }
}
