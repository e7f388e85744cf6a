/**
 * A setting, or a prop of the construct, that cannot be meant as it is written. The message names it, the likely cause and the next step, so
 * the app prints it alone; an app of somebody else's shows it with the place in its own code.
 */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
