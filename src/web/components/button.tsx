import type { ButtonHTMLAttributes } from 'react'
import { Icon, type IconName } from './icon.tsx'

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'>

export const Button = ({
  kind = 'plain',
  icon,
  children,
  className = '',
  submit = false,
  ...rest
}: Native & { kind?: 'plain' | 'primary' | 'quiet' | 'danger'; icon?: IconName; submit?: boolean }) => (
  <button type={submit ? 'submit' : 'button'} className={`button button-${kind} ${className}`} {...rest}>
    {icon ? <Icon name={icon} size={15} /> : null}
    {children}
  </button>
)

/** A button that is only a picture; `label` is its name. */
export const IconButton = ({
  icon,
  label,
  className = '',
  ...rest
}: Native & { icon: IconName; label: string }) => (
  <button type="button" className={`icon-button ${className}`} aria-label={label} title={label} {...rest}>
    <Icon name={icon} />
  </button>
)

/** One of a few: a row of buttons of which one is pressed. */
export const Segmented = <T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly { readonly value: T; readonly label: string }[]
  value: T | undefined
  onChange: (value: T) => void
}) => (
  <fieldset className="segmented" aria-label={label}>
    {options.map((option) => (
      <button
        key={option.value}
        type="button"
        aria-pressed={option.value === value}
        onClick={() => onChange(option.value)}
      >
        {option.label}
      </button>
    ))}
  </fieldset>
)
