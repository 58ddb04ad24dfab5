/** The colours and type of the web app, as a report theme. */
export const THEME_FILE = 'customer360.json'

export const SEQUENTIAL = { low: '#f1f1ee', high: '#3b4cca' } as const

const INK = '#1b1b1a'
const MUTED = '#56564f'

export const theme = {
  name: THEME_FILE,
  dataColors: ['#3b4cca', '#d9822b', '#15857a', '#a6459b', '#7a8290', '#6474d6', '#929fe4', '#bcc5f0'],
  background: '#ffffff',
  foreground: INK,
  tableAccent: '#3b4cca',
  good: '#15857a',
  neutral: '#d9822b',
  bad: '#b3372f',
  maximum: SEQUENTIAL.high,
  minimum: SEQUENTIAL.low,
  textClasses: {
    label: { fontFace: 'Segoe UI', fontSize: 10, color: INK },
    title: { fontFace: 'Segoe UI Semibold', fontSize: 11, color: INK },
    header: { fontFace: 'Segoe UI Semibold', fontSize: 11, color: MUTED },
    callout: { fontFace: 'Segoe UI Semibold', fontSize: 22, color: INK },
  },
  visualStyles: {
    '*': {
      '*': {
        background: [{ show: true, color: { solid: { color: '#ffffff' } }, transparency: 0 }],
        border: [{ show: true, color: { solid: { color: '#e6e5e1' } }, radius: 10 }],
      },
    },
    page: {
      '*': {
        background: [{ color: { solid: { color: '#f7f7f5' } }, transparency: 0 }],
      },
    },
  },
} as const
