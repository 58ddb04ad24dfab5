/** A line without axes; it repeats what the figure beside it says, so it is hidden from screen readers. */
export const Sparkline = ({
  values,
  width = 64,
  height = 24,
}: {
  values: readonly (number | null)[]
  width?: number
  height?: number
}) => {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return null
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const x = (index: number) => (index / (values.length - 1)) * (width - 2) + 1
  const y = (value: number) =>
    high === low ? height / 2 : height - 2 - ((value - low) / (high - low)) * (height - 4)
  const points = values.map((value, index) =>
    value === null ? null : `${x(index).toFixed(1)} ${y(value).toFixed(1)}`,
  )
  const path = points
    .map((point, index) => (point === null ? '' : `${points[index - 1] ? 'L' : 'M'}${point}`))
    .join('')
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  )
}
